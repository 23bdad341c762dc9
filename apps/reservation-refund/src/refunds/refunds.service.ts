import { Injectable } from '@nestjs/common';
import { byCaller, bySystem, recordDecision, type DecidedBy } from '@refundry/audit';
import {
  refundBecame,
  refundDecisions,
  requestRefund,
  reservationSettings,
  type RefundEvent,
  type RefundRequest,
  type RefundState,
} from '@refundry/contracts';
import { Failure, wrongState } from '@refundry/errors';
import { publishEvent } from '@refundry/outbox';
import { IdempotentRequests, Transactions } from '@refundry/persistence';
import { settingsWithin } from '@refundry/settings';
import { isDecimalId, type ActionRequest } from '@refundry/resource';
import type { EntityManager } from 'typeorm';
import { ManualQuoteMoves } from '../manual-quotes/manual-quote-moves.js';
import { answeredQuote } from '../quotes/answered-quote.js';
import { breakdownOf, breakdownWithin, penaltyOf, quoteAt, type Quote } from '../quotes/quote.js';
import { selectionOf, type Selection } from '../quotes/selection.js';
import { ReservationLookup, type FoundReservation } from '../reservations/reservation-lookup.js';
import { ReservationsRepository } from '../reservations/reservations.repository.js';
import { requireSecondPerson } from '../second-person.js';
import { release, useUp } from '../waivers/moved-waivers.js';
import { isConfirmed, type KnownRefund } from './known-refund.js';
import {
  addRefundPassengers,
  newestLiveRefund,
  refundOfPassengers,
  type RefundedPassenger,
} from './refund-passengers.sql.js';
import type { RefundRow } from './refund.entity.js';
import { isDead, movesFrom } from './refund-state.js';
import { RefundsRepository, type NewRefund } from './refunds.repository.js';

/** The record of a request that may be sent again. The version before keeps the reservation alone. */
interface RequestedRefund {
  /** Of the reservation. */
  readonly id: number;
  readonly refund?: number;
}

/** From quote to refund, and what becomes of it. */
@Injectable()
export class RefundsService {
  constructor(
    private readonly transactions: Transactions,
    private readonly idempotentRequests: IdempotentRequests,
    private readonly lookup: ReservationLookup,
    private readonly reservations: ReservationsRepository,
    private readonly refunds: RefundsRepository,
    private readonly manualQuotes: ManualQuoteMoves,
  ) {}

  /**
   * Gives passengers of a reservation back for the penalty that was seen, if that still holds at the moment the gateway
   * received the request. Those who have been given back together for that penalty have their refund, however often it
   * is asked for. Gives its id.
   *
   * @throws Failure of the lookup; `already_refunded`, `already_used`, `unknown_passenger`, `passenger_refunded`,
   * `no_rules`, `penalty_changed` with the new quote; `wrong_state` where they have a refund that is not what was
   * confirmed
   */
  async request(request: ActionRequest<RefundRequest>): Promise<number> {
    const { caller, input, idempotency } = request;
    const { account } = caller;
    return this.transactions.run({ account }, async (transaction) => {
      const { id, refund } = await this.idempotentRequests.once<RequestedRefund>(
        transaction,
        { account, operation: requestRefund.subject, idempotency },
        async () => {
          const reservation = await this.lookup.lock(transaction, caller, input.reserve_id);
          const selection = selectionOf(reservation, input.passenger_ids);
          const known = await knownRefund(transaction, reservation, selection, request);
          if (known && !isConfirmed(known, reservation, selection, request)) throw stateOf(known);
          const refund = known?.id ?? (await this.refund(transaction, reservation, selection, request));
          return { id: reservation.id, refund };
        },
      );
      return refund ?? this.refunds.newestOf(transaction, account, id);
    });
  }

  /**
   * Moves a refund to another state. The passengers of one that ends without giving them back are free again.
   *
   * @throws Failure `unknown_refund`; `wrong_state` where the state table has no such move; `second_person_needed` for
   * the approval of a request of one's own, where the account wants another person's
   */
  async move(by: DecidedBy, key: string, to: RefundState): Promise<void> {
    const { account } = by;
    const id = Number(key);
    await this.transactions.run({ account }, async (transaction) => {
      const refund = isDecimalId(key) ? await this.refunds.lock(transaction, account, id) : null;
      if (!refund) throw new Failure('unknown_refund');
      const { reservation, status, requestedByKind: kind, requestedBy } = refund;
      if (!movesFrom(status).includes(to)) throw stateOf(refund);
      if (to === 'approved') {
        const { second_person_approves: needsSecond } = await settingsWithin(transaction, reservationSettings, account);
        if (needsSecond) requireSecondPerson({ kind, id: requestedBy }, by.actor);
      }
      await this.moved(transaction, by, { id, reservation, status }, to);
      if (isDead(to)) {
        await this.reservations.lock(transaction, account, reservation);
        await release(transaction, by, { reservation, refund: id });
        await this.reservations.confirmAgain(transaction, account, reservation);
      }
    });
  }

  private async moved(
    transaction: EntityManager,
    by: DecidedBy,
    { id, reservation, status }: { readonly id: number } & Pick<RefundRow, 'reservation' | 'status'>,
    to: RefundState,
  ): Promise<void> {
    const { account } = by;
    await this.refunds.setState(transaction, account, id, to);
    await tellOthers(transaction, account, to, { refund: id, reservation });
    await recordDecision(transaction, by, {
      action: refundDecisions[to],
      subject: id,
      before: { reserve_id: reservation, status },
      after: { reserve_id: reservation, status: to },
    });
  }

