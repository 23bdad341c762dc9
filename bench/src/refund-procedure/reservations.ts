import { connected } from '../system/connected.js';

export const reservationsInAll = 10_000;

/** The tiers common in Iran. */
export const rules = {
  name: 'Flights',
  service: 'flight',
  grace_minutes: 15,
  tiers: [
    { days_before: 3, clock: '12:00', percent: 30 },
    { days_before: 1, clock: '12:00', percent: 60 },
    { minutes_before: 180, percent: 70 },
    { minutes_before: 0, percent: 100 },
  ],
};

export const loadReservations = (ownerUrl: string, account: number): Promise<void> =>
  connected(ownerUrl, async (owner) => {
    await owner.query(
      `insert into reservation (account_id, id, local_pnr, local_pnr_key, original_pnr, original_pnr_key, service,
       passengers, issued_at, starts_at, zone, price, status)
     select $1, g, 'L' || g, 'L' || g, 'O' || g, 'O' || g, 'flight', 1, now() - interval '10 days',
       now() + interval '30 days', 'Asia/Tehran', 13024000, 'confirmed'
         from generate_series(1, ${reservationsInAll}) g`,
      [account],
    );
    await owner.query('vacuum analyze reservation, refund_rules');
  });
