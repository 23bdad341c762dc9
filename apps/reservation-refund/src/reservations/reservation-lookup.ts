import { Injectable } from '@nestjs/common';
import type { RefundTier, ReservationStatus } from '@refundry/contracts';
import { Failure } from '@refundry/errors';
import { parametersOf, type Statement } from '@refundry/pagination';
import { ReadPool } from '@refundry/persistence';
import { isDecimalId, type Caller } from '@refundry/resource';
import type { EntityManager } from 'typeorm';

/** A reservation as quotes need it, with the rule set that applies to it. Instants as ISO 8601 writes them. */
export interface FoundReservation {
  readonly id: number;
  readonly status: ReservationStatus;
  readonly price: number;
  readonly nights: number | null;
  readonly issued_at: string;
  readonly starts_at: string;
  readonly zone: string;
  readonly rules: FoundRules | null;
}

/** A rule set in the version that it had when it was found. */
export interface FoundRules {
  readonly id: number;
  readonly version: number;
  readonly name: string;
  readonly grace_minutes: number;
  readonly tiers: readonly RefundTier[];
}

interface RankedReservation extends FoundReservation {
  /** By what it was found: 1 its id, 2 its original PNR, 3 its local PNR. */
  readonly rank: number;
}

/** Names by which a rule set matches reservations, compared by their keys (docs/adr/0037). */
const names = ['supplier', 'carrier', 'fare_class'];
const matches = [['service', 'service'], ...names.map((name) => [name, `${name}_key`])];

/**
 * Up to two reservations, found by id, original PNR or local PNR, the better found first, each with the most specific
 * of the rule sets that match it: `$1` is the account, `$2` the id, `$3` the PNR, `$4` the domain. One statement, so
 * that a quote costs one round trip and its rules and its reservation are of one snapshot. Of rule sets that differ in
 * the spelling of their names only, which come from before these were compared by key, the one that spells them as the
 * reservation does applies, or else the older.
 */
export const lookup = `
  with found as materialized (
    select *, ${names.map((name) => `name_key(${name}) as ${name}_key`).join(', ')} from (
      (select 1 as rank, r.* from reservation r where account_id = $1 and id = $2::int8)
      union all (select 2, r.* from reservation r where account_id = $1 and original_pnr_key = pnr_key($3::text)
        limit 2)
      union all (select 3, r.* from reservation r where account_id = $1 and local_pnr_key = pnr_key($3::text) limit 2)
    ) ranked order by rank limit 2
  )
  select json_build_object(
    'rank', rank, 'id', id, 'status', status, 'price', price, 'nights', nights, 'issued_at', issued_at,
    'starts_at', starts_at, 'zone', zone,
    'rules', (
      select json_build_object('id', rules.id, 'version', rules.version, 'name', rules.name,
        'grace_minutes', rules.grace_minutes, 'tiers', rules.tiers)
      from refund_rules rules where rules.account_id = $1 and rules.domain = $4 and not rules.is_retired
        ${matches
          .map(([column, compared]) => `and coalesce(rules.${compared} = found.${compared}, rules.${column} is null)`)
          .join(' ')}
        and coalesce(rules.valid_from <= found.issued_at, true) and coalesce(found.issued_at < rules.valid_until, true)
      order by rules.specificity desc,
        ${names.map((name) => `(rules.${name} is not distinct from found.${name})::integer`).join(' + ')} desc, rules.id
          limit 1
    )
  )::text as found from found order by rank`;

/** Finds the reservation that a client names, and its rules. */
@Injectable()
export class ReservationLookup {
  constructor(private readonly readPool: ReadPool) {}

  /**
   * @throws Failure `reserve_id_missing`, `unknown_reservation`, `ambiguous_pnr`, `unavailable`, `deadline_exceeded`
   */
  async find(caller: Caller, reserveId: string | null | undefined): Promise<FoundReservation> {
    const rows = await this.readPool.rows(lookupOf(caller, reserveId));
    return theOne(rows.map(([found]) => found ?? ''));
  }

  /** Locks it too, so that nobody else gives it back meanwhile. @throws Failure as `find` does */
  async lock(
    transaction: EntityManager,
    caller: Caller,
    reserveId: string | null | undefined,
  ): Promise<FoundReservation> {
    const { id } = await this.findWithin(transaction, caller, reserveId);
    await lockReservation(transaction, caller.account, id);
    // The former holder of the lock may have changed it, and its PNRs too.
    const locked = await this.findWithin(transaction, caller, reserveId);
    return locked.id === id ? locked : this.lock(transaction, caller, reserveId);
  }

  private async findWithin(
    transaction: EntityManager,
    caller: Caller,
    reserveId: string | null | undefined,
  ): Promise<FoundReservation> {
    const statement = lookupOf(caller, reserveId);
    const rows = await transaction.query<{ found: string }[]>(statement.text, parametersOf(statement));
    return theOne(rows.map(({ found }) => found));
  }
}

/** Locks the row until the transaction ends. */
export const lockReservation = (transaction: EntityManager, account: number, id: number): Promise<unknown> =>
  transaction.query('select from reservation where account_id = $1 and id = $2 for update', [account, id]);

function lookupOf({ account, domain = '' }: Caller, reserveId: string | null | undefined): Statement {
  if (reserveId === null || reserveId === undefined) throw new Failure('reserve_id_missing');
  return {
    account,
    text: lookup,
    values: [isDecimalId(reserveId) ? reserveId : null, reserveId, domain],
    isPrepared: true,
  };
}

function theOne(texts: readonly string[]): FoundReservation {
  const [found, other] = texts.map((text) => JSON.parse(text) as RankedReservation);
  if (!found) throw new Failure('unknown_reservation');
  if (other?.rank === found.rank) throw new Failure('ambiguous_pnr');
  return found;
}
