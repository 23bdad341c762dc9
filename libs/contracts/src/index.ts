import type { MountedEndpoint } from '@refundry/resource';
// generated: imports by `npm run generate` of apps/*/service.json
import * as accounts from './accounts/index.js';
import * as oms from './oms/index.js';
import * as reservationRefund from './reservation-refund/index.js';
import * as supplierRefund from './supplier-refund/index.js';
// /generated

// generated: exports
export * from './accounts/index.js';
export * from './oms/index.js';
export * from './reservation-refund/index.js';
export * from './supplier-refund/index.js';
// /generated

// generated: services
const services: readonly object[] = [accounts, oms, reservationRefund, supplierRefund];
// /generated

const isMounted = (exported: unknown): exported is MountedEndpoint =>
  typeof exported === 'object' &&
  exported !== null &&
  'kind' in exported &&
  ['list', 'detail', 'action'].includes(exported.kind as string);

type Named = readonly [name: string, endpoint: MountedEndpoint];

/** Some exports are objects of several endpoints, or of several such; their names are put together. */
function endpointsIn(exported: unknown, name = ''): Named[] {
  if (isMounted(exported)) return [[name, exported]];
  return typeof exported === 'object' && exported !== null
    ? Object.entries(exported).flatMap(([key, value]) =>
        endpointsIn(value, name + (name === '' ? key : inPascalCase(key))),
      )
    : [];
}

const inPascalCase = (key: string): string =>
  key
    .split('-')
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('');

const named = services.flatMap((service) => endpointsIn(service));

/** Everything the gateway mounts: whatever the services' contracts export of lists, details and actions. */
export const mountedEndpoints: readonly MountedEndpoint[] = named.map(([, endpoint]) => endpoint);

/** The name of each in an export. Generated clients call it so, hence another name breaks them. */
export const endpointNames: ReadonlyMap<MountedEndpoint, string> = new Map(
  named.map(([name, endpoint]) => [endpoint, name]),
);
