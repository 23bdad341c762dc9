/** The answered quote. */
export interface Quote {
  readonly refundable: boolean;
  readonly reserve_id: number;
  readonly diffrance: number;
  readonly price: number;
  readonly penalty?: number;
}

/** A refund as it is answered. */
export interface Refund {
  readonly id: number;
  readonly reserve_id: number;
  readonly status: string;
  readonly price: number;
  readonly penalty: number;
}

/** The written fields of a reservation that starts far from now. */
export const putReservation = (id: number): object => ({
  local_pnr: `L${id}`,
  original_pnr: `O${id}`,
  service: 'flight',
  passengers: 1,
  issued_at: '2026-01-01T00:00:00Z',
  starts_at: '2099-01-01T00:00:00Z',
  zone: 'Asia/Tehran',
  price: 10_000_000,
  status: 'confirmed',
});

/** Rules by which giving it back costs the same until it starts. */
export const postedRules = { name: 'Flights', service: 'flight', tiers: [{ minutes_before: 0, percent: 30 }] };

/** The penalty by these rules. */
export const penalty = 3_000_000;
