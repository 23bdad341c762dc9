import { Inject, Injectable } from '@nestjs/common';
import { Lane, Transactions } from '@refundry/persistence';
import { jobsOptionsToken, type JobsOptions } from './jobs-options.js';
import type { ClaimedJob } from './job-run.js';

/** A job that was ordered just now is about to be announced. */
const unannounced = `interval '2 s'`;

/** Who has which job: PostgreSQL gives each to one worker at a time. */
@Injectable()
export class JobClaims {
  constructor(
    private readonly transactions: Transactions,
    private readonly lane: Lane,
    @Inject(jobsOptionsToken) private readonly options: JobsOptions,
  ) {}

  /** Jobs that nobody holds: never announced, given back, or left by a worker that fell silent. */
  async unheld(limit: number, kinds: readonly string[]): Promise<{ account: number; id: string }[]> {
    const rows = await this.lane.rows({
      account: 'any',
      text: `select account_id, id from job
             where state = 'WORKING' and kind = any ($2) and coalesce(lease_until, started_date + ${unannounced}) < clock_timestamp() order by random() limit $1::int8`,
      values: [limit, kinds],
      isCommon: true,
    });
    return rows.map(([account, id]) => ({ account: Number(account), id: String(id) }));
  }

  /** Takes a job, unless it has ended or another worker holds it; whoever held it before can write nothing more. */
  async claim(account: number, id: string, kinds: readonly string[]): Promise<ClaimedJob | undefined> {
    return this.transactions.run({ account }, async (transaction) => {
      const [rows] = await transaction.query<[ClaimedJob[], number]>(
        `update job set fence = fence + 1, attempt = attempt + 1, lease_until = clock_timestamp() + $3 * interval '1 ms'
         where account_id = $1 and id = $2 and kind = any ($4) and state = 'WORKING' and (lease_until is null or lease_until < clock_timestamp())
         returning account_id as account, id, kind, fence, attempt, checkpoint, progress`,
        [account, id, this.options.leaseMs, kinds],
      );
      return rows[0];
    });
  }
}
