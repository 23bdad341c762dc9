import { Injectable } from '@nestjs/common';
import { byCaller, recordDecision, type DecidedBy } from '@refundry/audit';
import {
  refundBecame,
  refundDecisions,
  requestRefund,
  type RefundEvent,
  type RefundRequest,
  type RefundState,
} from '@refundry/contracts';
import { Failure, wrongState } from '@refundry/errors';
import { publishEvent } from '@refundry/outbox';
import { IdempotentRequests, Transactions } from '@refundry/persistence';
import { isDecimalId, type ActionRequest } from '@refundry/resource';
import type { EntityManager } from 'typeorm';
import { answeredQuote } from '../quotes/answered-quote.js';
import { quoteAt, type Quote } from '../quotes/quote.js';
import { ReservationLookup, type FoundReservation } from '../reservations/reservation-lookup.js';
import { ReservationsRepository } from '../reservations/reservations.repository.js';
import { isConfirmed } from './known-refund.js';
import { movesFrom } from './refund-state.js';
import { RefundsRepository, type NewRefund } from './refunds.repository.js';

/** From quote to refund, and what becomes of it. */
@Injectable()
export class RefundsService {
  constructor(
    private readonly transactions: Transactions,
    private readonly idempotentRequests: IdempotentRequests,
    private readonly lookup: ReservationLookup,
    private readonly reservations: ReservationsRepository,
    private readonly refunds: RefundsRepository,
  ) {}

  /**
   * Gives a reservation back for the penalty that its owner saw, if that still holds at the moment the gateway received
   * the request. One that has been given back for that penalty has its refund, however often it is asked for. Gives the
   * reservation's id.
   *
   * @throws Failure of the lookup; `already_refunded`, `already_used`, `no_rules`, `penalty_changed` with the new
   * quote; `wrong_state` where it has a refund that is not what was confirmed
   */
  async request(request: ActionRequest<RefundRequest>): Promise<number> {
    const { caller, input, idempotency } = request;
    const { account } = caller;
    const { id } = await this.transactions.run({ account }, (transaction) =>
      this.idempotentRequests.once(
        transaction,
        { account, operation: requestRefund.subject, idempotency },
        async () => {
          const reservation = await this.lookup.lock(transaction, caller, input.reserve_id);
          const refund = await this.refunds.ofReservation(transaction, account, reservation.id);
          if (!refund) await this.refund(transaction, reservation, request);
          else if (!isConfirmed(refund, reservation, request)) throw stateOf(refund);
          return { id: reservation.id };
        },
      ),
    );
    return id;
  }

  /**
   * Gives the id of the refund's reservation.
   *
   * @throws Failure `unknown_refund`; `wrong_state` where the state table has no such move
   */
  async move(by: DecidedBy, key: string, to: RefundState): Promise<number> {
    const { account } = by;
    const id = Number(key);
    return this.transactions.run({ account }, async (transaction) => {
      const refund = isDecimalId(key) ? await this.refunds.lock(transaction, account, id) : null;
      if (!refund) throw new Failure('unknown_refund');
      const { reservation, status } = refund;
      if (!movesFrom(status).includes(to)) throw stateOf(refund);
      await this.refunds.setState(transaction, account, id, to);
      await tellOthers(transaction, account, to, { refund: id, reservation });
      await recordDecision(transaction, by, {
        action: refundDecisions[to],
        subject: id,
        before: { reserve_id: reservation, status },
        after: { reserve_id: reservation, status: to },
      });
      if (to === 'rejected') {
        await this.reservations.lock(transaction, account, reservation);
        await this.reservations.setStatus(transaction, account, reservation, 'confirmed');
      }
      return reservation;
    });
  }

  private async refund(
    transaction: EntityManager,
    reservation: FoundReservation,
    request: ActionRequest<RefundRequest>,
  ): Promise<void> {
    const {
      caller: { account },
      input,
      receivedAt,
    } = request;
    const quote = quoteAt(reservation, receivedAt);
    const {
      rules,
      stretch: { penalty },
    } = appliedTo(quote);
    if (penalty !== input.expected_penalty) throw new Failure('penalty_changed', { payload: answeredQuote(quote) });
    const refund = {
      reservation: reservation.id,
      price: reservation.price,
      penalty,
      reason: input.reason_id ?? null,
      rule: rules.id,
      ruleVersion: rules.version,
      requestedDate: new Date(receivedAt).toISOString(),
    };
    const id = await this.refunds.add(transaction, account, refund);
    await tellOthers(transaction, account, 'requested', { refund: id, reservation: reservation.id });
    await recordRequest(transaction, byCaller(request), id, refund);
    await this.reservations.setStatus(transaction, account, reservation.id, 'refund');
  }
}

function appliedTo({ applied }: Quote): NonNullable<Quote['applied']> {
  if (!applied) throw new Failure('no_rules');
  return applied;
}

const stateOf = ({ status }: { readonly status: RefundState }): Failure =>
  wrongState({ of: 'refund', state: status, possible: movesFrom(status) });

const recordRequest = (
  transaction: EntityManager,
  by: DecidedBy,
  subject: number,
  { reservation, price, penalty, reason, rule, ruleVersion }: NewRefund,
): Promise<void> =>
  recordDecision(transaction, by, {
    action: refundDecisions.requested,
    subject,
    after: {
      reserve_id: reservation,
      status: 'requested',
      price,
      penalty,
      reason_id: reason,
      rule_id: rule,
      rule_version: ruleVersion,
    },
  });

const tellOthers = (
  transaction: EntityManager,
  account: number,
  state: RefundState,
  content: RefundEvent,
): Promise<void> => publishEvent(transaction, { account, type: refundBecame[state], content });
