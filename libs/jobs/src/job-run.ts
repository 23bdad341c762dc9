import type { Transactions } from '@refundry/persistence';
import type { EntityManager } from 'typeorm';
import { statesBefore, type JobEnd } from './job-state.js';
import type { JobEndHook } from './jobs-options.js';

/** The job as a worker receives it. */
export interface ClaimedJob {
  readonly account: number;
  readonly id: string;
  readonly kind: string;
  /** Fencing token: increases with every claim of the job. */
  readonly fence: number;
  readonly attempt: number;
  /** The state that the last commit wrote, of this run or of the one it continues; null at the beginning. */
  readonly checkpoint: unknown;
  readonly progress: unknown;
}

/** The checkpoint after which a job resumes, and the progress that is shown. Both are plain JSON. */
export interface JobProgress<C, P> {
  readonly checkpoint: C;
  readonly progress: P;
}

/** The job is no longer this worker's: it was aborted, or another worker has taken it. */
export class JobLost extends Error {
  constructor() {
    super("The job is no longer this worker's.");
  }
}

/**
 * A job in a worker's hands. Everything that it writes passes through `commit`, which PostgreSQL refuses once the job
 * is somebody else's: a worker that slept through its lease can't write a row.
 */
export class JobRun<C = unknown, P = unknown> {
  private readonly ended = new AbortController();
  private lastCommit = Promise.resolve();

  constructor(
    private readonly transactions: Transactions,
    readonly job: ClaimedJob,
    private readonly leaseMs: number,
    private readonly onEnd?: JobEndHook,
  ) {}

  get account(): number {
    return this.job.account;
  }

  /** Aborted when the run has to stop; its reason is `JobLost` or whatever the worker ends it with. */
  get signal(): AbortSignal {
    return this.ended.signal;
  }

  stop(reason: Error): void {
    this.ended.abort(reason);
  }

  /**
   * Does a piece of the job: the work and the standing it leads to are written in one transaction, or neither is.
   *
   * Pieces are done in the order in which they were begun, one at a time, so that none waits for a lock of one that
   * waits for it to end; after one that fails none is done. The fence is asked last, so that the row is locked for a
   * moment only and heartbeats get through meanwhile. A piece may take no longer than the lease, because until it ends
   * the locks of a worker that is frozen in the midst of it keep others out.
   *
   * @param work returns the standing that the piece leads to
   * @throws JobLost; Failure `unavailable`, `deadline_exceeded`; whatever `work`, or a piece before, throws
   */
  commit(work: (transaction: EntityManager) => Promise<() => JobProgress<C, P>>): Promise<void> {
    const before = this.lastCommit;
    const committed = this.transactions.run({ account: this.account, timeoutMs: this.leaseMs }, async (transaction) => {
      // The transaction has begun meanwhile and holds no lock yet.
      await before;
      this.signal.throwIfAborted();
      const standing = await work(transaction);
      const { checkpoint, progress } = standing();
      await this.mine(
        transaction,
        "attempt = 0, checkpoint = $4, progress = $5, lease_until = clock_timestamp() + $6 * interval '1 ms'",
        [JSON.stringify(checkpoint), JSON.stringify(progress), this.leaseMs],
      );
    });
    // Its caller gets its failure; the next piece does, too.
    committed.catch(() => undefined);
    this.lastCommit = committed;
    return committed;
  }

  /** @throws JobLost */
  renewLease(): Promise<void> {
    return this.alone("lease_until = clock_timestamp() + $4 * interval '1 ms'", [this.leaseMs]);
  }

  /** Hands the job back as it stands, for another worker to go on. @throws JobLost */
  release(): Promise<void> {
    return this.alone('lease_until = null, attempt = greatest(0, attempt - 1)', []);
  }

  /**
   * Hands the job back after a failure that isn't the job's; it is tried again when the pause is over.
   *
   * @param counts whether it was an attempt, of which a job has a limited number
   * @throws JobLost
   */
  postpone(pauseMs: number, { counts }: { counts: boolean }): Promise<void> {
    return this.alone("lease_until = clock_timestamp() + $4 * interval '1 ms', attempt = greatest(0, attempt - $5)", [
      pauseMs,
      counts ? 0 : 1,
    ]);
  }

  /** @throws JobLost */
  end(state: JobEnd, error: string | null = null): Promise<void> {
    if (!statesBefore(state).includes('WORKING')) throw new Error(`A job can't end as ${state}.`);
    const { account, id, kind } = this.job;
    return this.alone(
      'state = $4, error = $5, lease_until = null, finished_date = clock_timestamp()',
      [state, error],
      (transaction) => this.onEnd?.(transaction, { account, id, kind, state }),
    );
  }

  private alone(
    assignments: string,
    parameters: unknown[],
    andThen?: (transaction: EntityManager) => Promise<void> | undefined,
  ): Promise<void> {
    return this.transactions.run({ account: this.account, timeoutMs: this.leaseMs }, async (transaction) => {
      await this.mine(transaction, assignments, parameters);
      await andThen?.(transaction);
    });
  }

  /** Changes the job's row, provided that it is still this worker's. */
  private async mine(transaction: EntityManager, assignments: string, parameters: unknown[]): Promise<void> {
    const { account, id, fence } = this.job;
    const changed = (await transaction.queryRunner?.query(
      `update job set ${assignments} where account_id = $1 and id = $2 and fence = $3 and state = 'WORKING'`,
      [account, id, fence, ...parameters],
      true,
    )) as { affected?: number } | undefined;
    if (changed?.affected !== 1) throw new JobLost();
  }
}
