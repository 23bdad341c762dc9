import { Injectable } from '@nestjs/common';
import type { LogPage } from '@refundry/outbox';
import { arrayLiteral, ReadPool, Transactions } from '@refundry/persistence';
import type { EntityManager } from 'typeorm';
import { Consumers } from './consumers.js';
import { isDue } from './inbox-table.js';

/** Longer than a turn of a worker. */
const leaseSeconds = 60;
/** Of an account at a time. */
export const maxClaimed = 10;
/** Of an account and a consumer. Further events wait in their publisher's log. */
const maxWaiting = 1000;

/** An account's log as one consumer reads it. */
export interface ReadLog {
  readonly account: number;
  readonly consumer: string;
}

/** How far a log is read. */
export interface LogProgress {
  readonly position: number;
  /** How many events it had had by then; undefined before the first was read. */
  readonly count: number | undefined;
  /** Whether so many of its events wait that no more should be read. */
  readonly isFull: boolean;
}

/** An event that this process may handle, and nobody else until its lease ends. */
export interface ClaimedEvent extends ReadLog {
  readonly id: string;
  readonly position: number;
  readonly version: number;
  readonly occurred: string;
  readonly subject: string | null;
  readonly content: string;
  /** This one included. Fencing token: a worker that is late changes nothing. */
  readonly attempts: number;
}

interface ClaimedRow extends Omit<ClaimedEvent, 'account' | 'id' | 'position'> {
  readonly event_id: string;
  readonly position: string;
}

/** The rows of the inbox. */
@Injectable()
export class InboxRows {
  constructor(
    private readonly readPool: ReadPool,
    private readonly transactions: Transactions,
    private readonly consumers: Consumers,
  ) {}

  async progress({ account, consumer }: ReadLog): Promise<LogProgress> {
    const [[position, count, waiting] = []] = await this.readPool.rows({
      account,
      text: `select
        (select position from inbox_position where account_id = $1 and consumer = $2),
        (select event_count from inbox_position where account_id = $1 and consumer = $2),
        (select count(*) from (select from inbox where account_id = $1 and consumer = $2 and due is not null
          limit ${maxWaiting}) waiting)`,
      values: [consumer],
      isAdhoc: true,
    });
    return {
      position: Number(position ?? 0),
      count: typeof count === 'string' ? Number(count) : undefined,
      isFull: Number(waiting) === maxWaiting,
    };
  }

  /** Adds what was read of a log since `former`, unless another replica has read on from there. */
  async add(log: ReadLog, former: LogProgress, page: LogPage): Promise<void> {
    await this.transactions.run({ account: log.account, isBackground: true }, async (transaction) => {
      if (await moveOn(transaction, log, former, page)) await insertEvents(transaction, log, page);
    });
  }

  /** Takes due events of an account, the oldest first. It waits for no lock. */
  async claim(account: number): Promise<ClaimedEvent[]> {
    const [rows] = await this.transactions.run({ account, isBackground: true }, (transaction) =>
      transaction.query<[ClaimedRow[], number]>(
        `update inbox set attempts = attempts + 1, due = clock_timestamp() + interval '${leaseSeconds} s'
          where account_id = $1 and (consumer, event_id) in (
            select consumer, event_id from inbox where account_id = $1 and ${isDue} and ${this.consumers.understands}
              order by due, position limit ${maxClaimed} for update skip locked)
          returning consumer, event_id, position, version, occurred::text, subject, content::text, attempts`,
        [account],
      ),
    );
    return rows
      .map(({ event_id: id, position, ...row }) => ({ account, id, position: Number(position), ...row }))
      .sort((one, other) => one.position - other.position);
  }

  /**
   * Marks an event as handled, in the transaction in which it is.
   *
   * @returns whether it was still this worker's
   */
  async end(transaction: EntityManager, { account, consumer, id, attempts }: ClaimedEvent): Promise<boolean> {
    const [, ended] = await transaction.query<[unknown[], number]>(
      `update inbox set status = 'handled', due = null, ended_date = clock_timestamp(), content = null, error = null
        where account_id = $1 and consumer = $2 and event_id = $3 and attempts = $4 and status = 'waiting'`,
      [account, consumer, id, attempts],
    );
    return ended > 0;
  }

  /** Gives back events that were not tried. */
  async release(account: number, events: readonly ClaimedEvent[]): Promise<void> {
    const column = (name: 'consumer' | 'id' | 'attempts'): string => arrayLiteral(events.map((event) => event[name]));
    await this.transactions.run({ account, isBackground: true }, (transaction) =>
      transaction.query(
        `update inbox set attempts = attempts - 1, due = clock_timestamp()
          where account_id = $1 and status = 'waiting' and (consumer, event_id, attempts) in (
            select * from unnest($2::text[], $3::text[], $4::integer[]))`,
        [account, column('consumer'), column('id'), column('attempts')],
      ),
    );
  }

  /** Records a failed attempt. @param pauseMs before the next one; undefined after the last */
  async fail(
    { account, consumer, id, attempts }: ClaimedEvent,
    error: string,
    pauseMs: number | undefined,
  ): Promise<void> {
    await this.transactions.run({ account, isBackground: true }, (transaction) =>
      transaction.query(
        `update inbox set error = $5, due = clock_timestamp() + $6::float8 * interval '1 ms',
            status = case when $6::float8 is null then 'failed' else 'waiting' end,
            ended_date = case when $6::float8 is null then clock_timestamp() end
          where account_id = $1 and consumer = $2 and event_id = $3 and attempts = $4 and status = 'waiting'`,
        [account, consumer, id, attempts, error, pauseMs ?? null],
      ),
    );
  }
}

/** @returns false where another replica was quicker */
async function moveOn(
  transaction: EntityManager,
  { account, consumer }: ReadLog,
  former: LogProgress,
  { position, count }: LogPage,
): Promise<boolean> {
  const rows = await transaction.query<unknown[]>(
    `insert into inbox_position as known (account_id, consumer, position, event_count) values ($1, $2, $3, $4)
      on conflict (account_id, consumer) do update set position = $3, event_count = $4 where known.position = $5
      returning 1`,
    [account, consumer, position, count, former.position],
  );
  return rows.length > 0;
}

async function insertEvents(
  transaction: EntityManager,
  { account, consumer }: ReadLog,
  { events }: LogPage,
): Promise<void> {
  if (events.length === 0) return;
  const column = (name: keyof LogPage['events'][number]): string => arrayLiteral(events.map((event) => event[name]));
  await transaction.query(
    `insert into inbox (account_id, consumer, event_id, position, version, occurred, subject, content)
      select $1, $2, * from unnest($3::text[], $4::bigint[], $5::integer[], $6::timestamptz[], $7::text[], $8::json[])
      on conflict do nothing`,
    [
      account,
      consumer,
      column('id'),
      column('position'),
      column('version'),
      column('occurred'),
      column('subject'),
      column('content'),
    ],
  );
}
