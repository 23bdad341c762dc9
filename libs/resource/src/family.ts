/** A family of existing clients, or of those who ask for a credential. Each speaks its own dialect at the gateway. */
export type Family = 'oms' | 'retail' | 'oauth' | 'reservation';

/** The service that answers a family, unless a resource says another: the first token of its NATS subjects. */
export const serviceOf: Readonly<Record<Family, string>> = {
  oms: 'oms',
  retail: 'supplier-refund',
  oauth: 'accounts',
  reservation: 'reservation-refund',
};

/** The methods an endpoint may be called by; `HEAD` and `OPTIONS` follow from them. */
export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
