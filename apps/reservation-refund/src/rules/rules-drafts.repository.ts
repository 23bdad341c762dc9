import { Injectable } from '@nestjs/common';
import { Failure } from '@refundry/errors';
import { isDecimalId } from '@refundry/resource';
import { In, Raw, type EntityManager } from 'typeorm';
import { RulesDraftRow } from './rules-draft.entity.js';

/** A draft that is not yet in the table. */
export type NewDraft = Pick<RulesDraftRow, 'account' | 'domain' | 'rulesId' | 'basedOn' | 'rules' | 'changedBy'>;
export type DraftChange = Partial<Omit<RulesDraftRow, 'account' | 'id' | 'modifiedDate'>>;

const open = In(['draft', 'scheduled']);
const isDue = { status: 'scheduled', publishAt: Raw((column) => `${column} <= clock_timestamp()`) } as const;

/** Reads and writes drafts, one at a time, in the caller's transaction. */
@Injectable()
export class RulesDraftsRepository {
  /** Locks that of a key in a path until the transaction ends. @throws Failure `unknown_row` */
  async locked(transaction: EntityManager, account: number, key: string): Promise<RulesDraftRow> {
    const found = isDecimalId(key)
      ? await transaction.findOne(RulesDraftRow, {
          where: { account, id: Number(key) },
          lock: { mode: 'pessimistic_write' },
        })
      : null;
    if (!found) throw new Failure('unknown_row');
    return found;
  }

  /** How many there are that may still be published. */
  countOpen(transaction: EntityManager, account: number): Promise<number> {
    return transaction.count(RulesDraftRow, { where: { account, status: open } });
  }

  /** @returns the id */
  async add(transaction: EntityManager, draft: NewDraft): Promise<number> {
    const { identifiers } = await transaction.insert(RulesDraftRow, { ...draft, status: 'draft' });
    return Number(identifiers[0]?.id);
  }

  /** Changes one that is locked. @returns it as it is then */
  async change(transaction: EntityManager, draft: RulesDraftRow, change: DraftChange): Promise<RulesDraftRow> {
    const { account, id } = draft;
    await transaction.update(RulesDraftRow, { account, id }, { ...change, modifiedDate: () => 'clock_timestamp()' });
    return Object.assign({}, draft, change);
  }

  /** Those whose publication is due, the earliest first. */
  async due(transaction: EntityManager, account: number, max: number): Promise<number[]> {
    const drafts = await transaction.find(RulesDraftRow, {
      where: { account, ...isDue },
      select: { account: true, id: true },
      order: { publishAt: 'asc', id: 'asc' },
      take: max,
    });
    return drafts.map(({ id }) => id);
  }

  /** Locks one whose publication is due, unless somebody else has it. */
  lockDue(transaction: EntityManager, account: number, id: number): Promise<RulesDraftRow | null> {
    return transaction.findOne(RulesDraftRow, {
      where: { account, id, ...isDue },
      lock: { mode: 'pessimistic_write', onLocked: 'skip_locked' },
    });
  }
}