  /** Approves a request that pays back no more than the account lets pass. */
  private async approveSmall(
    transaction: EntityManager,
    account: number,
    { id, reservation, price, penalty }: { readonly id: number } & NewRefund,
  ): Promise<void> {
    const { approve_above: most } = await settingsWithin(transaction, reservationSettings, account);
    if (most !== null && price - penalty <= most)
      await this.moved(
        transaction,
        bySystem('approve_above', account),
        { id, reservation, status: 'requested' },
        'approved',
      );
  }

  /** Gives the refund's id. */
  private async refund(
    transaction: EntityManager,
    reservation: FoundReservation,
    selection: Selection,
    request: ActionRequest<RefundRequest>,
  ): Promise<number> {
    const {
      caller: { account, actor },
      input,
      receivedAt,
    } = request;
    const quote = quoteAt(reservation, selection, receivedAt);
    const applied = appliedTo(quote);
    const penalty = penaltyOf(quote, applied);
    if (penalty !== input.expected_penalty) throw new Failure('penalty_changed', { payload: answeredQuote(quote) });
    const refund = {
      reservation: reservation.id,
      price: selection.price,
      penalty,
      waived: quote.waived,
      waiver: quote.waiver?.id ?? null,
      reason: input.reason_id ?? null,
      ...pricedBy(applied),
      requestedByKind: actor?.kind ?? null,
      requestedBy: actor?.id ?? null,
      requestedDate: new Date(receivedAt).toISOString(),
    };
    const id = await this.refunds.add(transaction, account, refund);
    const place = { account, reservation: reservation.id, refund: id };
    await addRefundPassengers(transaction, place, refundedPassengers(applied, quote));
    if ('promise' in applied) await this.manualQuotes.use(transaction, byCaller(request), applied.promise, id);
    await tellOthers(transaction, account, 'requested', { refund: id, reservation: reservation.id });
    await recordRequest(transaction, byCaller(request), id, { ...refund, passengers: selection.passengers });
    await this.approveSmall(transaction, account, { ...refund, id });
    if (reservation.waivers) {
      const refunded = [...reservation.refunded, ...selection.passengers];
      const places = { reservation: reservation.id, of: reservation.passengers, refunded };
      await useUp(transaction, byCaller(request), places, refund.requestedDate);
    }
    if (isLast(reservation, selection))
      await this.reservations.setStatus(transaction, account, reservation.id, 'refund');
    return id;
  }
}

/**
 * The refund that a request may be meant for, unless it asks for another one after it. A request that names no
 * passengers means the newest, if nobody can be given back any more.
 */
async function knownRefund(
  transaction: EntityManager,
  { id, status }: FoundReservation,
  { passengers }: Selection,
  { caller: { account }, input }: ActionRequest<RefundRequest>,
): Promise<KnownRefund | undefined> {
  const place = { account, reservation: id };
  const isClosed = status !== 'confirmed' || passengers.length === 0;
  const live = isClosed && !input.passenger_ids ? await newestLiveRefund(transaction, place) : undefined;
  const known = live ?? (await refundOfPassengers(transaction, place, passengers));
  return known && input.again && isDead(known.status) ? undefined : known;
}

/** Whether nobody of a reservation is left after a selection. */
const isLast = ({ passengers, refunded }: FoundReservation, selection: Selection): boolean =>
  refunded.length + selection.passengers.length >= passengers;

const refundedPassengers = (
  applied: Applied,
  { reservation, selection, waivedShares }: Quote,
): readonly RefundedPassenger[] =>
  itemised(applied, reservation, selection, waivedShares).map(({ waived = 0, ...share }) => ({
    ...share,
    waived,
    waiver: waived > 0 ? (waivedShares.get(share.passenger)?.waiver.id ?? null) : null,
  }));

type Applied = NonNullable<Quote['applied']>;

function appliedTo({ applied }: Quote): Applied {
  if (!applied) throw new Failure('no_rules');
  return applied;
}

const pricedBy = (applied: Applied): Pick<NewRefund, 'rule' | 'ruleVersion' | 'quote'> =>
  'promise' in applied
    ? { rule: null, ruleVersion: null, quote: applied.promise.id }
    : { rule: applied.rules.id, ruleVersion: applied.rules.version, quote: null };

const itemised = (
  applied: Applied,
  reservation: FoundReservation,
  selection: Selection,
  waivedShares: Quote['waivedShares'],
): ReturnType<typeof breakdownOf> =>
  'promise' in applied
    ? breakdownWithin(applied.penalty, reservation, selection)
    : breakdownOf(applied.stretch.penalty, reservation, selection, waivedShares);

const stateOf = ({ status }: { readonly status: RefundState }): Failure =>
  wrongState({ of: 'refund', state: status, possible: movesFrom(status) });

const recordRequest = (
  transaction: EntityManager,
  by: DecidedBy,
  subject: number,
  {
    reservation,
    passengers,
    price,
    penalty,
    waived,
    waiver,
    reason,
    rule,
    ruleVersion,
    quote,
  }: NewRefund & Pick<Selection, 'passengers'>,
): Promise<void> =>
  recordDecision(transaction, by, {
    action: refundDecisions.requested,
    subject,
    after: {
      reserve_id: reservation,
      passenger_ids: passengers,
      status: 'requested',
      price,
      penalty,
      reason_id: reason,
      rule_id: rule,
      rule_version: ruleVersion,
      ...(waived > 0 && { waived }),
      ...(waiver !== null && { waiver_id: waiver }),
      ...(quote !== null && { quote_id: quote }),
    },
  });

const tellOthers = (
  transaction: EntityManager,
  account: number,
  state: RefundState,
  content: RefundEvent,
): Promise<void> => publishEvent(transaction, { account, type: refundBecame[state], content });
