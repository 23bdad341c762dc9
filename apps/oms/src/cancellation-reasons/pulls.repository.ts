import { Injectable } from '@nestjs/common';
import { MoreThan, type EntityManager } from 'typeorm';
import { PullRow } from './pull.entity.js';

type Pulled = Pick<PullRow, 'account' | 'resource'>;

/** Reads and writes when a resource of an account was last pulled, in the caller's transaction. */
@Injectable()
export class PullsRepository {
  /** Whether a pull asked Omnitron after this moment. */
  wasAskedAfter(transaction: EntityManager, { account, resource }: Pulled, moment: string): Promise<boolean> {
    return transaction.existsBy(PullRow, { account, resource, askedDate: MoreThan(moment) });
  }

  hasFinishedAfter(transaction: EntityManager, { account, resource }: Pulled, moment: string): Promise<boolean> {
    return transaction.existsBy(PullRow, { account, resource, finishedDate: MoreThan(moment) });
  }

  /** A pull that asked at this moment has finished now. */
  async finish(transaction: EntityManager, { account, resource }: Pulled, askedDate: string): Promise<void> {
    const insertion = transaction.createQueryBuilder().insert().into(PullRow);
    await insertion
      .values({ account, resource, askedDate, finishedDate: () => 'clock_timestamp()' })
      .orUpdate(['asked_date', 'finished_date'], ['account_id', 'resource'])
      .execute();
  }
}
