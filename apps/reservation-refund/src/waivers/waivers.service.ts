import { Injectable } from '@nestjs/common';
import { byCaller, recordDecision } from '@refundry/audit';
import {
  proposeWaiver,
  waiverDecisions,
  type WaiverCode,
  type WaiverDecision,
  type WaiverProposal,
  type WaiverState,
} from '@refundry/contracts';
import { Failure, wrongState } from '@refundry/errors';
import { IdempotentRequests, Transactions } from '@refundry/persistence';
import { isDecimalId, type ActionRequest } from '@refundry/resource';
import type { EntityManager } from 'typeorm';
import { quoteAt } from '../quotes/quote.js';
import { selectionOf } from '../quotes/selection.js';
import { ReservationLookup, type FoundReservation } from '../reservations/reservation-lookup.js';
import { ReservationsRepository } from '../reservations/reservations.repository.js';
import { isSomebody, requireSecondPerson } from '../second-person.js';
import { checkLimits, checkProposal } from './check-proposal.js';
import { isInForce } from './found-waiver.js';
import { recordExpired, tellOfWaiver } from './moved-waivers.js';
import { waivedOf } from './waived-shares.js';
import { WaiverCodesService } from './waiver-codes.service.js';
import { movesFrom, stateAfter, statesBefore, type WaiverMove } from './waiver-state.js';
import type { WaiverRow } from './waiver.entity.js';
import { WaiversRepository, type NewWaiver } from './waivers.repository.js';
import { areAllRefunded, expireOfReservation, liveWaiverState } from './waivers.sql.js';

/** The moves that a person decides on, with their decisions. */
const decisions = {
  approve: waiverDecisions.approved,
  reject: waiverDecisions.rejected,
  revoke: waiverDecisions.revoked,
} as const satisfies Partial<Record<WaiverMove, unknown>>;

/** Lowers the penalties of passengers: proposed by one person, and decided on by another where the code says so. */
@Injectable()
export class WaiversService {
  constructor(
    private readonly transactions: Transactions,
    private readonly idempotentRequests: IdempotentRequests,
    private readonly lookup: ReservationLookup,
    private readonly reservations: ReservationsRepository,
    private readonly codes: WaiverCodesService,
    private readonly waivers: WaiversRepository,
  ) {}

  /**
   * Gives the id.
   *
   * @throws Failure of the lookup and of the quote; `no_rules`, `unknown_waiver_code`, `invalid`,
   * `second_person_needed` for a caller who is not known and needs one, `wrong_state` where a passenger has a waiver
   */
  async propose(request: ActionRequest<WaiverProposal>): Promise<number> {
    const { caller, input, idempotency, receivedAt } = request;
    const { account } = caller;
    checkProposal(input, receivedAt);
    const { id } = await this.transactions.run({ account }, (transaction) =>
      this.idempotentRequests.once<{ readonly id: number }>(
        transaction,
        { account, operation: proposeWaiver.subject, idempotency },
        async () => {
          const code = await this.codes.find(transaction, account, input.code);
          if (!code?.is_active) throw new Failure('unknown_waiver_code');
          const reservation = await this.lookup.lock(transaction, caller, input.reserve_id);
          const waiver = newWaiver(request, reservation, code);
          await refuseAnother(transaction, account, waiver);
          return { id: await this.add(transaction, request, waiver) };
        },
      ),
    );
    return id;
  }

  /**
   * Approves, rejects or revokes it.
   *
   * @throws Failure `unknown_waiver`, `wrong_state`; `second_person_needed` for the one who proposed it;
   * `already_refunded` for the approval of one whose passengers are all given back
   */
  async decide(request: ActionRequest<WaiverDecision>, move: keyof typeof decisions): Promise<void> {
    const { caller, key, input, receivedAt } = request;
    const { account } = caller;
    await this.transactions.run({ account }, async (transaction) => {
      const waiver = await this.locked(transaction, account, key);
      const state = stateAt(waiver, receivedAt);
      if (!statesBefore(move).includes(state)) throw stateOf(state);
      requireSecondPerson({ kind: waiver.proposedByKind, id: waiver.proposedBy }, caller.actor);
      if (move === 'approve' && (await areAllRefunded(transaction, waiver, waiver.passengers)))
        throw new Failure('already_refunded');
      const status = stateAfter(move);
      await this.waivers.setState(transaction, waiver, status, caller.actor?.id ?? null);
      if (move !== 'reject') await tellOfWaiver(transaction, account, status, waiver);
      await recordDecision(transaction, byCaller(request), {
        action: decisions[move],
        subject: waiver.id,
        before: { reserve_id: waiver.reservation, status: state },
        after: { reserve_id: waiver.reservation, status },
        ...(typeof input.note === 'string' && { reason: input.note }),
      });
    });
  }

