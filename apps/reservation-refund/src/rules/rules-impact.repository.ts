import { Injectable } from '@nestjs/common';
import type { ImpactState } from '@refundry/contracts';
import { Failure } from '@refundry/errors';
import { isDecimalId } from '@refundry/resource';
import type { EntityManager } from 'typeorm';
import type { ImpactFigures } from './impact-figures.js';
import { RulesImpactRow } from './rules-impact.entity.js';

/** A preview that is not yet in the table. */
export type NewImpact = Pick<
  RulesImpactRow,
  'account' | 'job' | 'draftId' | 'rulesId' | 'domain' | 'rules' | 'pricedAt'
>;

/** Reads and writes previews, one at a time, in the caller's transaction. */
@Injectable()
export class RulesImpactRepository {
  /** @returns the id */
  async add(transaction: EntityManager, impact: NewImpact): Promise<number> {
    const { identifiers } = await transaction.insert(RulesImpactRow, { ...impact, state: 'working' });
    return Number(identifiers[0]?.id);
  }

  /** @throws Failure `unknown_row` */
  async ofKey(transaction: EntityManager, account: number, key: string): Promise<RulesImpactRow> {
    const found = isDecimalId(key)
      ? await transaction.findOne(RulesImpactRow, { where: { account, id: Number(key) } })
      : null;
    if (!found) throw new Failure('unknown_row');
    return found;
  }

  ofJob(transaction: EntityManager, account: number, job: string): Promise<RulesImpactRow> {
    return transaction.findOneOrFail(RulesImpactRow, { where: { account, job } });
  }

  async note(
    transaction: EntityManager,
    { account, id }: RulesImpactRow,
    figures: ImpactFigures & Pick<RulesImpactRow, 'expected'>,
  ): Promise<void> {
    await transaction.update(RulesImpactRow, { account, id }, figures);
  }

  async end(
    transaction: EntityManager,
    { account, job, state }: { readonly account: number; readonly job: string; readonly state: ImpactState },
  ): Promise<void> {
    await transaction.update(RulesImpactRow, { account, job }, { state, endedDate: () => 'clock_timestamp()' });
  }
}
