import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { createRowCounts, dataSourceOf, ReadPool, Transactions, type Shards } from '@refundry/persistence';
import { rolesOf } from '@refundry/provisioning';
import { eventType, IntegerField } from '@refundry/resource';
import { Random, testDatabase, waitUntil } from '@refundry/testing';
import pg from 'pg';
import type { DataSource } from 'typeorm';
import { EventPurge } from './event-purge.js';
import {
  createEventLog,
  createOutbox,
  dropEventLog,
  EventLogger,
  publishEvent,
  type EventFollower,
  type LoggedEvent,
} from './index.js';

Logger.overrideLogger(false);

class Numbered {
  @IntegerField({ label: 'Number' }) n!: number;
}

const numbered = eventType({
  family: 'retail',
  type: 'number.saved',
  version: 1,
  summary: 'A number was saved',
  of: Numbered,
  example: { n: 1 },
  subjectOf: ({ n }) => `numbers/${n}`,
});

const service = 'supplier-refund';
const shards = { held: Array.from({ length: 16 }, (_, shard) => shard) } as unknown as Shards;

let owner: pg.Client;
let application: DataSource;
let readPool: ReadPool;
let transactions: Transactions;
let tasks: (EventLogger | EventPurge)[] = [];

beforeAll(async () => {
  const { url, ownerUrl } = await testDatabase(service);
  const roles = rolesOf(service);
  owner = new pg.Client({ connectionString: ownerUrl });
  await owner.connect();
  await owner.query(`${createRowCounts(roles)} ${createOutbox(roles)} ${createEventLog(roles)}`);
  application = await dataSourceOf(url, []).initialize();
  readPool = new ReadPool({ url, role: roles.reader, timeoutMs: 5000 });
  await readPool.onModuleInit();
  transactions = new Transactions(application);
});

afterEach(async () => {
  await stop();
  await owner.query('delete from outbox; delete from event; delete from event_position');
});

afterAll(async () => {
  await readPool.onApplicationShutdown();
  await application.destroy();
  await owner.end();
});

function start(task: EventLogger | EventPurge): void {
  tasks.push(task);
  task.onApplicationBootstrap();
}

/** A replica's logger, with what follows the log there. */
function startLogger(...followers: EventFollower[]): void {
  const logger = new EventLogger(readPool, transactions, shards, [numbered]);
  for (const follower of followers) logger.follow(follower);
  start(logger);
}

async function stop(): Promise<void> {
  await Promise.all(tasks.map((task) => task.beforeApplicationShutdown()));
  tasks = [];
}

const tick = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

async function ticks(count: number): Promise<void> {
  for (let tickNumber = 0; tickNumber < count; tickNumber++) await tick();
}

/** A transaction that stays open for some ticks after it has left its event. */
const leave = (n: number, { account = 1, open = 0 } = {}): Promise<void> =>
  transactions.run({ account }, async (transaction) => {
    await publishEvent(transaction, { account, type: numbered, content: { n } });
    await ticks(open);
  });

interface Row {
  readonly n: number;
  readonly position: number;
}

async function readAfter(position: number, account = 1): Promise<Row[]> {
  const { rows } = await owner.query<{ n: number; position: string }>(
    `select (data->>'n')::integer as n, position from event where account_id = $1 and position > $2
      order by position limit 7`,
    [account, position],
  );
  return rows.map((row) => ({ n: row.n, position: Number(row.position) }));
}

/** A client that remembers the last position it has read, and nothing else. */
class PositionReader {
  position = 0;
  readonly read: number[] = [];

  async readOn(): Promise<void> {
    for (const { n, position } of await readAfter(this.position)) {
      this.read.push(n);
      this.position = position;
    }
  }

  async readUntil(count: number): Promise<void> {
    await waitUntil(async () => {
      await this.readOn();
      return this.read.length >= count;
    });
  }
}

const oneTo = (last: number): number[] => Array.from({ length: last }, (_, index) => index + 1);
const sorted = (numbers: readonly number[]): number[] => numbers.toSorted((one, other) => one - other);

