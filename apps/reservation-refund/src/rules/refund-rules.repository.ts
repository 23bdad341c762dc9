import { Injectable } from '@nestjs/common';
import { Failure } from '@refundry/errors';
import { isDecimalId } from '@refundry/resource';
import { In, type EntityManager } from 'typeorm';
import { RefundRulesRow } from './refund-rules.entity.js';

/** The content of a rule set: what a new version replaces. */
export type RulesContent = Pick<
  RefundRulesRow,
  | 'name'
  | 'service'
  | 'supplier'
  | 'carrier'
  | 'fareClass'
  | 'validFrom'
  | 'validUntil'
  | 'departsFrom'
  | 'departsUntil'
  | 'childPercent'
  | 'infantPercent'
  | 'graceMinutes'
  | 'tiers'
  | 'specificity'
>;

/** A rule set of an account, and the domain that it is for. */
export type RulesPlace = Pick<RefundRulesRow, 'account' | 'id' | 'domain'>;

/** Has the row stamped, which fails where no trigger does it (docs/adr/0036). */
const stamped = { modifiedDate: () => 'null' };

/** Reads and writes rule sets, one at a time, in the caller's transaction. */
@Injectable()
export class RefundRulesRepository {
  /** Locks it until the transaction ends. */
  lock(transaction: EntityManager, account: number, id: number): Promise<RefundRulesRow | null> {
    return transaction.findOne(RefundRulesRow, { where: { account, id }, lock: { mode: 'pessimistic_write' } });
  }

  /** Locks several until the transaction ends, in the order of their ids. */
  lockAll(transaction: EntityManager, account: number, ids: readonly number[]): Promise<RefundRulesRow[]> {
    return transaction.find(RefundRulesRow, {
      where: { account, id: In(ids) },
      order: { id: 'asc' },
      lock: { mode: 'pessimistic_write' },
    });
  }

  /** Locks that of a key in a path. @throws Failure `unknown_rules` */
  async locked(transaction: EntityManager, account: number, key: string): Promise<RefundRulesRow> {
    const found = isDecimalId(key) ? await this.lock(transaction, account, Number(key)) : null;
    if (!found) throw new Failure('unknown_rules');
    return found;
  }

  /** Adds the first version. @returns the id */
  async add(
    transaction: EntityManager,
    { account, domain }: Omit<RulesPlace, 'id'>,
    content: RulesContent,
  ): Promise<number> {
    const first = { account, domain, ...content, version: 1, isRetired: false };
    const { identifiers } = await transaction.insert(RefundRulesRow, first);
    return Number(identifiers[0]?.id);
  }

  /** Puts the next version in its place. */
  async replace(
    transaction: EntityManager,
    { account, id }: Omit<RulesPlace, 'domain'>,
    content: RulesContent,
  ): Promise<void> {
    const next = { ...content, version: () => 'version + 1', ...stamped };
    await transaction.update(RefundRulesRow, { account, id }, next);
  }

  /** Those that are retired stay as they are. */
  async retire(transaction: EntityManager, { account, id }: Omit<RulesPlace, 'domain'>): Promise<void> {
    await transaction.update(RefundRulesRow, { account, id, isRetired: false }, { isRetired: true, ...stamped });
  }
}
