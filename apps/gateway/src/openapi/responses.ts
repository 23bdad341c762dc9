import type { FailureCode } from '@refundry/errors';
import type { MountedEndpoint } from '@refundry/resource';
import type { Mount } from '../mounts/mount.js';
import { nothing, refusalContent, successContent } from './bodies.js';
import type { Components } from './components.js';
import type { Reference, Response } from './openapi.js';
import { describeRefusals, refusalsOf } from './refusals.js';
import type { FamilyDescription } from '../families/family-description.js';

/** All that may be answered, by status. @param endpoint undefined for OPTIONS */
export function responsesOf(
  mount: Mount,
  endpoint: MountedEndpoint | undefined,
  method: string,
  family: FamilyDescription,
  components: Components,
): Record<string, Reference> {
  const isList = endpoint?.kind === 'action' && endpoint.atMost !== undefined;
  const refusals = [...refusalsOf(mount, endpoint, method)].sort(([left], [right]) => left - right);
  const statuses =
    endpoint?.kind === 'action' && endpoint.status === 204 && endpoint.detailed
      ? [200, 204]
      : [endpoint?.status ?? 200];
  return {
    ...Object.fromEntries(
      statuses.map((status) => [
        status,
        components.share(
          'responses',
          `${family.title}Answer`,
          success({ mount, endpoint, status, method }, family, components),
        ),
      ]),
    ),
    ...Object.fromEntries(
      refusals.map(([status, codes]) => [
        status,
        refused({ mount, status, codes, method, isList }, family, components),
      ]),
    ),
    default: refused({ mount, status: 'Refusal', method, isList: false }, family, components),
  };
}

const successTexts: Readonly<Record<number, string>> = {
  200: 'It is done.',
  201: 'It is saved.',
  202: 'It will be done.',
  204: 'It is done, and there is nothing to say.',
};

interface SuccessResponse {
  readonly mount: Mount;
  readonly endpoint: MountedEndpoint | undefined;
  readonly status: number;
  readonly method: string;
}

function success(
  { mount, endpoint, status, method }: SuccessResponse,
  family: FamilyDescription,
  components: Components,
): Response {
  const content = status === 204 ? undefined : successContent(mount, endpoint, method, family, components);
  const isFile = endpoint !== undefined && 'file' in endpoint;
  const names = [
    ...(status === 201 ? ['Location'] : []),
    ...(isFile || endpoint?.formats.includes('csv') ? ['Content-Disposition'] : []),
  ];
  const read = endpoint?.kind !== 'action' || isFile;
  return {
    description: read ? 'What was asked for.' : (successTexts[status] ?? ''),
    headers: headersOf(mount, names, components),
    ...(content && { content }),
  };
}

interface ErrorResponse {
  readonly mount: Mount;
  /** Statuses that any HTTP request may get are not listed one by one: 405 for other methods, 408, 431. */
  readonly status: number | 'Refusal';
  readonly codes?: readonly FailureCode[];
  readonly method: string;
  readonly isList: boolean;
}

function refused(
  { mount, status, codes = [], method, isList }: ErrorResponse,
  family: FamilyDescription,
  components: Components,
): Reference {
  const number = status === 'Refusal' ? 0 : status;
  const schema = number === 401 && mount.bare401 ? nothing(components) : family.refusal(number, components, isList);
  return components.share('responses', `${family.title}${status}`, {
    description: status === 'Refusal' ? anyOther : describeRefusals(number, codes, mount),
    headers: headersOf(mount, headersOfStatus[number] ?? [], components),
    ...(method !== 'HEAD' && { content: refusalContent(mount, schema) }),
  } satisfies Response);
}

const anyOther = "Any other refusal, as everywhere in the family: 405 for a method that isn't here, 408, 431, 500.";
const headersOfStatus: Readonly<Record<number, readonly string[]>> = {
  401: ['WWW-Authenticate'],
  429: ['Retry-After'],
  503: ['Retry-After'],
};

/** The meaning of each header, and whether every answer that may have it has it. */
const headers = {
  'X-Request-Id': ['The name of the request in our logs', true],
  Allow: ['The methods of the path', true],
  'Cache-Control': ['`no-store`, or `private`', true],
  Vary: ['`Accept`, where there are several formats', true],
  Location: ['Where the resource is', true],
  'Content-Disposition': ['The name of an exported file', false],
  'WWW-Authenticate': ['Which credential is wanted', true],
  'Retry-After': ['Seconds to wait', true],
  'X-RateLimit-Limit': ['How many requests a credential may make at once', false],
  'X-RateLimit-Remaining': ['How many of them are left', false],
  'X-RateLimit-Reset': ['Seconds until all are there again', false],
} as const;

function headersOf(mount: Mount, names: readonly string[], components: Components): Record<string, Reference> {
  const everywhere = [
    'X-Request-Id',
    'Allow',
    'Cache-Control',
    ...(mount.headers.vary === undefined ? [] : ['Vary']),
    'X-RateLimit-Limit',
    'X-RateLimit-Remaining',
    'X-RateLimit-Reset',
  ];
  return Object.fromEntries([...everywhere, ...names].map((name) => [name, headerOf(name, components)]));
}

const headerOf = (name: string, components: Components): Reference =>
  components.refer('headers', name, () => {
    const [description, required] = headers[name as keyof typeof headers];
    return {
      description,
      required,
      schema: { type: name.startsWith('X-RateLimit') || name === 'Retry-After' ? 'integer' : 'string' },
    };
  });
