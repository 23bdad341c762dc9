import type { AuditedAction, EventType, MountedEndpoint } from '@refundry/resource';
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

export * from './audit.js';
export * from './events.js';
export * from './settings.js';
export * from './usage.js';
export * from './webhook-decisions.js';
export * from './webhooks.js';

// generated: services
const services: readonly object[] = [accounts, oms, reservationRefund, supplierRefund];
// /generated

const isOfKind = (exported: unknown, ...kinds: readonly unknown[]): boolean =>
  typeof exported === 'object' && exported !== null && 'kind' in exported && kinds.includes(exported.kind);

const isMounted = (exported: unknown): exported is MountedEndpoint => isOfKind(exported, 'list', 'detail', 'action');

const isEventType = (exported: unknown): exported is EventType => isOfKind(exported, 'event');

type Named = readonly [name: string, endpoint: MountedEndpoint];

/** Some exports are objects of several endpoints, or of several such; their names are put together. */
function endpointsIn(exported: unknown, name = ''): Named[] {
  if (isMounted(exported)) return [[name, exported]];
  return typeof exported === 'object' && exported !== null && !isEventType(exported)
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

const eventTypesIn = (exported: unknown): EventType[] => {
  if (isEventType(exported)) return [exported];
  return typeof exported === 'object' && exported !== null && !isMounted(exported)
    ? Object.values(exported).flatMap(eventTypesIn)
    : [];
};

/** The catalogue: every type of event that the services' contracts export, by name. */
export const eventTypes: readonly EventType[] = services
  .flatMap(eventTypesIn)
  .toSorted((one, other) => (one.type < other.type ? -1 : 1));

const isAuditedAction = (exported: unknown): exported is AuditedAction => isOfKind(exported, 'audited action');

const auditedActionsIn = (exported: unknown): AuditedAction[] => {
  if (isAuditedAction(exported)) return [exported];
  return typeof exported === 'object' && exported !== null && !isMounted(exported) && !isEventType(exported)
    ? Object.values(exported).flatMap(auditedActionsIn)
    : [];
};

/** Every decision that the services' contracts export, by name. */
export const allAuditedActions: readonly AuditedAction[] = services
  .flatMap(auditedActionsIn)
  .toSorted((one, other) => (`${one.service} ${one.action}` < `${other.service} ${other.action}` ? -1 : 1));
