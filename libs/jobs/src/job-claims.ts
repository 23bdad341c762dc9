import { Inject, Injectable } from '@nestjs/common';
import { arrayLiteral, inShards, ReadPool, Transactions } from '@refundry/persistence';
import { jobsOptionsToken, type JobsOptions } from './jobs-options.js';
import type { ClaimedJob } from './job-run.js';

/** A job that a worker may claim. */
export interface ClaimableJob {
  readonly account: number;
  readonly id: string;
  /** The time from which it has been claimable, by which pages continue. */
  readonly since: string;
}

export interface ClaimableJobsQuery {
  readonly kinds: readonly string[];
  readonly limit: number;
  /** The last job of the page before. */
  readonly after?: ClaimableJob | undefined;
  /** Jobs of these shards, or, where `isOwn` is false, of all others. */
  readonly shards: readonly number[];
  readonly isOwn: boolean;
  /** Leaves out jobs that have been claimable for less. */
  readonly waitedMs: number;
  /** Leaves out jobs that were ordered so short a time ago. */
  readonly graceMs: number;
}

const since = 'coalesce(lease_until, started_date)';

const claimableJobs = `
  select account_id, id, ${since} from job
  where state = 'WORKING' and ${since} <= clock_timestamp() - $3::float8 * interval '1 ms' and kind = any ($2)
    and (lease_until is not null or started_date <= clock_timestamp() - $4::float8 * interval '1 ms')
    and (${inShards('$5')}) = $6 and (${since}, account_id, id) > ($7::timestamptz, $8::int8, $9::int8)
  order by ${since}, account_id, id limit $1::int8`;

/** Assigns jobs to workers: PostgreSQL gives each to one worker at a time. */
@Injectable()
export class JobClaims {
  constructor(
    private readonly transactions: Transactions,
    private readonly readPool: ReadPool,
    @Inject(jobsOptionsToken) private readonly options: JobsOptions,
  ) {}

  /**
   * Jobs without a live lease, those first that have waited longest: never announced, released, or left by a worker
   * that fell silent.
   */
  async claimable({
    kinds,
    limit,
    after,
    shards,
    isOwn,
    waitedMs,
    graceMs,
  }: ClaimableJobsQuery): Promise<ClaimableJob[]> {
    const rows = await this.readPool.rows({
      account: 'any',
      text: claimableJobs,
      values: [
        limit,
        kinds,
        waitedMs,
        graceMs,
        arrayLiteral(shards),
        isOwn,
        after?.since ?? '-infinity',
        after?.account ?? 0,
        after?.id ?? 0,
      ],
      isPrepared: true,
      isAdhoc: true,
    });
    return rows.map(([account, id, time]) => ({ account: Number(account), id: String(id), since: String(time) }));
  }

  /**
   * Takes a job, unless it has ended or another worker holds it; its former holder can write nothing more. It waits for
   * neither the account's queue nor a lock of the row: a worker slot that waits for one account is lost to all.
   */
  async claim(account: number, id: string, kinds: readonly string[]): Promise<ClaimedJob | undefined> {
    return this.transactions.run({ account, isBackground: true }, async (transaction) => {
      const [rows] = await transaction.query<[ClaimedJob[], number]>(
        `update job set fence = fence + 1, attempt = attempt + 1, lease_until = clock_timestamp() + $3 * interval '1 ms'
         where (account_id, id) in (
           select account_id, id from job where account_id = $1 and id = $2 and kind = any ($4) and state = 'WORKING'
             and (lease_until is null or lease_until < clock_timestamp()) for update skip locked)
         returning account_id as account, id, kind, fence, attempt, checkpoint, progress`,
        [account, id, this.options.leaseMs, kinds],
      );
      return rows[0];
    });
  }
}
