import { Injectable } from '@nestjs/common';
import { ReadPool, Transactions } from '@refundry/persistence';
import { formatTimestamp } from '@refundry/resource';
import type { FailedEvent, RetryOrder } from './inbox-operations.js';
import { InboxWorker } from './inbox-worker.js';

const maxListed = 100;
/** Of an account at a time. */
const maxRetried = 1000;

const columns = 'account_id, consumer, event_id, version, occurred::text, attempts, ended_date::text, error';

/** The events that were given up, for operators. */
@Injectable()
export class FailedEventsService {
  constructor(
    private readonly readPool: ReadPool,
    private readonly transactions: Transactions,
    private readonly worker: InboxWorker,
  ) {}

  /** The first hundred, by account. */
  async list(account: number | undefined): Promise<FailedEvent[]> {
    const rows = await this.readPool.rows({
      account: account ?? 'any',
      text: `select ${columns} from inbox where status = 'failed' ${account === undefined ? '' : 'and account_id = $1'}
        order by account_id, consumer, position limit ${maxListed}`,
      values: [],
      isAdhoc: true,
    });
    return rows.map(([ofAccount, consumer, event, version, occurred, attempts, failed, error]) => ({
      account: Number(ofAccount),
      consumer: String(consumer),
      event: String(event),
      version: Number(version),
      occurred: formatTimestamp(String(occurred)),
      attempts: Number(attempts),
      failed: formatTimestamp(String(failed)),
      error: error ?? '',
    }));
  }

  /** Makes failed events due, with all their attempts before them. @returns how many, a thousand at most */
  async retry({ account, consumer, event }: RetryOrder): Promise<number> {
    const [, retried] = await this.transactions.run({ account }, (transaction) =>
      transaction.query<[unknown[], number]>(
        `update inbox set status = 'waiting', due = clock_timestamp(), ended_date = null, attempts = 0
          where account_id = $1 and (consumer, event_id) in (
            select consumer, event_id from inbox where account_id = $1 and status = 'failed'
              and ($2::text is null or consumer = $2) and ($3::text is null or event_id = $3)
              order by consumer, position limit ${maxRetried} for update)`,
        [account, consumer ?? null, event ?? null],
      ),
    );
    this.worker.wake(account);
    return retried;
  }
}
