/** A family of clients, as the generators need it. */
export interface FamilyTraits {
  readonly name: string;
  /** The base of its paths. */
  readonly base: string;
  /** The end of a path. */
  readonly end: string;
  /** The service that answers it, unless a resource says another. */
  readonly service: string;
  readonly formats: readonly string[];
}

/** The families whose clients a service may serve. */
export const families: readonly FamilyTraits[] = [
  { name: 'oms', base: '/api/v1/oms/', end: '/', service: 'oms', formats: ['json'] },
  { name: 'retail', base: '/api/v1/', end: '/', service: 'supplier-refund', formats: ['json', 'api'] },
  { name: 'reservation', base: '/api/reservation/v1/', end: '', service: 'reservation-refund', formats: ['json'] },
];

/** @throws Error for a family that no service may answer */
export function familyOf(name: string): FamilyTraits {
  const family = families.find((one) => one.name === name);
  if (!family) throw new Error(`There is no family ${name}: say ${families.map((one) => one.name).join(', ')}.`);
  return family;
}

/** The text of a journey for a family's client. */
export interface Journey {
  readonly client: string;
  readonly file: string;
  readonly login: string;
  readonly path: string;
  readonly post: string;
  readonly payload: (answer: string) => string;
}

/** How a journey through the gateway asks for a resource. */
export function journeyOf({ name, base, end }: FamilyTraits, path: string): Journey {
  const repeated = "{ 'idempotency-key': 'one' }";
  if (name === 'reservation')
    return {
      client: 'ReservationClient',
      file: 'reservation-client',
      login: 'newReservationClient',
      path,
      post: `request('POST', path, values, { headers: ${repeated} })`,
      payload: (answer) => `(${answer}.json as { payload: object }).payload`,
    };
  const isOms = name === 'oms';
  return {
    client: isOms ? 'Client' : 'RetailClient',
    file: isOms ? 'client' : 'retail-client',
    login: isOms ? 'newToken' : 'newRetailClient',
    path: isOms ? `${base}${path}${end}` : `${path}${end}`,
    post: `post(path, values, ${repeated})`,
    payload: (answer) => `${answer}.json`,
  };
}