  /** Locks its reservation before it, as every request for a refund does. */
  private async locked(transaction: EntityManager, account: number, key: string): Promise<WaiverRow> {
    const id = isDecimalId(key) ? Number(key) : 0;
    const reservation = await this.waivers.reservationOf(transaction, account, id);
    if (reservation === undefined) throw new Failure('unknown_waiver');
    await this.reservations.lock(transaction, account, reservation);
    return this.waivers.lock(transaction, account, id);
  }

  private async add(
    transaction: EntityManager,
    request: ActionRequest<WaiverProposal>,
    waiver: NewWaiver,
  ): Promise<number> {
    const { account } = request.caller;
    const id = await this.waivers.add(transaction, account, waiver);
    if (waiver.status === 'approved') await tellOfWaiver(transaction, account, 'approved', { ...waiver, id });
    await recordDecision(transaction, byCaller(request), {
      action: waiverDecisions.proposed,
      subject: id,
      after: recordedWaiver(waiver),
      ...(waiver.note !== null && { reason: waiver.note }),
    });
    return id;
  }
}

/** @throws Failure of the quote; `no_rules`, `invalid`, `second_person_needed` */
function newWaiver(
  { caller: { actor }, input, receivedAt }: ActionRequest<WaiverProposal>,
  reservation: FoundReservation,
  code: Required<WaiverCode>,
): NewWaiver {
  const selection = selectionOf(reservation, input.passenger_ids);
  const { applied } = quoteAt(reservation, selection, receivedAt);
  if (!applied) throw new Failure('no_rules');
  checkLimits(input, code, applied.penalty);
  const { largest_percent: maxPercent, needs_second_person_above: leftToOne } = code;
  const [penalty, percentOff] = [input.penalty ?? null, input.percent_off ?? null];
  const measure = { penalty, percent_off: percentOff, largest_percent: maxPercent, max_waived: null };
  const waived = waivedOf(applied.penalty, measure);
  const needsSecond = leftToOne !== null && waived > leftToOne;
  if (needsSecond && !isSomebody(actor)) throw new Failure('second_person_needed');
  return {
    reservation: reservation.id,
    passengers: selection.passengers,
    code: code.code,
    status: needsSecond ? 'proposed' : 'approved',
    penalty,
    percentOff,
    waived,
    maxWaived: needsSecond ? null : leftToOne,
    maxPercent,
    note: input.note ?? null,
    validUntil: input.valid_until ?? null,
    proposedByKind: actor?.kind ?? null,
    proposedBy: actor?.id ?? null,
    proposedDate: new Date(receivedAt).toISOString(),
  };
}

/**
 * A passenger has one waiver at a time. The reservation's row must be locked already.
 *
 * @throws Failure `wrong_state`
 */
async function refuseAnother(transaction: EntityManager, account: number, waiver: NewWaiver): Promise<void> {
  const place = { account, reservation: waiver.reservation };
  const expired = await expireOfReservation(transaction, place, waiver.proposedDate);
  await recordExpired(transaction, account, expired);
  const state = await liveWaiverState(transaction, place, waiver.passengers);
  if (state) throw stateOf(state);
}

/** @param at in milliseconds since 1970 */
const stateAt = ({ status, validUntil }: WaiverRow, at: number): WaiverState =>
  statesBefore('expire').includes(status) && !isInForce({ valid_until: validUntil }, at) ? 'expired' : status;

const stateOf = (state: WaiverState): Failure => wrongState({ of: 'waiver', state, possible: movesFrom(state) });

const recordedWaiver = (waiver: NewWaiver) => ({
  reserve_id: waiver.reservation,
  passenger_ids: waiver.passengers,
  code: waiver.code,
  status: waiver.status,
  penalty: waiver.penalty,
  percent_off: waiver.percentOff,
  waived: waiver.waived,
  max_waived: waiver.maxWaived,
  largest_percent: waiver.maxPercent,
  valid_until: waiver.validUntil,
});
