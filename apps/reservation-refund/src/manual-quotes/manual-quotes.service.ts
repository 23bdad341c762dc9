import { Injectable } from '@nestjs/common';
import { byCaller, bySystem, type DecidedBy } from '@refundry/audit';
import {
  maxNotes,
  requestQuote,
  reservationSettings,
  type QuoteAnswer,
  type QuoteCategory,
  type QuoteNote,
  type QuoteRequest,
  type QuoteState,
} from '@refundry/contracts';
import { Failure, invalid } from '@refundry/errors';
import { IdempotentRequests, Transactions } from '@refundry/persistence';
import { isDecimalId, type ActionRequest, type Caller } from '@refundry/resource';
import { settingsWithin } from '@refundry/settings';
import { Temporal } from 'temporal-polyfill';
import type { EntityManager } from 'typeorm';
import { refuseUnrefundable } from '../quotes/quote.js';
import { selectionOf, type Selection } from '../quotes/selection.js';
import { ReservationLookup, type FoundReservation } from '../reservations/reservation-lookup.js';
import type { ManualQuoteRow } from './manual-quote.entity.js';
import { announceQuote, ManualQuoteMoves, refuseWrongState } from './manual-quote-moves.js';
import { ManualQuotesRepository, type QuoteChange } from './manual-quotes.repository.js';
import { countOpenQuotes, lockQuotesOf } from './manual-quotes.sql.js';
import { openQuoteOf, promiseTo } from './promised.js';
import { answeredPenalty } from './quote-answer.js';
import { recordQuoteDecision } from './quote-decisions.js';
import { respondBy } from './respond-by.js';

/** Bounds what every quote of a reservation reads of it. */
const maxOpenOfReservation = 20;
const maxOpenOfDomain = 100;

/** Passengers who are to be priced, and why. */
export interface WantedQuote {
  readonly reserveId: string | null | undefined;
  readonly passengers?: readonly number[] | null | undefined;
  readonly category?: QuoteCategory | undefined;
  readonly note?: string | null | undefined;
  /** In milliseconds since 1970. */
  readonly at: number;
}

type NewlyWanted = Pick<ManualQuoteRow, 'domain' | 'category' | 'note'> & {
  readonly selection: Selection;
  readonly at: Temporal.Instant;
};

/** Gives what a move changes of the locked quote. */
type Change = (
  quote: ManualQuoteRow,
  reservation: FoundReservation,
  transaction: EntityManager,
) => QuoteChange | Promise<QuoteChange>;

/** Has operators price what no rule prices. */
@Injectable()
export class ManualQuotesService {
  constructor(
    private readonly transactions: Transactions,
    private readonly idempotentRequests: IdempotentRequests,
    private readonly lookup: ReservationLookup,
    private readonly quotes: ManualQuotesRepository,
    private readonly moves: ManualQuoteMoves,
  ) {}

  /**
   * Gives the id of the quote: of the one that is open for the same passengers, or else of a new one.
   *
   * @throws Failure of the lookup; `already_refunded`, `already_used`, `unknown_passenger`, `passenger_refunded`;
   * `invalid` where rules price it, and where too many are open
   */
  async request(request: ActionRequest<QuoteRequest>): Promise<number> {
    const { caller, input, idempotency, receivedAt: at } = request;
    const { account } = caller;
    const { id } = await this.transactions.run({ account }, (transaction) =>
      this.idempotentRequests.once(transaction, { account, operation: requestQuote.subject, idempotency }, async () => {
        const { reserve_id: reserveId, passenger_ids: passengers, category, note } = input;
        const wanted = { reserveId, passengers, category, note, at };
        return { id: await this.open(transaction, byCaller(request), caller, wanted) };
      }),
    );
    return id;
  }

  /** As `request`, in the caller's transaction. */
  async open(
    transaction: EntityManager,
    by: DecidedBy,
    caller: Pick<Caller, 'account' | 'domain' | 'scopes'>,
    { reserveId, passengers, category = 'other', note = null, at }: WantedQuote,
  ): Promise<number> {
    const reservation = await this.lookup.lock(transaction, caller, reserveId);
    const selection = selectionOf(reservation, passengers);
    refuseUnrefundable(reservation, selection);
    const open = openQuoteOf(selection, reservation.quotes);
    if (open && (open.status !== 'quoted' || promiseTo(selection, [open], instantOf(at)))) return open.id;
    if (open) await this.expire(transaction, by.account, open.id);
    if (reservation.rules) throw invalid({ reserve_id: ['Refund rules price this reservation.'] });
    await refuseTooMany(transaction, caller, reservation);
    return this.add(transaction, by, reservation, {
      selection,
      domain: caller.domain ?? '',
      category,
      note,
      at: instantOf(at),
    });
  }

  /**
   * Answers, or answers anew; the same answer once more changes nothing.
   *
   * @throws Failure `unknown_row`, `wrong_state`, `invalid`, and whatever refuses the refund of the passengers
   */
  async answer(request: ActionRequest<QuoteAnswer>): Promise<void> {
    const { caller, receivedAt } = request;
    await this.move(request, 'quoted', 'quoted', ({ passengers }, reservation) => {
      const { note = null, internal_note: internalNote = null } = request.input;
      const selection = selectionOf(reservation, passengers);
      refuseUnrefundable(reservation, selection);
      const { price } = selection;
      return {
        price,
        ...answeredPenalty(request.input, price, receivedAt),
        answerNote: note,
        internalNote,
        answeredDate: instantOf(receivedAt).toString(),
        answeredByKind: caller.actor?.kind ?? null,
        answeredBy: caller.actor?.id ?? null,
      };
    });
  }

