import { answeredQuote } from '@refundry/reservation-refund/dist/quotes/answered-quote.js';
import { quoteAt } from '@refundry/reservation-refund/dist/quotes/quote.js';
import { selectionOf } from '@refundry/reservation-refund/dist/quotes/selection.js';
import type { FoundReservation } from '@refundry/reservation-refund/dist/reservations/reservation-lookup.js';
import { lookup } from '@refundry/reservation-refund/dist/reservations/reservation-lookup.sql.js';
import pg from 'pg';
import { serve } from '../baselines/serve.js';
import type { B1Environment } from './subjects.js';

/**
 * B1: the same statement and the same calculation, by a pool of 10, objects and `JSON.stringify`. It authenticates
 * nobody.
 */
const environment = process.env as NodeJS.ProcessEnv & B1Environment;
const pool = new pg.Pool({
  connectionString: environment.DATABASE_URL,
  options: `-c TimeZone=UTC -c role=${environment.READER}`,
  max: 10,
});

serve(async () => {
  const {
    rows: [row],
  } = await pool.query<{ found: string }>(lookup, [
    environment.ACCOUNT,
    environment.RESERVE_ID,
    environment.RESERVE_ID,
    environment.DOMAIN,
  ]);
  const at = Date.now();
  const reservation = JSON.parse(row!.found) as FoundReservation;
  return JSON.stringify({
    payload: answeredQuote(quoteAt(reservation, selectionOf(reservation), at)),
    meta: { timestamp: Math.floor(at / 1000) },
  });
});
