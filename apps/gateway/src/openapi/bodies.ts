import {
  mediaTypes,
  type ActionEndpoint,
  type Class,
  type Format,
  type JsonSchema,
  type MountedEndpoint,
} from '@refundry/resource';
import type { Mount } from '../mounts/mount.js';
import type { Components } from './components.js';
import type { Content, RequestBody } from './openapi.js';
import type { FamilyDescription } from '../families/family-description.js';

/**
 * The content of the body. That of a GET is read too where input may stand in the query, but no browser can send one.
 */
export function requestBodyOf(
  endpoint: MountedEndpoint,
  method: string,
  components: Components,
): RequestBody | undefined {
  if (endpoint.kind !== 'action' || !endpoint.input || method === 'GET' || method === 'HEAD') return undefined;
  const {
    input,
    atMost,
    isPartial,
    mergesQuery,
    documentation: { inputExample },
  } = endpoint;
  const one = components.ofClass(input, 'input', isPartial);
  const json = {
    schema: atMost === undefined ? one : { anyOf: [one, { type: 'array' as const, items: one, maxItems: atMost }] },
    ...(inputExample && { example: inputExample }),
  };
  return {
    required: !mergesQuery,
    content: {
      'application/json': json,
      'application/x-www-form-urlencoded': { schema: one },
      'multipart/form-data': { schema: one },
    },
  };
}

/**
 * The content of a success, in each of its formats; undefined where it holds nothing. @param endpoint undefined for
 * OPTIONS
 */
export function successContent(
  mount: Mount,
  endpoint: MountedEndpoint | undefined,
  method: string,
  family: FamilyDescription,
  components: Components,
): Content | undefined {
  if (method === 'HEAD') return undefined;
  if (endpoint && 'file' in endpoint) return { [mediaTypes[endpoint.file]]: { schema: { type: 'string' } } };
  const { schema, example } = endpoint
    ? answerOf(endpoint, components)
    : { schema: description(components), example: undefined };
  const json = {
    schema: family.wrap?.(schema, components) ?? schema,
    ...(example !== undefined && { example: family.wrapExample?.(example) ?? example }),
  };
  return {
    [mediaTypes.json]: json,
    ...otherContent(endpoint && mount.formats.filter((format) => format !== 'json'), mount),
  };
}

/** A browsable page too, where there is one. */
export const refusalContent = (mount: Mount, schema: JsonSchema): Content => ({
  [mediaTypes.json]: { schema },
  ...otherContent([], mount),
});

function otherContent(formats: readonly Format[] = [], { namedFormats }: Mount): Content {
  const all = new Set([...formats, ...(namedFormats.includes('api') ? ['api' as const] : [])]);
  // Of bytes there is nothing to be said in JSON Schema (OpenAPI 3.1, "Considerations for File Uploads").
  return Object.fromEntries(
    [...all].map((format) => [
      mediaTypes[format],
      { schema: format === 'xls' || format === 'xlsx' ? {} : { type: 'string' as const } },
    ]),
  );
}

interface ResponseContent {
  readonly schema: JsonSchema;
  readonly example: unknown;
}

function answerOf(endpoint: MountedEndpoint, components: Components): ResponseContent {
  const { example } = endpoint.documentation;
  if (endpoint.kind === 'list')
    return {
      schema: either(endpoint, (type) => pageOf(type, components)),
      example: example && { count: 1, next: null, previous: null, results: [example] },
    };
  if (endpoint.kind === 'detail')
    return { schema: either(endpoint, (type) => components.ofClass(type, 'answer')), example };
  return outputOf(endpoint, components);
}

function outputOf(
  { output, detailed, documentation: { example } }: ActionEndpoint,
  components: Components,
): ResponseContent {
  const of = output ?? detailed;
  if (!of) return { schema: nothing(components), example: {} };
  return {
    schema: either({ of, ...(output && detailed && { detailed }) }, (type) => components.ofClass(type, 'answer')),
    example,
  };
}

export const nothing = (components: Components): JsonSchema =>
  components.schema('Nothing', () => ({ type: 'object', additionalProperties: false }));

/** The schema, and the schema for requests with more detail. */
function either({ of, detailed }: { of: Class; detailed?: Class }, schemaOf: (type: Class) => JsonSchema): JsonSchema {
  return detailed ? { anyOf: [schemaOf(of), schemaOf(detailed)] } : schemaOf(of);
}

const pageOf = (type: Class, components: Components): JsonSchema =>
  components.schema(`${type.name}Page`, () => {
    const link: JsonSchema = { type: ['string', 'null'], format: 'uri' };
    const properties = {
      count: { type: 'integer', description: 'Of all pages together' },
      next: link,
      previous: link,
      results: { type: 'array', items: components.ofClass(type, 'answer') },
    } as const;
    return { type: 'object', properties, required: Object.keys(properties) };
  });

/** The answer to OPTIONS. */
const description = (components: Components): JsonSchema =>
  components.schema('EndpointDescription', () => {
    const texts: JsonSchema = { type: 'array', items: { type: 'string' } };
    const any: JsonSchema = { type: 'object', additionalProperties: true };
    return {
      type: 'object',
      description: 'The metadata of Django REST framework',
      properties: {
        name: { type: 'string' },
        description: { type: 'string' },
        renders: texts,
        parses: texts,
        actions: any,
        filters: { type: 'array', items: any },
      },
      required: ['name', 'renders', 'parses'],
    };
  });
