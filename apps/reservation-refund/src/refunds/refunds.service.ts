import { Injectable } from '@nestjs/common';
import {
  refundBecame,
  requestRefund,
  type RefundEvent,
  type RefundRequest,
  type RefundState,
  type ReservationStatus,
} from '@refundry/contracts';
import { Failure, wrongState } from '@refundry/errors';
import { publishEvent } from '@refundry/outbox';
import { IdempotentRequests, Transactions } from '@refundry/persistence';
import { isDecimalId, type ActionRequest, type Caller } from '@refundry/resource';
import type { EntityManager } from 'typeorm';
import { answeredQuote } from '../quotes/answered-quote.js';
import { quoteAt, type Quote } from '../quotes/quote.js';
import { lockReservation, ReservationLookup, type FoundReservation } from '../reservations/reservation-lookup.js';
import { isConfirmed, type KnownRefund } from './known-refund.js';
import { movesFrom } from './refund-state.js';

/** From quote to refund, and what becomes of it. */
@Injectable()
export class RefundsService {
  constructor(
    private readonly transactions: Transactions,
    private readonly idempotentRequests: IdempotentRequests,
    private readonly reservations: ReservationLookup,
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
          const reservation = await this.reservations.lock(transaction, caller, input.reserve_id);
          const refund = await knownRefund(transaction, account, reservation);
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
  async move({ account }: Caller, key: string, to: RefundState): Promise<number> {
    return this.transactions.run({ account }, async (transaction) => {
      const [refund] = isDecimalId(key)
        ? await transaction.query<{ status: RefundState; reservation_id: string }[]>(
            'select status, reservation_id from refund where account_id = $1 and id = $2 for update',
            [account, key],
          )
        : [];
      if (!refund) throw new Failure('unknown_refund');
      const reservation = Number(refund.reservation_id);
      if (!movesFrom(refund.status).includes(to)) throw stateOf(refund);
      await transaction.query(
        'update refund set status = $3, modified_date = clock_timestamp() where account_id = $1 and id = $2',
        [account, key, to],
      );
      await tellOthers(transaction, account, to, { refund: Number(key), reservation });
      if (to === 'rejected') {
        await lockReservation(transaction, account, reservation);
        await setStatus(transaction, account, reservation, 'confirmed');
      }
      return reservation;
    });
  }

  private async refund(
    transaction: EntityManager,
    reservation: FoundReservation,
    { caller: { account }, input, receivedAt }: ActionRequest<RefundRequest>,
  ): Promise<void> {
    const quote = quoteAt(reservation, receivedAt);
    const {
      rules,
      stretch: { penalty },
    } = appliedTo(quote);
    if (penalty !== input.expected_penalty) throw new Failure('penalty_changed', { payload: answeredQuote(quote) });
    const [refund] = await transaction.query<[{ id: string }]>(
      `insert into refund (account_id, reservation_id, status, price, penalty, reason_id, rule_id, rule_version,
         requested_date)
       values ($1, $2, 'requested', $3, $4, $5, $6, $7, to_timestamp($8::numeric / 1000)) returning id`,
      [
        account,
        reservation.id,
        reservation.price,
        penalty,
        input.reason_id ?? null,
        rules.id,
        rules.version,
        receivedAt,
      ],
    );
    await tellOthers(transaction, account, 'requested', { refund: Number(refund.id), reservation: reservation.id });
    await setStatus(transaction, account, reservation.id, 'refund');
  }
}

function appliedTo({ applied }: Quote): NonNullable<Quote['applied']> {
  if (!applied) throw new Failure('no_rules');
  return applied;
}

async function knownRefund(
  transaction: EntityManager,
  account: number,
  { id }: FoundReservation,
): Promise<KnownRefund | undefined> {
  const [refund] = await transaction.query<{ status: RefundState; price: string; penalty: string }[]>(
    'select status, price, penalty from refund where account_id = $1 and reservation_id = $2',
    [account, id],
  );
  return refund && { status: refund.status, price: Number(refund.price), penalty: Number(refund.penalty) };
}

const stateOf = ({ status }: { readonly status: RefundState }): Failure =>
  wrongState({ of: 'refund', state: status, possible: movesFrom(status) });

const tellOthers = (
  transaction: EntityManager,
  account: number,
  state: RefundState,
  payload: RefundEvent,
): Promise<void> =>
  publishEvent(transaction, { service: 'reservation-refund', account, ...refundBecame(state), payload });

/**
 * The row must be locked already: the statement takes the account's lock of stamps before it reaches the row
 * (docs/adr/0036). It comes last, so that others wait for as little as possible.
 */
const setStatus = (
  transaction: EntityManager,
  account: number,
  reservation: number,
  status: ReservationStatus,
): Promise<unknown> =>
  transaction.query('update reservation set status = $3, modified_date = null where account_id = $1 and id = $2', [
    account,
    reservation,
    status,
  ]);
