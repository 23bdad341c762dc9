import type { MountedEndpoint } from '@refundry/resource';
import * as accounts from './accounts/index.js';
import * as oms from './oms/index.js';
import * as reservationRefund from './reservation-refund/index.js';
import * as supplierRefund from './supplier-refund/index.js';

export * from './accounts/index.js';
export * from './oms/index.js';
export * from './reservation-refund/index.js';
export * from './supplier-refund/index.js';

const isMounted = (exported: unknown): exported is MountedEndpoint =>
  typeof exported === 'object' && exported !== null && 'kind' in exported && ['list', 'detail', 'action'].includes(exported.kind as string);

/** Some exports are objects of several endpoints, or of several such. */
function endpointsIn(exported: unknown): MountedEndpoint[] {
  if (isMounted(exported)) return [exported];
  return typeof exported === 'object' && exported !== null ? Object.values(exported).flatMap(endpointsIn) : [];
}

/** Everything the gateway mounts: whatever the services' contracts export of lists, details and actions. */
export const mountedEndpoints: readonly MountedEndpoint[] = [accounts, oms, reservationRefund, supplierRefund].flatMap(endpointsIn);
