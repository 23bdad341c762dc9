import { endpointNames } from '@refundry/contracts';
import type { MountedEndpoint } from '@refundry/resource';
import type { Mount } from '../mounts/mount.js';
import { requestBodyOf } from './bodies.js';
import type { Components } from './components.js';
import type { OpenApiMethod, Operation, PathItem } from './openapi.js';
import { parametersOf } from './parameters.js';
import { responsesOf } from './responses.js';
import type { FamilyDescription } from '../families/family-description.js';

/** Everything that can be asked at a mount; `HEAD` and `OPTIONS` come last. */
export function pathItemOf(mount: Mount, family: FamilyDescription, components: Components): PathItem {
  const asked = [...mount.endpoints]
    .filter(([method]) => method !== 'HEAD')
    .concat([...mount.endpoints].filter(([method]) => method === 'HEAD'));
  const operations = asked.map(([method, endpoint]) => operationOf(mount, endpoint, method, family, components));
  return Object.fromEntries(
    [...operations, operationOf(mount, undefined, 'OPTIONS', family, components)].map(({ method, operation }) => [
      method.toLowerCase() as OpenApiMethod,
      operation,
    ]),
  );
}

function operationOf(
  mount: Mount,
  endpoint: MountedEndpoint | undefined,
  method: string,
  family: FamilyDescription,
  components: Components,
): { method: string; operation: Operation } {
  const body = endpoint && requestBodyOf(endpoint, method, components);
  const { isPublic } = endpoint ?? mount;
  const operation = {
    operationId: operationIdOf(mount, endpoint, method),
    tags: [tagOf(mount, family)],
    summary: summaryOf(mount, endpoint, method),
    description: descriptionOf(mount, endpoint, method),
    security: isPublic ? [] : [family.security(endpoint?.scope ?? mount.scope)],
    parameters: parametersOf(mount, endpoint, method, components),
    ...(body && { requestBody: body }),
    responses: responsesOf(mount, endpoint, method, family, components),
  };
  return { method, operation };
}

/** The resource's display name: the words of its path. */
export function tagOf({ endpoints }: Mount, { title }: FamilyDescription): string {
  const [first] = endpoints.values();
  return `${title}: ${(first?.resource ?? '').replaceAll(/[-_/]/g, ' ')}`;
}

/** The contract's name for it; what it does by another method than its first says so at its end. */
function operationIdOf(mount: Mount, endpoint: MountedEndpoint | undefined, method: string): string {
  const [first] = mount.endpoints.values();
  const named = endpoint ?? first;
  const name = (named && endpointNames.get(named)) ?? mount.name;
  if (!endpoint || method === 'HEAD') return `${name}${method === 'HEAD' ? 'Head' : 'Options'}`;
  return method === endpoint.methods[0] ? name : `${name}By${method.charAt(0)}${method.slice(1).toLowerCase()}`;
}

const kindTexts: Readonly<Record<MountedEndpoint['kind'], string>> = {
  list: 'List',
  detail: 'Read one of',
  action: 'Call',
};

function summaryOf(mount: Mount, endpoint: MountedEndpoint | undefined, method: string): string {
  if (!endpoint) return 'What can be asked here';
  const summary =
    endpoint.documentation.summary ??
    `${kindTexts[endpoint.kind]} ${mount.path
      .slice(mount.dialect.base.length)
      .replaceAll(/:\w+\/?/g, '')
      .replaceAll(/[-_/]/g, ' ')
      .trim()}`;
  return method === 'HEAD' ? `${summary}: the headers of GET` : summary;
}

function descriptionOf(mount: Mount, endpoint: MountedEndpoint | undefined, method: string): string {
  const { isPublic, scope } = endpoint ?? mount;
  const bodyOfGet =
    endpoint?.kind === 'action' && endpoint.mergesQuery && method === 'GET'
      ? 'The same may stand in a JSON body; where both say something they must agree. '
      : '';
  const needed = isPublic ? 'No credential is needed.' : `Needs the scope \`${scope}\`.`;
  const { description } = endpoint?.documentation ?? {};
  return `${description === undefined ? '' : `${description} `}${bodyOfGet}${needed}${alsoAt(mount)}`;
}

/** Further paths of the same. */
function alsoAt({ path, routes }: Mount): string {
  const others = [...routes.keys()]
    .filter((route) => route !== path)
    .map((route) => `\`${route.replaceAll(/:(\w+)/g, '{$1}')}\``);
  return others.length > 0 ? ` Also at ${others.join(', ')}.` : '';
}
