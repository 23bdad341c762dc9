import { Inject, Injectable, Logger } from '@nestjs/common';
import { Transactions } from '@refundry/persistence';
import { Failure } from '@refundry/resource';
import type { EntityManager } from 'typeorm';
import { omsConfigToken, type OmsConfig } from '../oms.config.js';
import type { OmnitronSession } from '../omnitron/omnitron-session.js';
import { Omnitron } from '../omnitron/omnitron.js';
import { mergeReasons, type MergedReasons } from './merge-reasons.js';
import { readReasons, reasonsResource } from './upstream-reason.js';

interface PullRequest {
  account: number;
  /** Go on even when more than half of the active reasons would become inactive. */
  isForced: boolean;
  requestId: string;
}

interface PulledReasons extends MergedReasons {
  readonly seen: number;
}

interface Run {
  readonly ended: Promise<void>;
  callers: number;
}

/** The advisory locks of pulls, beside those of other purposes. */
const lockOfPulls = 3_100_001;
/** Each holds a connection of the pool while Omnitron answers; others must find some left. */
const mostRuns = 6;
/** Whoever waits takes a place that other accounts need. */
const mostCallersOfARun = 50;

/**
 * Brings an account's cancellation reasons in step with its Omnitron, in one transaction.
 *
 * However many ask at once, an account has one run: those at this replica share its promise, those at others wait for its
 * lock and find that it has finished. A caller who leaves doesn't stop it.
 */
@Injectable()
export class CancellationReasonsPull {
  private readonly runs = new Map<string, Run>();
  private readonly logger = new Logger('CancellationReasonsPull');

  constructor(
    private readonly transactions: Transactions,
    private readonly omnitron: Omnitron,
    @Inject(omsConfigToken) private readonly config: OmsConfig,
  ) {}

  /** @throws Failure `upstream_failed`, `upstream_timeout`, `conflict`, `unavailable`, `overloaded`; then nothing has changed */
  async run(request: PullRequest): Promise<void> {
    const key = `${request.account} ${request.isForced}`;
    const run = this.runs.get(key) ?? this.begin(key, request);
    if (run.callers >= mostCallersOfARun) throw new Failure('overloaded');
    run.callers++;
    if (run.callers > 1) this.logger.log({ requestId: request.requestId, account: request.account, msg: 'joined a running pull' });
    await run.ended;
  }

  private begin(key: string, request: PullRequest): Run {
    if (this.runs.size >= mostRuns) throw new Failure('overloaded');
    const run = { ended: this.start(request).finally(() => this.runs.delete(key)), callers: 0 };
    this.runs.set(key, run);
    return run;
  }

  private async start({ account, isForced, requestId }: PullRequest): Promise<void> {
    const timeoutMs = this.config.pullDeadlineMs;
    const deadline = Date.now() + timeoutMs;
    try {
      await this.transactions.run({ account, timeoutMs }, async (transaction) => {
        await this.pull(transaction, { account, isForced, requestId }, deadline);
        if (Date.now() >= deadline) throw new Failure('deadline_exceeded');
      });
    } catch (error) {
      const failure = Date.now() >= deadline ? new Failure('upstream_timeout', 'The pull did not end in time; nothing was changed.', undefined, { cause: error }) : error;
      this.logger.warn({ requestId, account, err: failure, msg: 'pull failed' });
      throw failure;
    }
  }

  /**
   * Pulls within a transaction, which has the account's turn from here to its end.
   *
   * @throws Failure `upstream_failed`, `upstream_timeout`, `conflict`
   */
  async pullWithin(transaction: EntityManager, session: OmnitronSession, { account, isForced, requestId }: PullRequest): Promise<PulledReasons> {
    await this.takeTurn(transaction, account);
    const reasons = await readReasons(session);
    const merged = await mergeReasons(transaction, reasons, { account, isForced });
    await transaction.query(
      `insert into pull (account_id, resource, finished_date) values ($1, $2, clock_timestamp())
       on conflict (account_id, resource) do update set finished_date = excluded.finished_date`,
      [account, reasonsResource],
    );
    this.logger.log({ requestId, account, seen: reasons.length, ...merged, msg: 'pulled cancellation reasons' });
    return { seen: reasons.length, ...merged };
  }

  private async pull(transaction: EntityManager, request: PullRequest, deadline: number): Promise<void> {
    if (await this.waitForOtherRun(transaction, request.account)) return;
    const session = await this.omnitron.open(transaction, request.account, { deadline });
    try {
      await this.pullWithin(transaction, session, request);
    } finally {
      session.close();
    }
  }

  /** Returns true when another replica's run has finished while this one waited for it. */
  private async waitForOtherRun(transaction: EntityManager, account: number): Promise<boolean> {
    const [arrival] = await transaction.query<{ at: string }[]>('select clock_timestamp()::text as at');
    await this.takeTurn(transaction, account);
    const finished = await transaction.query<unknown[]>(
      'select from pull where account_id = $1 and resource = $2 and finished_date > $3::timestamptz',
      [account, reasonsResource, arrival?.at],
    );
    return finished.length > 0;
  }
  /** Waits for the account's other pulls; one transaction may ask again. */
  private async takeTurn(transaction: EntityManager, account: number): Promise<void> {
    await transaction.query('select pg_advisory_xact_lock($1, $2)', [lockOfPulls, account]);
  }
}
