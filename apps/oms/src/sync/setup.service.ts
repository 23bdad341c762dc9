import { Injectable } from '@nestjs/common';
import { SingleFlight } from '@refundry/concurrency';
import { recordDecision, type DecidedBy } from '@refundry/audit';
import {
  setupDecisions,
  type AsyncResult,
  type LastRun,
  type SetupStep,
  type SyncProblems as ListedProblems,
  type SyncReport,
} from '@refundry/contracts';
import { Failure } from '@refundry/errors';
import { Jobs } from '@refundry/jobs';
import { Transactions } from '@refundry/persistence';
import { Omnitron } from '../omnitron/omnitron.js';
import { readProgress, type LevelProgress, type SyncProgress } from './sync-progress.js';
import { SyncProblems } from './sync-problems.sql.js';
import { SyncSteps } from './sync-steps.js';
import { Watermarks } from './watermarks.sql.js';

/** A caller waits for the answer: better none than a late one. */
const questionMs = 10_000;
const attempts = 2;

/** A question may read through all of Omnitron's lists; the same question meanwhile gets the same answer. */
const maxQuestions = 10;

interface RunOrder {
  readonly account: number;
  readonly step: SetupStep;
  readonly isFull: boolean;
  readonly orderedBy: DecidedBy | undefined;
}

/** The operations on steps, for callers and operators. */
@Injectable()
export class SetupService {
  private readonly questions = new SingleFlight(
    (account: number, step: SetupStep) => this.isStale(account, step),
    maxQuestions,
  );

  constructor(
    private readonly jobs: Jobs,
    private readonly steps: SyncSteps,
    private readonly problems: SyncProblems,
    private readonly omnitron: Omnitron,
    private readonly watermarks: Watermarks,
    private readonly transactions: Transactions,
  ) {}

  /**
   * Orders a run, unless one is under way.
   *
   * @param orderedBy of an order that is recorded
   * @returns whether it is a new one
   */
  execute(account: number, step: SetupStep, orderedBy?: DecidedBy): Promise<boolean> {
    return this.order({ account, step, isFull: false, orderedBy });
  }

  /**
   * Orders a run that compares everything, whatever earlier runs have read, unless one is under way.
   *
   * @param orderedBy of an order that is recorded
   * @returns whether it is a new one
   */
  compare(account: number, step: SetupStep, orderedBy?: DecidedBy): Promise<boolean> {
    return this.order({ account, step, isFull: true, orderedBy });
  }

  abort(account: number, step: SetupStep): Promise<void> {
    return this.jobs.abort({ account, kind: step });
  }

  async status(account: number, step: SetupStep): Promise<AsyncResult> {
    return { result: (await this.jobs.latest({ account, kind: step }))?.status ?? 'READY' };
  }

  /** @throws Failure `unavailable` when Omnitron can't be asked: a wrong `false` would be believed; `overloaded` */
  async isRequired(account: number, step: SetupStep): Promise<AsyncResult> {
    try {
      return { result: String(await this.questions.run(account, step)) };
    } catch (error) {
      if (error instanceof Failure && (error.code === 'upstream_failed' || error.code === 'upstream_timeout'))
        throw new Failure('unavailable', { detail: error.detail, cause: error });
      throw error;
    }
  }

  async lastRun(account: number, step: SetupStep): Promise<LastRun> {
    const address = { account, kind: step };
    const [job, successAge, problems] = await Promise.all([
      this.jobs.latest<SyncProgress>(address),
      this.jobs.successAge(address),
      this.problems.of(account, this.levelNames(step)),
    ]);
    const levels = levelsOf(job?.progress).map(({ name, seen, inserted, updated, unchanged, withheld, refused }) => ({
      name,
      seen,
      inserted,
      skipped: seen - inserted,
      problems: (problems.get(name) ?? []).map(({ omnitronId, reason }) => ({ omnitron_id: omnitronId, reason })),
      updated,
      unchanged,
      withheld,
      refused,
    }));
    return {
      status: job?.state ?? 'READY',
      started: job?.started ?? null,
      finished: job?.finished ?? null,
      error: job?.error ?? null,
      levels,
      last_success_age: successAge === undefined ? null : Math.floor(successAge),
    };
  }

  async report(account: number, step: SetupStep): Promise<SyncReport> {
    const job = await this.jobs.latest<SyncProgress>({ account, kind: step });
    return {
      state: job?.state ?? 'READY',
      error: job?.error ?? null,
      levels: levelsOf(job?.progress).map((level) => ({ ...level, skipped: level.seen - level.inserted })),
    };
  }

  async listProblems(account: number, step: SetupStep): Promise<ListedProblems> {
    const problems = await this.problems.of(account, this.levelNames(step));
    return {
      problems: [...problems].flatMap(([level, listed]) =>
        listed.map(({ omnitronId, reason, parent }) => ({ level, omnitron_id: omnitronId, reason, waits_for: parent })),
      ),
    };
  }

  private async order({ account, step, isFull, orderedBy }: RunOrder): Promise<boolean> {
    const job = await this.transactions.run({ account }, async (transaction) => {
      const started = await this.jobs.startWithin(transaction, { account, kind: step, isFresh: isFull });
      if (started === undefined) return undefined;
      if (isFull) await this.watermarks.remove(transaction, account, this.levelNames(step));
      const decision = { action: setupDecisions.started, subject: step, after: { is_full: isFull } };
      if (orderedBy) await recordDecision(transaction, orderedBy, decision);
      return started;
    });
    if (job !== undefined) this.jobs.announce(account, job);
    return job !== undefined;
  }

  private levelNames(step: SetupStep): string[] {
    return this.steps.of(step).levels.map(({ name }) => name);
  }

  private async isStale(account: number, step: SetupStep): Promise<boolean> {
    const session = await this.omnitron.openFor(account, { deadline: Date.now() + questionMs, attempts });
    try {
      const answers = await Promise.all(this.steps.of(step).levels.map((level) => level.isStale({ account, session })));
      return answers.includes(true);
    } finally {
      session.close();
    }
  }
}

const levelsOf = (progress: SyncProgress | null | undefined): LevelProgress[] =>
  progress ? readProgress(progress) : [];
