import { Injectable } from '@nestjs/common';
import { Lane, Transactions } from '@refundry/persistence';
import type { LevelRun } from '../sync/level-run.js';
import type { Level, LevelQuestion } from '../sync/sync-step.js';
import { CancellationReasonsPull } from './cancellation-reasons.pull.js';
import { differsFrom } from './merge-reasons.js';
import { isWithheld, readReasons } from './upstream-reason.js';

/** The pull, as a job: one page, because what is gone can be told only when everything has been read. */
@Injectable()
export class CancellationReasonsLevel implements Level {
  readonly name = 'cancellation_reasons';

  constructor(
    private readonly pulls: CancellationReasonsPull,
    private readonly transactions: Transactions,
    private readonly lane: Lane,
  ) {}

  async sync(run: LevelRun): Promise<void> {
    const { account, session, jobName } = run;
    const [now] = await this.lane.rows({ account: 'any', text: 'select clock_timestamp()::text', values: [], isCommon: true });
    const reasons = await readReasons(session);
    const withheld = reasons.filter(isWithheld).length;
    run.expect(reasons.length);
    await run.commit(async (transaction) => {
      const { inserted, updated } = await this.pulls.mergeUnlessPulled(transaction, String(now?.[0]), reasons, { account, isForced: false, requestId: jobName });
      const seen = reasons.length;
      return { counts: { seen, inserted, updated, unchanged: seen - withheld - inserted - updated, withheld, refused: 0 }, isLast: true };
    });
  }

  async isBehind({ account, session }: LevelQuestion): Promise<boolean> {
    const reasons = await readReasons(session);
    return this.transactions.run({ account }, (transaction) => differsFrom(transaction, account, reasons));
  }
}
