import { Injectable } from '@nestjs/common';
import type { PassengerPrice, RefundTier, ReservationStatus } from '@refundry/contracts';
import { Failure } from '@refundry/errors';
import type { Statement } from '@refundry/pagination';
import { ReadPool } from '@refundry/persistence';
import type { Caller } from '@refundry/resource';
import type { EntityManager } from 'typeorm';
import type { FoundQuote } from '../manual-quotes/found-quote.js';
import { lookupStatement, lookUpWithin } from './reservation-lookup.sql.js';
import type { FoundWaiver } from '../waivers/found-waiver.js';
import { ReservationsRepository } from './reservations.repository.js';

/** A reservation as quotes need it, with the rule set that applies to it. Instants as ISO 8601 writes them. */
export interface FoundReservation {
  readonly id: number;
  readonly status: ReservationStatus;
  readonly price: number;
  readonly nights: number | null;
  readonly passengers: number;
  /** Of each passenger in their order, where they have prices of their own. */
  readonly passenger_prices: readonly Pick<PassengerPrice, 'price' | 'type'>[] | null;
  /** The places of the passengers who are given back, in their order. */
  readonly refunded: readonly number[];
  readonly issued_at: string;
  readonly starts_at: string;
  readonly zone: string;
  /** The open manual quotes of the domain that asks. */
  readonly quotes: readonly FoundQuote[] | null;
  readonly rules: FoundRules | null;
  /** Those that are approved, whether their time is over or not. */
  readonly waivers: readonly FoundWaiver[] | null;
}

/** A rule set in the version that it had when it was found. */
export interface FoundRules {
  readonly id: number;
  readonly version: number;
  readonly name: string;
  readonly grace_minutes: number;
  readonly tiers: readonly RefundTier[];
  readonly child_percent: number | null;
  readonly infant_percent: number | null;
}

interface RankedReservation extends FoundReservation {
  /** By what it was found: 1 its id, 2 its original PNR, 3 its local PNR. */
  readonly rank: number;
}

/** Finds the reservation that a client names, and its rules. */
@Injectable()
export class ReservationLookup {
  constructor(
    private readonly readPool: ReadPool,
    private readonly reservations: ReservationsRepository,
  ) {}

  /**
   * @throws Failure `reserve_id_missing`, `unknown_reservation`, `ambiguous_pnr`, `unavailable`, `deadline_exceeded`
   */
  async find(caller: Caller, reserveId: string | null | undefined): Promise<FoundReservation> {
    const rows = await this.readPool.rows(lookupOf(caller, reserveId));
    return theOne(
      rows.map(([found]) => found ?? ''),
      caller,
    );
  }

  /** Locks it too, so that nobody else gives it back meanwhile. @throws Failure as `find` does */
  async lock(
    transaction: EntityManager,
    caller: Caller,
    reserveId: string | null | undefined,
  ): Promise<FoundReservation> {
    const { id } = await findWithin(transaction, caller, reserveId);
    await this.reservations.lock(transaction, caller.account, id);
    // The former holder of the lock may have changed it, and its PNRs too.
    const locked = await findWithin(transaction, caller, reserveId);
    return locked.id === id ? locked : this.lock(transaction, caller, reserveId);
  }
}

const findWithin = async (
  transaction: EntityManager,
  caller: Caller,
  reserveId: string | null | undefined,
): Promise<FoundReservation> => theOne(await lookUpWithin(transaction, lookupOf(caller, reserveId)), caller);

/** @throws Failure `reserve_id_missing` */
function lookupOf(caller: Caller, reserveId: string | null | undefined): Statement {
  if (reserveId === null || reserveId === undefined) throw new Failure('reserve_id_missing');
  return lookupStatement(caller, reserveId);
}

function theOne(texts: readonly string[], { domain = '' }: Caller): FoundReservation {
  const [found, other] = texts.map((text) => JSON.parse(text) as RankedReservation);
  if (!found) throw new Failure('unknown_reservation');
  if (other?.rank === found.rank) throw new Failure('ambiguous_pnr');
  return found.quotes ? { ...found, quotes: found.quotes.filter((quote) => quote.domain === domain) } : found;
}
