import { Injectable } from '@nestjs/common';
import { ReadPool, Transactions } from '@refundry/persistence';
import type { LevelRun } from '../sync/level-run.js';
import type { Level, LevelQuestion } from '../sync/sync-step.js';
import { CancellationReasonsPull } from './cancellation-reasons.pull.js';
import { differsFrom } from './merge-reasons.sql.js';
import { isWithheld, readReasons } from './upstream-reason.js';

/** The pull, as a job: one page, because what is gone can be told only when everything has been read. */
@Injectable()
export class CancellationReasonsLevel implements Level {
  readonly name = 'cancellation_reasons';

  constructor(
    private readonly pulls: CancellationReasonsPull,
    private readonly transactions: Transactions,
    private readonly readPool: ReadPool,
  ) {}

  async sync(run: LevelRun): Promise<void> {
    const { account, session, jobName } = run;
    const [now] = await this.readPool.rows({
      account: 'any',
      text: 'select clock_timestamp()::text',
      values: [],
      isPrepared: true,
    });
    const reasons = await readReasons(session);
    const withheld = reasons.filter(isWithheld).length;
    run.expect(reasons.length);
    await run.commit(async (transaction) => {
      const { inserted, updated } = await this.pulls.mergeUnlessPulled(transaction, String(now?.[0]), reasons, {
        account,
        requestId: jobName,
      });
      const seen = reasons.length;
      return {
        counts: { seen, inserted, updated, unchanged: seen - withheld - inserted - updated, withheld, refused: 0 },
        isLast: true,
      };
    });
  }

  async isStale({ account, session }: LevelQuestion): Promise<boolean> {
    const reasons = await readReasons(session);
    return this.transactions.run({ account }, (transaction) => differsFrom(transaction, account, reasons));
  }
}
