import { Injectable } from '@nestjs/common';
import type { DecidedBy } from '@refundry/audit';
import { quoteEvents, type quoteDecisions, type QuoteState } from '@refundry/contracts';
import { wrongState } from '@refundry/errors';
import { publishEvent } from '@refundry/outbox';
import type { EntityManager } from 'typeorm';
import { ReservationLookup, type FoundReservation } from '../reservations/reservation-lookup.js';
import type { ManualQuoteRow } from './manual-quote.entity.js';
import { ManualQuotesRepository, type QuoteChange } from './manual-quotes.repository.js';
import type { Promised } from './promised.js';
import { recordQuoteDecision } from './quote-decisions.js';
import { quoteMovesFrom } from './quote-state.js';

/** A quote of which nothing changes before the transaction ends. */
export interface LockedQuote {
  readonly quote: ManualQuoteRow;
  /** As the site of the quote sees it. */
  readonly reservation: FoundReservation;
}

interface QuoteMove {
  readonly to: QuoteState;
  readonly action: keyof typeof quoteDecisions;
  readonly change?: QuoteChange;
  /** The refund that uses it. */
  readonly refund?: number;
}

/** The events of what clients wait for; a refund that uses a quote has events of its own. */
const eventOf: Partial<Record<keyof typeof quoteDecisions, keyof typeof quoteEvents>> = {
  requested: 'requested',
  quoted: 'quoted',
  declined: 'declined',
  expired: 'expired',
};

/** Moves manual quotes along the table of their states, with event and record, in the caller's transaction. */
@Injectable()
export class ManualQuoteMoves {
  constructor(
    private readonly quotes: ManualQuotesRepository,
    private readonly lookup: ReservationLookup,
  ) {}

  /**
   * Locks a quote, and its reservation before it: all that changes a quote, or uses it, does so in this order.
   *
   * @returns undefined where there is none
   */
  async lock(transaction: EntityManager, account: number, id: number): Promise<LockedQuote | undefined> {
    const known = await this.quotes.find(transaction, account, id);
    if (!known) return undefined;
    const site = { account, domain: known.domain, scopes: [] };
    const reservation = await this.lookup.lock(transaction, site, String(known.reservation));
    return { reservation, quote: await this.quotes.lock(transaction, account, id) };
  }

  /**
   * @param quote locked already
   * @throws Failure `wrong_state` where the state table has no such move
   */
  async move(
    transaction: EntityManager,
    by: DecidedBy,
    quote: ManualQuoteRow,
    { to, action, change = {}, refund }: QuoteMove,
  ): Promise<void> {
    refuseWrongState(quote, to);
    await this.quotes.change(transaction, quote, { ...change, status: to });
    await announceQuote(transaction, by.account, action, quote);
    await recordQuoteDecision(transaction, by, {
      action,
      before: quote,
      after: Object.assign({}, quote, change, { status: to }),
      refund,
    });
  }

  /**
   * Uses up an answer for a refund of its passengers.
   *
   * @param promise of the reservation as it is locked
   */
  async use(transaction: EntityManager, by: DecidedBy, { id }: Pick<Promised, 'id'>, refund: number): Promise<void> {
    const quote = await this.quotes.lock(transaction, by.account, id);
    await this.move(transaction, by, quote, { to: 'used', action: 'used', refund });
  }
}

/** @throws Failure `wrong_state` */
export function refuseWrongState({ status }: Pick<ManualQuoteRow, 'status'>, to: QuoteState): void {
  const possible = quoteMovesFrom(status);
  if (!possible.includes(to)) throw wrongState({ of: 'quote', state: status, possible });
}

/** Leaves the event of a decision, if it has one. */
export async function announceQuote(
  transaction: EntityManager,
  account: number,
  action: keyof typeof quoteDecisions,
  { id, reservation }: Pick<ManualQuoteRow, 'id' | 'reservation'>,
): Promise<void> {
  const name = eventOf[action];
  if (name) await publishEvent(transaction, { account, type: quoteEvents[name], content: { quote: id, reservation } });
}
