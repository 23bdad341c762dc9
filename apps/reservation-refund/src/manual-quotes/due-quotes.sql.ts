import type { ReadPool } from '@refundry/persistence';
import { formatTimestamp } from '@refundry/resource';
import { comparedNames, rulesMatch } from '../reservations/reservation-lookup.sql.js';

/** A quote that the sweep has something to do with, as it was found. */
export interface DueQuote {
  readonly id: number;
  /** The time that is over; null where none is. */
  readonly time: string | null;
}

/** Quotes that something is done with by itself, and how they are found. */
export interface DueQuotes {
  /** SQL of whether an account may have some, without parameters. */
  readonly condition: string;
  /** SQL of those of an account, `$1`: id and time. */
  readonly statement: string;
}

/** Of an account at a time. */
export const maxDue = 100;

/** A request that came in time may still be under way. */
const isExpired = "status = 'quoted' and valid_until <= clock_timestamp() - interval '1 minute'";
const isOverdue = "status = 'requested' and not is_overdue and respond_by <= clock_timestamp()";
const isUnanswered = "status in ('requested', 'question')";

export const expiredQuotes: DueQuotes = {
  condition: isExpired,
  statement: `select id, valid_until from manual_quote where account_id = $1 and ${isExpired}
    order by valid_until limit ${maxDue}`,
};

export const overdueQuotes: DueQuotes = {
  condition: isOverdue,
  statement: `select id, respond_by from manual_quote where account_id = $1 and ${isOverdue}
    order by respond_by limit ${maxDue}`,
};

/** Quotes that are still to be answered, and rules price them meanwhile. */
export const pricedQuotes: DueQuotes = {
  condition: isUnanswered,
  statement: `
    with found as materialized (
      select quote_id, quote_domain, reservation.*, ${comparedNames} from (
        select id as quote_id, domain as quote_domain, reservation_id from manual_quote
        where account_id = $1 and ${isUnanswered}
      ) quote join reservation on reservation.account_id = $1 and reservation.id = quote.reservation_id
    )
    select quote_id, null from found where exists (
      select from refund_rules rules where rules.account_id = $1 and rules.domain = quote_domain and ${rulesMatch}
    ) order by quote_id limit ${maxDue}`,
};

/** Those of an account that are due, `maxDue` at the most. */
export async function readDueQuotes(
  readPool: ReadPool,
  { statement }: DueQuotes,
  account: number,
): Promise<readonly DueQuote[]> {
  const rows = await readPool.rows({ account, text: statement, values: [], isAdhoc: true });
  return rows.map(([id, time]) => ({ id: Number(id), time: time ? formatTimestamp(time) : null }));
}