describe('a reader by position', () => {
  it('reads an event of a transaction that was begun before others and committed after them', async () => {
    startLogger();
    const reader = new PositionReader();
    const slow = transactions.run({ account: 1 }, async (transaction) => {
      await publishEvent(transaction, { account: 1, type: numbered, content: { n: 1 } });
      await leave(2);
      await waitUntil(() => reader.read.length > 0);
    });
    await Promise.all([slow, reader.readUntil(2)]);
    expect(reader.read).toEqual([2, 1]);
  });

  it('misses nothing and sees nothing twice while slow writers commit and two replicas number', async () => {
    const random = new Random(1);
    startLogger();
    startLogger();
    const reader = new PositionReader();
    const numbers = oneTo(120);
    const writers = oneTo(6).map(async (writer) => {
      for (const n of numbers.filter((each) => each % 6 === writer % 6))
        await leave(n, { open: random.between(0, 60) });
    });
    await Promise.all([...writers, reader.readUntil(numbers.length)]);
    await stop();
    await reader.readOn();
    expect(sorted(reader.read)).toEqual(numbers);
  });

  it('misses nothing when the connections of who numbers are cut amid their transactions', async () => {
    startLogger();
    startLogger();
    const reader = new PositionReader();
    for (const n of oneTo(40)) {
      await leave(n);
      if (n % 8 === 0)
        await owner.query(
          `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database()
            and query like '%event_position%' and pid <> pg_backend_pid()`,
        );
      await reader.readOn();
    }
    await reader.readUntil(40);
    expect(sorted(reader.read)).toEqual(oneTo(40));
  });

  it('reads what happens after a backup was restored, though it had read beyond the backup', async () => {
    const reader = new PositionReader();
    startLogger();
    await leave(1);
    await reader.readUntil(1);
    await stop();
    await owner.query('create table backup as select * from event_position');
    startLogger();
    for (const n of [2, 3, 4]) await leave(n);
    await reader.readUntil(4);
    await stop();
    await owner.query(`
      delete from event where data->>'n' <> '1';
      delete from event_position;
      insert into event_position select * from backup;
      drop table backup`);
    startLogger();
    await leave(5);
    await reader.readUntil(5);
    expect(reader.read).toEqual([1, 2, 3, 4, 5]);
  });

  it('goes on while the clock is behind the last position', async () => {
    const reader = new PositionReader();
    startLogger();
    await leave(1);
    await reader.readUntil(1);
    const hour = 3_600_000_000;
    await owner.query(`update event_position set position = position + ${hour};
      update event set position = position + ${hour}`);
    reader.position += hour;
    await leave(2);
    await leave(3);
    await reader.readUntil(3);
    expect(reader.read).toEqual([1, 2, 3]);
  });
});

describe('the log', () => {
  it('holds of an event what it says, apart from what it is called', async () => {
    startLogger();
    await leave(7, { account: 3 });
    await waitUntil(async () => (await readAfter(0, 3)).length > 0);
    const { rows } = await owner.query(
      `select account_id, id, event_id = (select message_id from outbox) as is_known, type, version, subject,
        data::text, abs(extract(epoch from occurred) * 1000000 - position) < 60000000 as is_now from event`,
    );
    expect(rows).toEqual([
      {
        account_id: 3,
        id: '1',
        is_known: true,
        type: 'number.saved',
        version: 1,
        subject: 'numbers/7',
        data: '{"n":7}',
        is_now: true,
      },
    ]);
  });

  it('has rows that somebody put into the outbox by hand, and those behind them', async () => {
    await owner.query(
      `insert into outbox (account_id, subject, message_id, payload) values (1, 'of.no.type', 'x', '{}')`,
    );
    await leave(2);
    startLogger();
    const reader = new PositionReader();
    await waitUntil(async () => {
      await reader.readOn();
      return reader.read.includes(2);
    });
    expect(reader.read).toHaveLength(2);
  });

  it('has an event once that is put into the outbox again', async () => {
    startLogger();
    const reader = new PositionReader();
    await leave(1);
    await reader.readUntil(1);
    await owner.query(`insert into outbox (account_id, subject, message_id, payload)
      select account_id, subject, message_id, payload from outbox`);
    await leave(2);
    await reader.readUntil(2);
    expect(reader.read).toEqual([1, 2]);
  });

  it('goes past accounts whose events can’t be logged', async () => {
    await owner.query(`
      create function refuse() returns trigger language plpgsql as $$ begin raise 'not this one'; end $$;
      create trigger refused before insert on event for each row when (new.account_id = 1) execute function refuse()`);
    await leave(1);
    await leave(2, { account: 2 });
    startLogger();
    await waitUntil(async () => (await readAfter(0, 2)).length > 0);
    expect(await readAfter(0, 1)).toEqual([]);
    await owner.query('drop trigger refused on event; drop function refuse');
    await waitUntil(async () => (await readAfter(0, 1)).length > 0);
  });

  it('counts its events', async () => {
    startLogger();
    for (const n of oneTo(5)) await leave(n);
    await new PositionReader().readUntil(5);
    const { rows } = await owner.query('select sum(change) as n from row_change where relation = $1', ['event']);
    expect(rows).toEqual([{ n: '5' }]);
    await owner.query('truncate event');
  });

  it('is taken back by its migration', async () => {
    const { ownerUrl } = await testDatabase(service);
    const other = new pg.Client({ connectionString: ownerUrl });
    await other.connect();
    const roles = rolesOf(service);
    await other.query(`${createRowCounts(roles)} ${createOutbox(roles)}`);
    await other.query(createEventLog(roles));
    await other.query(dropEventLog);
    await other.query(createEventLog(roles));
    await other.end();
  });
});

