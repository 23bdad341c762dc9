import { reservationErrors } from '@refundry/contracts';
import type { Family, JsonSchema } from '@refundry/resource';
import type { Components } from './components.js';
import type { SecurityRequirement } from './openapi.js';

/** How a family is spoken to, as a description of the API says it. Its dialect is what does it. */
export interface OpenApiFamily {
  readonly title: string;
  readonly description: string;
  /** By name. */
  readonly securitySchemes: (publicBase: string) => Readonly<Record<string, object>>;
  /** The credential and scope that a caller needs. */
  readonly security: (scope: string) => SecurityRequirement;
  /** The body of a refusal. @param isList whether the input may be an array */
  readonly refusal: (status: number, components: Components, isList: boolean) => JsonSchema;
  /** The envelope around what is answered, where there is one. */
  readonly wrap?: (schema: JsonSchema, components: Components) => JsonSchema;
  readonly wrapExample?: (example: unknown) => unknown;
  /** Paths are printed with a slash at their end. */
  readonly endsInSlash: boolean;
}

const object = (
  properties: Readonly<Record<string, JsonSchema>>,
  required: readonly string[] = Object.keys(properties),
): JsonSchema => ({ type: 'object', properties, required });

const fieldErrors = (components: Components): JsonSchema => {
  const self = { $ref: '#/components/schemas/FieldErrors' };
  return components.schema('FieldErrors', () => ({
    type: 'object',
    description:
      'Messages by field, nested as the input is; what concerns no single field stands under `non_field_errors`.',
    additionalProperties: {
      anyOf: [{ type: 'array', items: { type: 'string' } }, { type: 'array', items: self }, self],
    },
  }));
};

/** The errors of a dictionary, or one sentence. */
function restRefusal(status: number, components: Components, isList: boolean): JsonSchema {
  const detail = components.schema('Refusal', () => object({ detail: { type: 'string' } }));
  if (status !== 400) return detail;
  const fields = fieldErrors(components);
  const ofItems: JsonSchema = {
    type: 'array',
    items: fields,
    description: 'As long as the array that was sent; `{}` where an item is right.',
  };
  return { anyOf: [detail, fields, ...(isList ? [ofItems] : [])] };
}

const oauthErrors = [
  'invalid_request',
  'invalid_client',
  'invalid_grant',
  'unauthorized_client',
  'unsupported_grant_type',
  'invalid_scope',
  'server_error',
];

const oauthRefusal = (components: Components): JsonSchema =>
  components.schema('OAuthError', () =>
    object({ error: { type: 'string', enum: oauthErrors }, error_description: { type: 'string' } }),
  );

const meta = (components: Components): JsonSchema =>
  components.schema('Meta', () =>
    object({ timestamp: { type: 'integer', description: 'When it was answered, in seconds since 1970' } }),
  );

const reservationRefusal = (components: Components): JsonSchema =>
  components.schema('ReservationError', () =>
    object(
      {
        error: object(
          {
            code: {
              type: 'integer',
              enum: Object.keys(reservationErrors).map(Number),
              description: '`GET errors` says what it means.',
            },
            fields: fieldErrors(components),
            of: { type: 'string', description: 'Of 3015: the kind of resource that `state` is of.' },
            state: { type: 'string', description: 'Of 3015: its present state.' },
            possible: {
              type: 'array',
              items: { type: 'string' },
              description: 'Of 3015: the states that it can go to from there.',
            },
          },
          ['code'],
        ),
        payload: {
          type: 'object',
          description: 'What the caller is told beside the refusal: of 4001 the new quote.',
          additionalProperties: true,
        },
        meta: meta(components),
      },
      ['error', 'meta'],
    ),
  );

const wordOf = (scope: string): string => scope.slice(scope.indexOf(':') + 1);

export const openApiFamilies: Readonly<Record<Family, OpenApiFamily>> = {
  oms: {
    title: 'OMS',
    description: "Of the shops' back offices: `Authorization: Token …`.",
    securitySchemes: () => ({
      omsToken: {
        type: 'apiKey',
        in: 'header',
        name: 'Authorization',
        description: 'The word `Token`, a space, and the API key of the account.',
      },
    }),
    security: (scope) => ({ omsToken: [scope] }),
    refusal: restRefusal,
    endsInSlash: true,
  },
  oauth: {
    title: 'OAuth',
    description: 'Where the retail family gets its tokens (RFC 6749).',
    securitySchemes: () => ({}),
    security: () => ({}),
    refusal: (_status, components) => oauthRefusal(components),
    endsInSlash: true,
  },
  retail: {
    title: 'Retail',
    description: 'Of the ERPs: `Authorization: Bearer …`, with a token got for a password (OAuth 2.0).',
    securitySchemes: (publicBase) => {
      const url = `${publicBase}/api/o/token/`;
      return {
        retailOAuth: {
          type: 'oauth2',
          flows: {
            password: { tokenUrl: url, refreshUrl: url, scopes: { read: 'Read everything', write: 'Save and remove' } },
          },
        },
      };
    },
    security: (scope) => ({ retailOAuth: [wordOf(scope)] }),
    refusal: restRefusal,
    endsInSlash: true,
  },
  reservation: {
    title: 'Reservation',
    description:
      'Of the travel agencies: `Authorization: Bearer …` with a token that the client signs, beside `Domain`. Errors are numbers; `GET errors` says what they mean.',
    securitySchemes: () => ({
      reservationToken: {
        type: 'http',
        scheme: 'bearer',
        bearerFormat: 'JWT',
        description:
          "A token signed with HS256 and the account's organisation token. Only `exp` is required, at most seven days ahead.",
      },
      reservationDomain: {
        type: 'apiKey',
        in: 'header',
        name: 'Domain',
        description: 'The registered domain that the client speaks for.',
      },
    }),
    security: (scope) => ({ reservationToken: [scope], reservationDomain: [] }),
    refusal: (_status, components) => reservationRefusal(components),
    wrap: (schema, components) => object({ payload: schema, meta: meta(components) }),
    wrapExample: (payload) => ({ payload, meta: { timestamp: 1_700_000_000 } }),
    endsInSlash: false,
  },
};
