import { Inject, Injectable } from '@nestjs/common';
import { Transactions } from '@refundry/persistence';
import { omsConfigToken, type OmsConfig } from '../oms.config.js';
import type { LevelRun } from '../sync/level-run.js';
import type { Level, LevelQuestion } from '../sync/sync-step.js';
import { CancellationReasonsPull } from './cancellation-reasons.pull.js';
import { differsFrom } from './merge-reasons.js';
import { readReasons } from './upstream-reason.js';

const timeoutMs = 5000;

/** The pull, as a job: one page, because what is gone can be told only when everything has been read. */
@Injectable()
export class CancellationReasonsLevel implements Level {
  readonly name = 'cancellation_reasons';

  constructor(
    private readonly pulls: CancellationReasonsPull,
    private readonly transactions: Transactions,
    @Inject(omsConfigToken) private readonly config: OmsConfig,
  ) {}

  async sync(run: LevelRun): Promise<void> {
    await run.commit((transaction) => this.pulls.pullWithin(transaction, run.session, { account: run.account, isForced: false, requestId: run.jobName }), this.config.pullDeadlineMs);
    await run.complete();
  }

  async isBehind({ account, session }: LevelQuestion): Promise<boolean> {
    const reasons = await readReasons(session);
    return this.transactions.run({ account, timeoutMs }, (transaction) => differsFrom(transaction, account, reasons));
  }
}