describe('what follows the log', () => {
  it('records what it will do with the events’ positions, or neither is there', async () => {
    let failures = 2;
    const recorded: (readonly LoggedEvent[])[] = [];
    let woken = 0;
    startLogger({
      record: (_transaction, _account, events) => {
        recorded.push(events);
        return failures-- > 0 ? Promise.reject(new Error('not yet')) : Promise.resolve();
      },
      wake: () => {
        woken += 1;
      },
    });
    await leave(1);
    await waitUntil(() => recorded.length >= 2);
    expect([await readAfter(0), woken]).toEqual([[], 0]);
    const reader = new PositionReader();
    await reader.readUntil(1);
    await waitUntil(() => woken > 0);
    expect(recorded.at(-1)).toMatchObject([{ position: reader.position, type: 'number.saved', data: '{"n":1}' }]);
  });

  it('is told of each event once', async () => {
    const told: string[] = [];
    const follower: EventFollower = {
      record: (_transaction, _account, events) => {
        told.push(...events.map(({ data }) => data));
        return Promise.resolve();
      },
      wake: () => undefined,
    };
    startLogger(follower);
    await leave(1);
    await new PositionReader().readUntil(1);
    await owner.query(`insert into outbox (account_id, subject, message_id, payload)
      select account_id, subject, message_id, payload from outbox`);
    await leave(2);
    const reader = new PositionReader();
    await reader.readUntil(2);
    await stop();
    expect(told).toEqual(['{"n":1}', '{"n":2}']);
  });
});

describe('events', () => {
  const dayMicroseconds = 86_400_000_000;
  const left = async (): Promise<number[]> =>
    (await owner.query<{ account_id: number }>('select account_id from event order by account_id')).rows.map(
      ({ account_id }) => account_id,
    );

  /** As many events of an account as days are given, each that many days old. */
  const add = (account: number, ...daysOld: number[]): Promise<unknown> =>
    owner.query(
      `insert into event (account_id, id, position, event_id, type, version, occurred, data)
        select $1, place, (extract(epoch from clock_timestamp()) * 1000000)::bigint - days * ${dayMicroseconds} + place,
          place, 'number.saved', 1, clock_timestamp(), '{}' from unnest($2::bigint[]) with ordinality old(days, place)`,
      [account, daysOld],
    );

  it('are deleted after 30 days, more of them than are deleted at once, and past accounts that fail', async () => {
    await add(1, 31);
    await add(2, ...oneTo(2100).map(() => 31), 29);
    await add(3, 1);
    await owner.query(`
      create function keep() returns trigger language plpgsql as $$ begin raise 'this one stays'; end $$;
      create trigger kept before delete on event for each row when (old.account_id = 1) execute function keep()`);
    start(new EventPurge(readPool, transactions, shards));
    await waitUntil(async () => (await left()).length <= 3);
    await stop();
    expect(await left()).toEqual([1, 2, 3]);
    await owner.query('drop trigger kept on event; drop function keep');
  });
});
