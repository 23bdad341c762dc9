import type { Finding } from './history.js';

/** The expected state of a reservation; rules price flights alone. */
export interface ExpectedReservation {
  readonly id: number;
  readonly service: 'flight' | 'bus';
  passengers: number;
  /** Of all passengers. */
  penalty: number;
  /** The oldest first. */
  readonly refunds: ExpectedRefund[];
  /** The last words of further events. */
  readonly told: string[];
}

/** A refund of some passengers, and all states that it has been in. */
export interface ExpectedRefund {
  readonly id: number;
  readonly passengers: number;
  readonly penalty: number;
  states: readonly string[];
}

/** A reservation as it is found, with all the refunds that there are of it, the oldest first. */
export interface StoredReservation {
  readonly id: number;
  readonly passengers: number;
  readonly status: string;
  readonly refunds: readonly StoredRefund[];
}

interface StoredRefund {
  readonly id: number;
  readonly status: string;
  readonly passengers: number;
  readonly penalty: number;
}

type Fault = Omit<Finding, 'subject'> & { readonly id: number };

/** The faults of the reservations that were read. */
export function compareReservations(
  expected: Iterable<ExpectedReservation>,
  found: readonly StoredReservation[],
): Fault[] {
  const byId = new Map(found.map((reservation) => [reservation.id, reservation]));
  return [...expected].flatMap((reservation) => faultOf(reservation, byId.get(reservation.id)) ?? []);
}

function faultOf(reservation: ExpectedReservation, found: StoredReservation | undefined): Fault | undefined {
  const { id, passengers, refunds } = reservation;
  if (!found) return { kind: 'lost', id, what: 'there is no such reservation' };
  const known = new Set(refunds.map((refund) => refund.id));
  const strange = found.refunds.find((refund) => !known.has(refund.id));
  if (strange)
    return known.size > 0
      ? { kind: 'doubled', id, what: `it has a refund ${strange.id} beside ${[...known].join(', ')}` }
      : { kind: 'phantom', id, what: `it has a refund ${strange.id} that nobody was told of` };
  const wanted = [passengers, statusOf(reservation), ...refunds.map(wordsOf)].join(', ');
  const actual = [found.passengers, found.status, ...found.refunds.map(storedWords)].join(', ');
  return wanted === actual ? undefined : { kind: 'lost', id, what: `it is ${actual} instead of ${wanted}` };
}

/** The status of a reservation of which all passengers are given back, or not. */
function statusOf({ passengers, refunds }: ExpectedReservation): string {
  const live = refunds.filter(({ states }) => states.at(-1) !== 'rejected' && states.at(-1) !== 'withdrawn');
  return live.reduce((sum, refund) => sum + refund.passengers, 0) === passengers ? 'refund' : 'confirmed';
}

const wordsOf = ({ states, ...refund }: ExpectedRefund): string =>
  storedWords({ ...refund, status: states.at(-1) ?? '' });

const storedWords = ({ id, status, passengers, penalty }: StoredRefund): string =>
  `refund ${id} of ${passengers} ${status} for ${penalty}`;
