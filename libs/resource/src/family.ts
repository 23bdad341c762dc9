/** A family of existing clients. Each speaks its own dialect at the gateway and pages by its own profile. */
export type Family = 'oms';

/** The methods an endpoint may be called by; `HEAD` and `OPTIONS` follow from them. */
export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
