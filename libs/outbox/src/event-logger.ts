import {
  Inject,
  Injectable,
  Logger,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { PeriodicTask } from '@refundry/concurrency';
import { roundWarning } from '@refundry/observability';
import { arrayLiteral, ReadPool, Shards, sweepAccounts, Transactions } from '@refundry/persistence';
import type { EventType } from '@refundry/resource';
import type { EntityManager } from 'typeorm';
import { loggedEvent, type LoggedEvent, type OutboxRow } from './logged-event.js';

/** An event has 8 KiB at most. */
const pageSize = 100;
const everyMs = 1000;
const maxConcurrentAccounts = 4;

/** The event types of a service. */
export const eventTypesToken = Symbol('the event types of the service');

/** A consumer of the log within its service. */
export interface EventFollower {
  /** Records what it will do for these events, in the transaction that gives them their positions. */
  record?(transaction: EntityManager, account: number, events: readonly LoggedEvent[]): Promise<void>;
  /** Called after that transaction's commit. */
  logged?(account: number, events: readonly LoggedEvent[]): void;
  /** Called after a round that has logged something: there is something to do. */
  wake?(): void;
}

/**
 * Gives committed events their positions: moves what transactions left in the outbox into the log, account by account.
 *
 * A position is given after the commit, under the account's lock, which is held until the position can be read. So who
 * has read up to a position has missed none below it. It is never below the clock of the time it is given: after a
 * restored backup positions go on above all that anybody has seen (docs/adr/0059).
 */
@Injectable()
export class EventLogger implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly task = new PeriodicTask(
    (signal) => this.logAll(signal),
    everyMs,
    roundWarning(new Logger('EventLogger')),
  );
  private readonly followers: EventFollower[] = [];
  private readonly types: ReadonlyMap<string, EventType>;

  constructor(
    private readonly readPool: ReadPool,
    private readonly transactions: Transactions,
    private readonly shards: Shards,
    @Inject(eventTypesToken) types: readonly EventType[],
  ) {
    this.types = new Map(types.map((type) => [type.type, type]));
  }

  follow(follower: EventFollower): void {
    this.followers.push(follower);
  }

  onApplicationBootstrap(): void {
    this.task.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.task.stop();
  }

  private async logAll(signal: AbortSignal): Promise<void> {
    if (!this.readPool.isUp) return;
    let logged = 0;
    try {
      await sweepAccounts(this.readPool, this.shards, {
        table: 'outbox',
        condition: 'not is_logged',
        maxConcurrent: maxConcurrentAccounts,
        signal,
        work: async (account) => {
          const events = await this.logSome(account);
          logged += events;
          return events === pageSize;
        },
        onUnfinished: () => {
          this.task.triggerNow();
        },
      });
    } finally {
      if (logged > 0) for (const follower of this.followers) follower.wake?.();
    }
  }

  /** @returns how many rows of the outbox were worked on */
  private async logSome(account: number): Promise<number> {
    const { count, logged } = await this.moveSome(account);
    if (logged.length > 0) for (const follower of this.followers) follower.logged?.(account, logged);
    return count;
  }

  private moveSome(account: number): Promise<MovedEvents> {
    return this.transactions.run({ account, isBackground: true }, async (transaction) => {
      const last = await lockPosition(transaction, account);
      const rows = await transaction.query<OutboxRow[]>(
        `select id, subject, message_id, payload::text, created_date::text from outbox
          where account_id = $1 and not is_logged order by id limit ${pageSize} for update skip locked`,
        [account],
      );
      if (rows.length === 0) return { count: 0, logged: [] };
      const events = rows.map((row, index) => loggedEvent(row, last.position + index + 1, this.types));
      const logged = await insertEvents(transaction, account, last.id, events);
      await transaction.query('update outbox set is_logged = true where account_id = $1 and id = any ($2::bigint[])', [
        account,
        arrayLiteral(rows.map(({ id }) => id)),
      ]);
      for (const follower of this.followers) await follower.record?.(transaction, account, logged);
      return { count: rows.length, logged };
    });
  }
}

interface MovedEvents {
  /** Rows of the outbox. */
  readonly count: number;
  readonly logged: readonly LoggedEvent[];
}

interface LastEvent {
  readonly id: number;
  readonly position: number;
}

/** The account's last id, and a position that is neither below its last one nor below the clock. */
async function lockPosition(transaction: EntityManager, account: number): Promise<LastEvent> {
  const [last] = await transaction.query<[{ id: string; position: string }]>(
    `insert into event_position as last (account_id, id, position) values ($1, 0, ${microseconds})
      on conflict (account_id) do update set position = greatest(last.position, ${microseconds})
      returning id, position`,
    [account],
  );
  return { id: Number(last.id), position: Number(last.position) };
}

/** SQL of the clock in microseconds since 1970. */
const microseconds = '(extract(epoch from clock_timestamp()) * 1000000)::bigint';

/** @returns those that were not in the log: an operator may have put a row of the outbox back */
async function insertEvents(
  transaction: EntityManager,
  account: number,
  lastId: number,
  events: readonly LoggedEvent[],
): Promise<LoggedEvent[]> {
  const column = (name: keyof LoggedEvent): string => arrayLiteral(events.map((event) => event[name]));
  const inserted = await transaction.query<{ event_id: string }[]>(
    `insert into event (account_id, id, position, event_id, type, version, occurred, subject, data)
      select $1, $2 + place, position, event_id, type, version, occurred, subject, data
      from unnest($3::bigint[], $4::text[], $5::text[], $6::integer[], $7::timestamptz[], $8::text[], $9::json[])
        with ordinality logged(position, event_id, type, version, occurred, subject, data, place)
      on conflict (account_id, event_id) do nothing returning event_id`,
    [
      account,
      lastId,
      column('position'),
      column('id'),
      column('type'),
      column('version'),
      column('occurred'),
      column('subject'),
      column('data'),
    ],
  );
  await transaction.query('update event_position set id = $2, position = $3 where account_id = $1', [
    account,
    lastId + events.length,
    events.at(-1)?.position,
  ]);
  const ids = new Set(inserted.map(({ event_id }) => event_id));
  return events.filter(({ id }) => ids.has(id));
}
