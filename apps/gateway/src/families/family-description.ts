import type { FailureCode } from '@refundry/errors';
import type { JsonSchema } from '@refundry/resource';

/** Makes a schema that others refer to, once. */
export interface SharedSchemas {
  schema(name: string, make: () => JsonSchema): JsonSchema;
}

/** The part of a description of the API (OpenAPI 3.1) that differs from family to family. */
export interface FamilyDescription {
  readonly title: string;
  readonly description: string;
  /** By name. */
  readonly securitySchemes: (publicBase: string) => Readonly<Record<string, object>>;
  /** The credential and scope that a caller needs: scopes by scheme, all of which are needed at once. */
  readonly security: (scope: string) => Readonly<Record<string, readonly string[]>>;
  /** The body of a refusal. @param isList whether the input may be an array */
  readonly refusal: (status: number, schemas: SharedSchemas, isList: boolean) => JsonSchema;
  /** The text of a refusal, where it is not the failure's own. */
  readonly refusalText?: (code: FailureCode) => string;
  /** The envelope around what is answered, where there is one. */
  readonly wrap?: (schema: JsonSchema, schemas: SharedSchemas) => JsonSchema;
  readonly wrapExample?: (example: unknown) => unknown;
  /** Paths are printed with a slash at their end. */
  readonly endsInSlash: boolean;
}

/** @param required all, unless given */
export const objectSchema = (
  properties: Readonly<Record<string, JsonSchema>>,
  required: readonly string[] = Object.keys(properties),
): JsonSchema => ({ type: 'object', properties, required });

/** The errors of an input's fields. */
export function fieldErrors(schemas: SharedSchemas): JsonSchema {
  const self = { $ref: '#/components/schemas/FieldErrors' };
  return schemas.schema('FieldErrors', () => ({
    type: 'object',
    description:
      'Messages by field, nested as the input is; what concerns no single field stands under `non_field_errors`.',
    additionalProperties: { anyOf: [texts, errorsOfItems(self), self] },
  }));
}

const texts: JsonSchema = { type: 'array', items: { type: 'string' } };

/** The errors of a list's items, one for each: of an item that is null there are messages alone. */
const errorsOfItems = (fields: JsonSchema): JsonSchema => ({ type: 'array', items: { anyOf: [fields, texts] } });

/** A refusal of Django REST framework: the errors of a dictionary, or one sentence. */
export function restRefusal(status: number, schemas: SharedSchemas, isList: boolean): JsonSchema {
  const detail = schemas.schema('Refusal', () => objectSchema({ detail: { type: 'string' } }));
  if (status !== 400) return detail;
  const fields = fieldErrors(schemas);
  const ofItems: JsonSchema = {
    ...errorsOfItems(fields),
    description: 'As long as the array that was sent; `{}` where an item is right, messages alone where it is null.',
  };
  return { anyOf: [detail, fields, ...(isList ? [ofItems] : [])] };
}
