import type { Finding } from './history.js';

/** The expected state of a reservation. */
export interface ExpectedReservation {
  readonly id: number;
  passengers: number;
  /** Its refund, and all states that this has been in. */
  refund?: { readonly id: number; states: readonly string[] };
}

/** A reservation as it is found, with all the refunds that there are of it. */
export interface StoredReservation {
  readonly id: number;
  readonly passengers: number;
  readonly status: string;
  readonly refunds: readonly { readonly id: number; readonly status: string; readonly penalty: number }[];
}

type Fault = Omit<Finding, 'subject'> & { readonly id: number };

/** The faults of the reservations that were read. */
export function compareReservations(
  expected: Iterable<ExpectedReservation>,
  found: readonly StoredReservation[],
  penalty: number,
): Fault[] {
  const byId = new Map(found.map((reservation) => [reservation.id, reservation]));
  return [...expected].flatMap((reservation) => faultOf(reservation, byId.get(reservation.id), penalty) ?? []);
}

function faultOf(
  { id, passengers, refund }: ExpectedReservation,
  found: StoredReservation | undefined,
  penalty: number,
): Fault | undefined {
  if (!found) return { kind: 'lost', id, what: 'there is no such reservation' };
  const [given, twin] = found.refunds;
  if (twin) return { kind: 'doubled', id, what: `it has two refunds, ${given!.id} and ${twin.id}` };
  if (given && !refund) return { kind: 'phantom', id, what: `it has a refund ${given.id} that nobody was told of` };
  const state = refund?.states.at(-1);
  const wanted = [
    passengers,
    refund && state !== 'rejected' ? 'refund' : 'confirmed',
    ...(refund ? [refund.id, state, penalty] : []),
  ];
  const actual = [found.passengers, found.status, ...(given ? [given.id, given.status, given.penalty] : [])];
  return wanted.join() === actual.join()
    ? undefined
    : { kind: 'lost', id, what: `it is ${actual.join(', ')} instead of ${wanted.join(', ')}` };
}
