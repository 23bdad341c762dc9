import { Inject, Injectable, Logger } from '@nestjs/common';
import { Transactions } from '@refundry/persistence';
import { Failure } from '@refundry/resource';
import type { EntityManager } from 'typeorm';
import { omsConfigToken, type OmsConfig } from '../oms.config.js';
import { readCompleteList } from '../omnitron/complete-list.js';
import { Omnitron } from '../omnitron/omnitron.js';
import { mergeReasons } from './merge-reasons.js';
import { UpstreamReason } from './upstream-reason.js';

interface PullRequest {
  account: number;
  /** Go on even when more than half of the active reasons would become inactive. */
  isForced: boolean;
  requestId: string;
}

/** No shop has nearly as many reasons to cancel. */
const mostReasons = 10_000;
/** The advisory locks of pulls, beside those of other purposes. */
const lockOfPulls = 3_100_001;

/**
 * Brings an account's cancellation reasons in step with its Omnitron, in one transaction.
 *
 * However many ask at once, an account has one run: those at this replica share its promise, those at others wait for its
 * lock and find that it has finished. A caller who leaves doesn't stop it.
 */
@Injectable()
export class CancellationReasonsPull {
  private readonly running = new Map<string, Promise<void>>();
  private readonly logger = new Logger('CancellationReasonsPull');

  constructor(
    private readonly transactions: Transactions,
    private readonly omnitron: Omnitron,
    @Inject(omsConfigToken) private readonly config: OmsConfig,
  ) {}

  /** @throws Failure `upstream_failed`, `upstream_timeout`, `conflict`, `unavailable`; then nothing has changed */
  run(request: PullRequest): Promise<void> {
    const key = `${request.account} ${request.isForced}`;
    const running = this.running.get(key) ?? this.start(request).finally(() => this.running.delete(key));
    this.running.set(key, running);
    return running;
  }

  private async start(request: PullRequest): Promise<void> {
    const timeoutMs = this.config.pullDeadlineMs;
    const deadline = Date.now() + timeoutMs;
    try {
      await this.transactions.run({ account: request.account, timeoutMs }, (transaction) => this.pull(transaction, request, deadline));
    } catch (error) {
      const failure = Date.now() >= deadline ? new Failure('upstream_timeout', 'The pull did not end in time; nothing was changed.', undefined, { cause: error }) : error;
      this.logger.warn({ requestId: request.requestId, account: request.account, err: failure, msg: 'pull failed' });
      throw failure;
    }
  }

  private async pull(transaction: EntityManager, { account, isForced, requestId }: PullRequest, deadline: number): Promise<void> {
    if (await this.waitForOtherRun(transaction, account)) return;
    const session = await this.omnitron.open(transaction, account, deadline);
    const reasons = await readCompleteList(session, { resource: 'cancellation_reasons', of: UpstreamReason, largest: mostReasons });
    const merged = await mergeReasons(transaction, reasons, { account, isForced });
    await transaction.query(
      `insert into pull (account_id, finished_date) values ($1, clock_timestamp()) on conflict (account_id) do update set finished_date = excluded.finished_date`,
      [account],
    );
    this.logger.log({ requestId, account, seen: reasons.length, ...merged, msg: 'pulled cancellation reasons' });
  }

  /** Takes the account's turn. Returns true when another replica's run has finished while this one waited for it. */
  private async waitForOtherRun(transaction: EntityManager, account: number): Promise<boolean> {
    const [arrival] = await transaction.query<{ at: string }[]>('select clock_timestamp()::text as at');
    await transaction.query('select pg_advisory_xact_lock($1, $2)', [lockOfPulls, account]);
    const finished = await transaction.query<unknown[]>('select from pull where account_id = $1 and finished_date > $2::timestamptz', [account, arrival?.at]);
    return finished.length > 0;
  }
}
