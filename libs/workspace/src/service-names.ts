// Made by `npm run generate` of apps/*/service.json.

/** The services, in the order of their ports. */
export const serviceNames = ['accounts', 'oms', 'supplier-refund', 'reservation-refund'] as const;

export type ServiceName = (typeof serviceNames)[number];
