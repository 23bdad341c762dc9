import { Inject, Injectable, Logger } from '@nestjs/common';
import { recordDecision, type DecidedBy } from '@refundry/audit';
import { cancellationReasonsDeactivated, cancellationReasonsSaved, pullDecisions } from '@refundry/contracts';
import { Failure } from '@refundry/errors';
import { Transactions } from '@refundry/persistence';
import type { EntityManager } from 'typeorm';
import { omsConfigToken, type OmsConfig } from '../oms.config.js';
import { Omnitron } from '../omnitron/omnitron.js';
import { publishesRows } from '../sync/row-events.js';
import { mergeReasons, type MergedReasons } from './merge-reasons.sql.js';
import { momentOf, tryTurn, waitForTurn } from './pull-turns.sql.js';
import { PullsRepository } from './pulls.repository.js';
import { readReasons, reasonsResource, type UpstreamReason } from './upstream-reason.js';

interface PullRequest {
  account: number;
  /** Given to go on even when more than half of the active reasons would become inactive. */
  forcedBy?: DecidedBy | undefined;
  requestId: string;
}

interface Run {
  readonly ended: Promise<void>;
  callers: number;
}

const publishSaved = publishesRows(cancellationReasonsSaved);
const publishDeactivated = publishesRows(cancellationReasonsDeactivated);

/** Each holds a connection of the pool while Omnitron answers; others must find some left. */
const maxRuns = 6;
/** A waiting call would take a place that other accounts need. */
const maxCallersPerRun = 50;

/**
 * Brings an account's cancellation reasons in step with its Omnitron, in one transaction.
 *
 * However many ask at once, an account has one run: those at this replica share its promise, those at others wait for
 * its lock and find that it has finished. A caller who leaves doesn't stop it.
 */
@Injectable()
export class CancellationReasonsPull {
  private readonly runs = new Map<string, Run>();
  private readonly logger = new Logger('CancellationReasonsPull');

  constructor(
    private readonly transactions: Transactions,
    private readonly omnitron: Omnitron,
    private readonly pulls: PullsRepository,
    @Inject(omsConfigToken) private readonly config: OmsConfig,
  ) {}

  /**
   * @throws Failure `upstream_failed`, `upstream_timeout`, `conflict`, `unavailable`, `overloaded`; then nothing has
   * changed
   */
  async run(request: PullRequest): Promise<void> {
    const key = `${request.account} ${request.forcedBy !== undefined}`;
    const run = this.runs.get(key) ?? this.begin(key, request);
    if (run.callers >= maxCallersPerRun) throw new Failure('overloaded');
    run.callers++;
    if (run.callers > 1)
      this.logger.log({ requestId: request.requestId, account: request.account, msg: 'joined a running pull' });
    await run.ended;
  }

  private begin(key: string, request: PullRequest): Run {
    if (this.runs.size >= maxRuns) throw new Failure('overloaded');
    const run = { ended: this.start(request).finally(() => this.runs.delete(key)), callers: 0 };
    this.runs.set(key, run);
    return run;
  }

  private async start(request: PullRequest): Promise<void> {
    const { account, requestId } = request;
    const timeoutMs = this.config.pullDeadlineMs;
    const deadline = Date.now() + timeoutMs;
    try {
      await this.transactions.run({ account, timeoutMs }, async (transaction) => {
        await this.pull(transaction, request, deadline);
        if (Date.now() >= deadline) throw new Failure('deadline_exceeded');
      });
    } catch (error) {
      const failure =
        Date.now() >= deadline
          ? new Failure('upstream_timeout', {
              detail: 'The pull did not end in time; nothing was changed.',
              cause: error,
            })
          : error;
      this.logger.warn({ requestId, account, err: failure, msg: 'pull failed' });
      throw failure;
    }
  }

  /**
   * Merges reasons that were read without the account's turn, unless a pull has brought newer ones.
   *
   * @param asked PostgreSQL's time before they were asked for
   * @throws Failure `conflict`; `overloaded` while a pull is under way
   */
  async mergeUnlessPulled(
    transaction: EntityManager,
    asked: string,
    reasons: readonly UpstreamReason[],
    request: PullRequest,
  ): Promise<MergedReasons> {
    if (!(await tryTurn(transaction, request.account))) throw new Failure('overloaded', 'A pull is under way.');
    if (await this.pulls.wasAskedAfter(transaction, pulledReasons(request), asked))
      return { inserted: 0, updated: 0, deactivated: 0 };
    return this.merge(transaction, reasons, asked, request);
  }

  private async pull(transaction: EntityManager, request: PullRequest, deadline: number): Promise<void> {
    const arrival = await momentOf(transaction);
    await waitForTurn(transaction, request.account);
    // Another pull has ended since, here or elsewhere: they share its run.
    if (await this.pulls.hasFinishedAfter(transaction, pulledReasons(request), arrival)) return;
    const asked = await momentOf(transaction);
    const session = await this.omnitron.open(transaction, request.account, { deadline });
    try {
      await this.merge(transaction, await readReasons(session), asked, request);
    } finally {
      session.close();
    }
  }

  private async merge(
    transaction: EntityManager,
    reasons: readonly UpstreamReason[],
    asked: string,
    { account, forcedBy, requestId }: PullRequest,
  ): Promise<MergedReasons> {
    const { counts, written } = await mergeReasons(transaction, reasons, { account, isForced: forcedBy !== undefined });
    await publishSaved(transaction, account, written.saved);
    await publishDeactivated(transaction, account, written.deactivated);
    await this.pulls.finish(transaction, pulledReasons({ account }), asked);
    const decision = { action: pullDecisions.forced, subject: reasonsResource, after: counts };
    if (forcedBy) await recordDecision(transaction, forcedBy, decision);
    this.logger.log({ requestId, account, seen: reasons.length, ...counts, msg: 'pulled cancellation reasons' });
    return counts;
  }
}

const pulledReasons = ({ account }: Pick<PullRequest, 'account'>) => ({ account, resource: reasonsResource });