  /** @throws Failure `unknown_row`, `wrong_state`, `invalid` */
  async ask(request: ActionRequest<QuoteNote>): Promise<void> {
    await this.move(request, 'question', 'asked', () => ({ answerNote: request.input.note }));
  }

  /** Adds to the client's note, and begins the time to answer anew. @throws Failure as `ask` does */
  async reply(request: ActionRequest<QuoteNote>): Promise<void> {
    const { caller, receivedAt } = request;
    await this.move(request, 'requested', 'replied', async ({ note }, _reservation, transaction) => ({
      note: withReply(note, request.input.note),
      respondBy: await deadline(transaction, caller.account, instantOf(receivedAt)),
    }));
  }

  /** @throws Failure as `ask` does */
  async decline(request: ActionRequest<QuoteNote>): Promise<void> {
    const { caller, receivedAt } = request;
    await this.move(request, 'declined', 'declined', () => ({
      answerNote: request.input.note,
      answeredDate: instantOf(receivedAt).toString(),
      answeredByKind: caller.actor?.kind ?? null,
      answeredBy: caller.actor?.id ?? null,
    }));
  }

  /** @throws Failure `unknown_row`, `wrong_state` */
  async withdraw(request: ActionRequest<object>): Promise<void> {
    await this.move(request, 'withdrawn', 'withdrawn', () => ({}));
  }

  /** An unknown row is refused before the body. */
  private async move(
    request: ActionRequest<object>,
    to: QuoteState,
    action: Parameters<typeof announceQuote>[2],
    change: Change,
  ): Promise<void> {
    const {
      caller: { account },
      key,
    } = request;
    const id = Number(key);
    await this.transactions.run({ account }, async (transaction) => {
      const locked = isDecimalId(key) ? await this.moves.lock(transaction, account, id) : undefined;
      if (!locked) throw new Failure('unknown_row');
      const { quote, reservation } = locked;
      refuseWrongState(quote, to);
      const changed = await change(quote, reservation, transaction);
      if (to === quote.status && isSameAnswer(quote, changed)) return;
      await this.moves.move(transaction, byCaller(request), quote, { to, action, change: changed });
    });
  }

  /** Of an answer that holds no more, since its time is over or the price has changed. */
  private async expire(transaction: EntityManager, account: number, id: number): Promise<void> {
    const quote = await this.quotes.lock(transaction, account, id);
    await this.moves.move(transaction, bySystem('manual quotes', account), quote, { to: 'expired', action: 'expired' });
  }

  private async add(
    transaction: EntityManager,
    by: DecidedBy,
    { id: reservation }: FoundReservation,
    { selection: { passengers, price }, at, ...wanted }: NewlyWanted,
  ): Promise<number> {
    const { account } = by;
    const quote = {
      ...wanted,
      reservation,
      passengers,
      price,
      respondBy: await deadline(transaction, account, at),
      requestedDate: at.toString(),
    };
    const id = await this.quotes.add(transaction, account, quote);
    await announceQuote(transaction, account, 'requested', { id, reservation });
    await recordQuoteDecision(transaction, by, {
      action: 'requested',
      after: { ...quote, ...unanswered, id, status: 'requested' },
    });
    return id;
  }
}

/** Whether an answer says what the one before says, as one that is sent again does. */
const isSameAnswer = (quote: ManualQuoteRow, change: QuoteChange): boolean =>
  (['price', 'penalty', 'answerNote', 'internalNote'] as const).every((name) => quote[name] === change[name]) &&
  typeof quote.validUntil === 'string' &&
  typeof change.validUntil === 'string' &&
  Temporal.Instant.compare(Temporal.Instant.from(quote.validUntil), Temporal.Instant.from(change.validUntil)) === 0;

const unanswered = { penalty: null, validUntil: null, answerNote: null, internalNote: null };

const instantOf = (milliseconds: number): Temporal.Instant => Temporal.Instant.fromEpochMilliseconds(milliseconds);

/** As the account has it set, when it is asked. */
const deadline = async (transaction: EntityManager, account: number, at: Temporal.Instant): Promise<string> =>
  respondBy(at, await settingsWithin(transaction, reservationSettings, account)).toString();

function withReply(note: string | null, reply: string): string {
  const both = note === null ? reply : `${note}\n${reply}`;
  if (Array.from(both).length > maxNotes)
    throw invalid({ note: [`Ensure the notes have no more than ${maxNotes} characters together.`] });
  return both;
}

async function refuseTooMany(
  transaction: EntityManager,
  { account, domain = '' }: Pick<Caller, 'account' | 'domain'>,
  { quotes }: FoundReservation,
): Promise<void> {
  if ((quotes?.length ?? 0) >= maxOpenOfReservation)
    throw invalid({ reserve_id: [`${maxOpenOfReservation} quotes of this reservation are open already.`] });
  await lockQuotesOf(transaction, { account, domain });
  if ((await countOpenQuotes(transaction, { account, domain }, maxOpenOfDomain)) >= maxOpenOfDomain)
    throw invalid({ non_field_errors: [`${maxOpenOfDomain} quotes of this domain are open already.`] });
}
