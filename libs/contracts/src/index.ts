import type { MountedEndpoint } from '@refundry/resource';
import * as oms from './oms/index.js';

export * from './accounts/index.js';
export * from './oms/index.js';

const isMounted = (exported: unknown): exported is MountedEndpoint =>
  typeof exported === 'object' && exported !== null && 'kind' in exported && ['list', 'detail', 'action'].includes(exported.kind as string);

/** Everything the gateway mounts: whatever the services' contracts export of lists, details and actions. */
export const mountedEndpoints: readonly MountedEndpoint[] = [oms].flatMap((service): unknown[] => Object.values(service)).filter(isMounted);
