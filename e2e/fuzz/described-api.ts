import type { Answer } from '../system/http.js';

/** A JSON Schema of the description; boolean ones don't occur in ours but as `additionalProperties`. */
export interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly pattern?: string;
  readonly format?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: unknown;
}

export interface DescribedParameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly schema: Schema;
}

export type DescribedContent = Readonly<Record<string, { readonly schema: Schema; readonly example?: unknown }>>;

export interface DescribedResponse {
  readonly headers: Readonly<Record<string, { readonly $ref: string }>>;
  readonly content?: DescribedContent;
}

export interface DescribedOperation {
  readonly operationId: string;
  readonly method: string;
  /** With `{key}` and the like. */
  readonly path: string;
  readonly security: readonly Readonly<Record<string, readonly string[]>>[];
  readonly parameters: readonly DescribedParameter[];
  readonly requestBody?: { readonly content: DescribedContent };
  /** By status, or `default`. */
  readonly responses: Readonly<Record<string, { readonly $ref: string }>>;
}

interface Components {
  readonly schemas: Readonly<Record<string, Schema>>;
  readonly responses: Readonly<Record<string, DescribedResponse>>;
  readonly headers: Readonly<Record<string, { readonly required?: boolean }>>;
}

type Described = Omit<DescribedOperation, 'method' | 'path'>;

/** The API as it describes itself. */
export class DescribedApi {
  readonly operations: readonly DescribedOperation[];
  readonly components: Components;

  /** @param description the answer of `/api/openapi.json` */
  constructor({ json }: Pick<Answer, 'json'>) {
    const { paths, components } = json as { paths: Record<string, Record<string, Described>>; components: Components };
    this.components = components;
    this.operations = Object.entries(paths).flatMap(([path, item]) =>
      Object.entries(item).map(([method, operation]) => ({ ...operation, path, method: method.toUpperCase() })),
    );
  }

  /** The described operation of a method at a path. */
  operation(path: string, method: string): DescribedOperation | undefined {
    return this.operations.find((operation) => operation.path === path && operation.method === method);
  }

  /**
   * The operation of a method whose path this is, with a format at its end or not, or else has it for one of its keys,
   * as `pull.api` is a row's where a list has rows.
   */
  operationAt(path: string, method: string): DescribedOperation | undefined {
    const operations = this.operations.filter((operation) => operation.method === method);
    const unnamed = path.replace(hasSuffixes.test(path) ? /\/?(?:\.(?:json|api))?\/?$/ : /\/$/, '');
    return (
      operations.find((operation) => operation.path.replace(/\/$/, '') === unnamed) ??
      operations.find((operation) => patternOf(operation.path).test(path))
    );
  }

  /** The schema itself, where another is only referred to. */
  schema(schema: Schema): Schema {
    const named = schema.$ref?.split('/').at(-1);
    return named === undefined ? schema : this.schema(this.components.schemas[named] ?? {});
  }

  /**
   * The described responses of an operation with a status; undefined where that isn't declared. @param status or
   * `default`
   */
  response({ responses }: DescribedOperation, status: number | string): DescribedResponse | undefined {
    const reference = responses[status];
    return reference && this.components.responses[nameIn(reference)];
  }

  isRequired(header: { readonly $ref: string }): boolean {
    return this.components.headers[nameIn(header)]?.required ?? false;
  }
}

/** Paths of the family whose paths may end in a format. */
const hasSuffixes = /^\/api\/v1\/(?!oms\/)/;

const nameIn = ({ $ref }: { readonly $ref: string }): string => $ref.split('/').at(-1) ?? '';

/** A path with anything for its keys, with or without the last slash. */
const patternOf = (path: string): RegExp =>
  new RegExp(
    `^${path
      .replace(/\/$/, '')
      .split(/\{[^}]*\}/)
      .map((literal) => RegExp.escape(literal))
      .join('[^/]+')}/?$`,
  );
