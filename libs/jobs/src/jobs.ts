import { Inject, Injectable } from '@nestjs/common';
import { ReadPool, Transactions } from '@refundry/persistence';
import { formatTimestamp } from '@refundry/resource';
import type { EntityManager } from 'typeorm';
import { jobsOptionsToken, type JobsOptions } from './jobs-options.js';
import { resumable, statesBefore, type JobState, type JobStatus } from './job-state.js';
import { WakeUps } from './wake-ups.js';

/** Which job is meant: an account has one of a kind at a time. */
export interface JobAddress {
  readonly account: number;
  readonly kind: string;
}

/** Which job is started, and from where. */
export interface JobOrder extends JobAddress {
  /** Starts at the beginning, also where a job could be continued. */
  readonly isFresh?: boolean;
}

/** The latest job of a kind. Times are texts with microseconds. */
export interface JobReport<P = unknown> {
  readonly id: string;
  /** As it ended, or `WORKING`. */
  readonly state: JobState;
  /** `READY` again when the end is long enough ago. */
  readonly status: JobStatus;
  readonly started: string;
  readonly finished: string | null;
  readonly error: string | null;
  /** Null until the first checkpoint. */
  readonly progress: P | null;
}

/** Orders jobs, aborts them, and tells how they stand. */
@Injectable()
export class Jobs {
  constructor(
    private readonly transactions: Transactions,
    private readonly readPool: ReadPool,
    private readonly wakeUps: WakeUps,
    @Inject(jobsOptionsToken) private readonly options: JobsOptions,
  ) {}

  /**
   * Orders a job. While one of the kind is live, that is it: nothing happens. One that failed or was aborted a short
   * while ago is continued from its checkpoint.
   *
   * @returns whether there is a new job
   */
  async start(order: JobOrder): Promise<boolean> {
    const job = await this.transactions.run({ account: order.account }, (transaction) =>
      this.startWithin(transaction, order),
    );
    if (job !== undefined) this.announce(order.account, job);
    return job !== undefined;
  }

  /**
   * As `start`, in a transaction of the caller's, who calls `announce` after its commit. @returns the new job, if there
   * is one
   */
  async startWithin(
    transaction: EntityManager,
    { account, kind, isFresh = false }: JobOrder,
  ): Promise<string | undefined> {
    const started = await transaction.query<{ id: string }[]>(
      `insert into job (account_id, kind, state, checkpoint, progress)
       select $1, $2, 'WORKING', continued.checkpoint, continued.progress
       from (select) one left join lateral (
         select * from (select * from job where account_id = $1 and kind = $2 order by id desc limit 1) latest
         where state = any ($3) and finished_date > clock_timestamp() - $4 * interval '1 ms'
       ) continued on true
       on conflict (account_id, kind) where state = 'WORKING' do nothing
       returning id`,
      [account, kind, isFresh ? [] : resumable, this.options.readyAfterMs],
    );
    const [job] = started;
    if (job) await this.forgetOld(transaction, { account, kind });
    return job?.id;
  }

  /** Wakes a worker for a new job, rather than leave it to the next sweep. */
  announce(account: number, job: string): void {
    this.wakeUps.send(account, job);
  }

  /**
   * Ends the live job, if there is one. Its worker finds that it has lost it, at the latest when it wants to commit.
   *
   * @param job the one that is meant, where another may have begun meanwhile
   */
  async abort({ account, kind }: JobAddress, job?: string): Promise<void> {
    await this.transactions.run({ account }, async (transaction) => {
      const [[aborted]] = await transaction.query<[{ id: string }[], number]>(
        `update job set state = 'ABORTED', lease_until = null, finished_date = clock_timestamp() where account_id = $1
          and kind = $2 and state = any ($3) and id = coalesce($4, id) returning id`,
        [account, kind, statesBefore('ABORTED'), job ?? null],
      );
      if (aborted) await this.options.onEnd?.(transaction, { account, id: aborted.id, kind, state: 'ABORTED' });
    });
  }

  /** The latest job of the kind, or undefined before the first. */
  async latest<P>({ account, kind }: JobAddress): Promise<JobReport<P> | undefined> {
    const rows = await this.readPool.rows({
      account,
      text: `select id, state, case when state = 'WORKING'
               or finished_date > clock_timestamp() - $3::float8 * interval '1 ms' then state else 'READY' end,
               started_date, finished_date, error, progress
             from job where account_id = $1 and kind = $2 order by id desc limit 1`,
      values: [kind, this.options.readyAfterMs],
      isPrepared: true,
    });
    const [row] = rows;
    if (!row) return undefined;
    const [id, state, status, started, finished, error, progress] = row;
    return {
      id: String(id),
      state: state as JobState,
      status: status as JobStatus,
      started: formatTimestamp(String(started)),
      finished: finished ? formatTimestamp(finished) : null,
      error: error ?? null,
      progress: progress ? (JSON.parse(progress) as P) : null,
    };
  }

  /** Seconds since the last success, or undefined when there was none. */
  async successAge({ account, kind }: JobAddress): Promise<number | undefined> {
    const [row] = await this.readPool.rows({
      account,
      text: `select extract(epoch from clock_timestamp() - max(finished_date)) from job where state = 'FINISHED'
        and account_id = $1 and kind = $2`,
      values: [kind],
      isPrepared: true,
    });
    return row?.[0] ? Number(row[0]) : undefined;
  }

  /** Of the jobs that have ended, the latest and the latest success are worth keeping. */
  private async forgetOld(transaction: EntityManager, { account, kind }: JobAddress): Promise<void> {
    await transaction.query(
      `delete from job where account_id = $1 and kind = $2 and state <> 'WORKING'
         and id < (select max(id) from job where account_id = $1 and kind = $2 and state <> 'WORKING')
         and id is distinct from (select max(id) from job where account_id = $1 and kind = $2 and state = 'FINISHED')`,
      [account, kind],
    );
  }
}
