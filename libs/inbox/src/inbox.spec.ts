import 'reflect-metadata';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { jetstreamManager } from '@nats-io/jetstream';
import { supplierRefundEvents } from '@refundry/contracts';
import { RpcClient, RpcConnection } from '@refundry/messaging';
import { NatsServer, testDatabase, type NatsUser } from '@refundry/testing';
import { natsUsers, type ServiceDeclaration } from '@refundry/workspace';
import { inboxOperations } from './index.js';
import { LogComparison } from './log-comparison.js';
import { consumer, InboxBench, publisher } from './testing/inbox-bench.js';

const declared: Omit<ServiceDeclaration, 'name'> = {
  does: '',
  owner: '@refundry/x',
  operationsPort: 9101,
  connections: 16,
  memory: { request: 128, limit: 384 },
  secrets: [],
  switches: {},
  settings: [],
  operatorsOnly: [],
  hasJobs: false,
  hasEvents: false,
  consumes: {},
  reachesInternet: false,
};
const administrator: NatsUser = { user: 'administrator', password: 'secret', publish: ['>'], subscribe: ['>'] };
const users: readonly NatsUser[] = [
  administrator,
  ...natsUsers([
    { ...declared, name: publisher, hasEvents: true },
    { ...declared, name: consumer, consumes: { [publisher]: ['number.saved'] } },
  ]).map((user) => ({ ...user, password: 'secret' })),
];
const storeDir = mkdtempSync(join(tmpdir(), 'refundry-spec-'));
const operations = inboxOperations(consumer);

let nats: NatsServer;
let bench: InboxBench;

beforeAll(async () => {
  nats = await NatsServer.start({ storeDir, users });
  const [ofPublisher, ofConsumer] = await Promise.all([testDatabase(publisher), testDatabase(consumer)]);
  bench = await InboxBench.start({
    natsUrl: (user) => nats.url(user),
    databases: { publisher: ofPublisher, consumer: ofConsumer },
    endpoints: supplierRefundEvents,
  });
});

afterEach(() => bench.clear());

afterAll(async () => {
  await bench.stop();
  await nats.stop();
  rmSync(storeDir, { recursive: true });
});

const sorted = (numbers: readonly number[]): number[] => numbers.toSorted((one, other) => one - other);
const oneTo = (last: number): number[] => Array.from({ length: last }, (_, index) => index + 1);

async function asOperator<T>(work: (client: RpcClient) => Promise<T>): Promise<T> {
  const client = await RpcClient.open({ url: nats.url('operator'), name: 'operator', limit: 1 });
  try {
    return await work(client);
  } finally {
    await client.close();
  }
}

describe('an event of another service', () => {
  it('has its effect, and events of an account have theirs in the order of the log', async () => {
    await bench.replica();
    await bench.publish(1, [1, 2, 3]);
    await bench.publish(2, [4]);
    expect(await bench.untilEffects(3)).toEqual([1, 2, 3]);
    expect(await bench.untilEffects(1, 2)).toEqual([4]);
  });

  it('that was logged before the consumer came has its effect too, and so have more than a page of them', async () => {
    await bench.publish(1, oneTo(120));
    await bench.untilLogged(120);
    await bench.replica();
    expect(await bench.untilEffects(120)).toEqual(oneTo(120));
  });

  it('that was logged while the consumer was away has its effect when it is back', async () => {
    await bench.replica();
    await bench.publish(1, [1]);
    await bench.untilEffects(1);
    await bench.stopReplicas();
    await bench.publish(1, [2, 3]);
    await bench.untilLogged(3);
    await bench.replica();
    expect(await bench.untilEffects(3)).toEqual([1, 2, 3]);
  });

  it('has its effect by the notice of it, before logs are compared again', async () => {
    const replica = await bench.replica();
    await bench.publish(1, [1]);
    await bench.untilEffects(1);
    replica.get(LogComparison, { strict: false }).compareWhereDue = () => Promise.resolve();
    await bench.publish(1, [2]);
    expect(await bench.untilEffects(2)).toEqual([1, 2]);
  });

  it('has its effect once though two replicas take themselves for the one that reads and handles it', async () => {
    const concurrent = await Promise.all([bench.replica({ holdsAll: true }), bench.replica({ holdsAll: true })]);
    expect(concurrent).toHaveLength(2);
    for (let n = 1; n <= 60; n += 3) await bench.publish(1 + (n % 2), [n, n + 1, n + 2]);
    const effects = [...(await bench.untilEffects(30)), ...(await bench.untilEffects(30, 2))];
    await bench.untilStatus('handled', 30);
    await bench.untilStatus('handled', 30, 2);
    await bench.stopReplicas();
    expect(sorted(effects)).toEqual(oneTo(60));
    expect([...(await bench.effects()), ...(await bench.effects(2))]).toHaveLength(60);
  });

  it('has its effect once though its log says again that it is new', async () => {
    await bench.replica();
    await bench.publish(1, [1]);
    await bench.untilStatus('handled', 1);
    // As a log does that was restored from a backup in which the event was not logged yet.
    await bench.publisherOwner.query(
      `insert into outbox (account_id, subject, message_id, payload)
        select account_id, 'events.supplier-refund.number.saved', event_id,
          json_build_object('id', event_id, 'type', type, 'version', version, 'account', 1, 'n', data->'n') from event;
      delete from event`,
    );
    await bench.publish(1, [2]);
    expect(await bench.untilEffects(2)).toEqual([1, 2]);
  });

  it('has its effect once though PostgreSQL ends the transaction after the effect, and before its commit', async () => {
    let attempts = 0;
    await bench.replica({
      afterEffect: async (_, transaction) => {
        attempts += 1;
        if (attempts === 1) await transaction.query('select pg_terminate_backend(pg_backend_pid())');
      },
    });
    await bench.publish(1, [1]);
    await bench.untilStatus('handled', 1);
    expect([attempts, await bench.effects()]).toEqual([2, [1]]);
  });

  it('has its effect once though another worker takes it when the lease of a slow one has ended', async () => {
    const { promise: isHandling, resolve: handling } = Promise.withResolvers<void>();
    const { promise: released, resolve: release } = Promise.withResolvers<void>();
    await bench.publish(1, [1, 2]);
    await bench.replica({
      holdsAll: true,
      afterEffect: async ({ content: { n } }) => {
        if (n !== 1) return;
        handling();
        await released;
      },
    });
    await isHandling;
    // The slow worker has claimed both, and holds a lock on the first alone.
    await bench.owner.query("update inbox set due = statement_timestamp() where (content->>'n')::integer = 2");
    await bench.replica({ holdsAll: true });
    expect(await bench.untilEffects(1)).toEqual([2]);
    release();
    await bench.untilStatus('handled', 2);
    await bench.stopReplicas();
    expect(sorted(await bench.effects())).toEqual([1, 2]);
  });
});

describe('an event that its consumer can not handle', () => {
  const fails = new Set<number>();
  const afterEffect = ({ content: { n } }: { content: { n: number } }): Promise<void> =>
    fails.has(n) ? Promise.reject(new Error(`cannot handle ${n}`)) : Promise.resolve();

  it('keeps back no other, is tried again, and is kept with its error until an operator has it handled', async () => {
    fails.add(1);
    const replica = await bench.replica({ afterEffect });
    await bench.publish(1, [1, 2]);
    await bench.publish(2, [3]);
    expect(await bench.untilEffects(1)).toEqual([2]);
    expect(await bench.untilEffects(1, 2)).toEqual([3]);
    await bench.untilStatus('failed', 1);
    expect(await bench.measured(replica, 'inbox_events')).toEqual({ 'numbers failed': 1 });
    await asOperator(async (client) => {
      const failed = {
        account: 1,
        consumer: 'numbers',
        version: 1,
        attempts: 3,
        error: 'cannot handle 1',
      };
      const { events } = await client.call(operations.listFailed, {}, 'r1');
      expect(events).toEqual([expect.objectContaining(failed)]);
      expect(await client.call(operations.listFailed, { account: 2 }, 'r2')).toEqual({ events: [] });
      expect(await client.call(operations.retry, { account: 2 }, 'r3')).toEqual({ retried: 0 });
      expect(await bench.effects()).toEqual([2]);
      fails.clear();
      const { event } = events[0] ?? {};
      expect(
        await client.call(operations.retry, { account: 1, consumer: 'numbers', event: event ?? '' }, 'r4'),
      ).toEqual({
        retried: 1,
      });
      expect(await bench.untilEffects(2)).toEqual([2, 1]);
      expect(await client.call(operations.listFailed, {}, 'r5')).toEqual({ events: [] });
    });
  });

  it('delays events of another account by no more than a turn, however many of them fail', async () => {
    for (const n of oneTo(400)) fails.add(n);
    for (const account of [1, 3]) await bench.publish(account, oneTo(400));
    const { promise: released, resolve: release } = Promise.withResolvers<void>();
    let isHeld = false;
    await bench.replica({
      afterEffect: async (event) => {
        if (isHeld && event.account !== 2) await released;
        await afterEffect(event);
      },
    });
    for (const account of [1, 3]) await bench.untilStatus('failed', 1, account);
    isHeld = true;
    await bench.publish(2, [1000]);
    await bench.untilRead(1, 2);
    release();
    expect(await bench.untilEffects(1, 2)).toEqual([1000]);
    const { rows } = await bench.owner.query(
      "select distinct account_id from inbox where status = 'waiting' order by 1",
    );
    expect(rows).toEqual([{ account_id: 1 }, { account_id: 3 }]);
    fails.clear();
  });

  it('may not take longer than its transaction, and then leaves nothing behind', async () => {
    let attempts = 0;
    await bench.replica({
      afterEffect: () => {
        attempts += 1;
        return attempts === 1 ? new Promise(() => undefined) : Promise.resolve();
      },
    });
    await bench.publish(1, [1]);
    await bench.untilStatus('handled', 1);
    expect([attempts, await bench.effects()]).toEqual([2, [1]]);
  }, 20_000);
});

describe('an account with a flood of events', () => {
  it('keeps back none of another account, and no more of its events wait in the inbox than a bound', async () => {
    for (let n = 0; n < 1500; n += 500) await bench.publish(1, oneTo(500));
    const { promise: released, resolve: release } = Promise.withResolvers<void>();
    await bench.replica({ afterEffect: ({ account }) => (account === 1 ? released : Promise.resolve()) });
    await bench.untilStatus('waiting', 1000);
    await bench.publish(2, [1]);
    expect(await bench.untilEffects(1, 2)).toEqual([1]);
    const { rows } = await bench.owner.query('select from inbox where account_id = 1');
    expect(rows.length).toBeLessThan(1100);
    release();
    await bench.stopReplicas();
  }, 30_000);
});

describe('an event of a version that the consumer does not know', () => {
  it('waits without an attempt, is counted, and is handled by a release that knows it', async () => {
    const former = await bench.replica();
    await bench.publish(1, [1], 2);
    await bench.publish(1, [2]);
    expect(await bench.untilEffects(1)).toEqual([2]);
    expect(await bench.measured(former, 'inbox_events')).toEqual({ 'numbers unknown_version': 1 });
    await bench.stopReplicas();
    const { rows } = await bench.owner.query("select attempts from inbox where status = 'waiting'");
    expect(rows).toEqual([{ attempts: 0 }]);
    await bench.replica({ versions: [1, 2] });
    expect(await bench.untilEffects(2)).toEqual([2, 1]);
  });
});

describe('a consumer under another name', () => {
  it('begins with the first event of the log', async () => {
    await bench.replica();
    await bench.publish(1, [1]);
    await bench.untilEffects(1);
    await bench.stopReplicas();
    await bench.replica({ name: 'numbers-anew' });
    expect(await bench.untilEffects(2)).toEqual([1, 1]);
  });
});

describe('JetStream', () => {
  it('may lose the stream, or all events in it', async () => {
    await bench.replica();
    await bench.publish(1, [1]);
    await bench.untilEffects(1);
    await bench.stopReplicas();
    await bench.publish(1, [2]);
    await bench.untilPublished();
    const connection = await RpcConnection.open(nats.url('administrator'), 'administrator');
    const { streams } = await jetstreamManager(connection.nats);
    await streams.purge(`events_${publisher}`);
    await streams.delete(`events_${publisher}`);
    await connection.close();
    await bench.replica();
    await bench.publish(1, [3]);
    expect(await bench.untilEffects(3)).toEqual([1, 2, 3]);
  });

  it('may be disabled', async () => {
    await bench.replica();
    nats.reload({ hasJetStream: false });
    await bench.publish(1, [1]);
    expect(await bench.untilEffects(1)).toEqual([1]);
    nats.reload();
  });
});

describe('NATS', () => {
  it('may be away while events are logged: they have their effect when it is back', async () => {
    await bench.replica();
    await bench.publish(1, [1]);
    await bench.untilEffects(1);
    const { port } = nats;
    await nats.stop();
    await bench.publish(1, [2]);
    await bench.untilLogged(2);
    nats = await NatsServer.start({ storeDir, users, port });
    expect(await bench.untilEffects(2)).toEqual([1, 2]);
  }, 30_000);

  it('gives a consumer neither the events themselves nor notices of types that it does not declare', async () => {
    const client = await RpcConnection.open(nats.url(consumer), 'test');
    const refused: string[] = [];
    for (const subject of [`events.${publisher}.>`, `logged.${publisher}.other.type`, `logged.${publisher}.>`])
      client.subscribe({ subject, onMessage: () => undefined, onRefused: () => refused.push(subject) });
    await client.judged();
    expect(refused).toHaveLength(3);
    await client.close();
  });
});

describe('events that were deleted from the log before they were read', () => {
  it('are reported, and no others are', async () => {
    const former = await bench.replica();
    await bench.publish(1, [1]);
    await bench.untilEffects(1);
    await bench.untilRead(1);
    expect(await bench.measured(former, 'inbox_gaps')).toEqual({ '': 0 });
    await bench.stopReplicas();
    await bench.publish(1, [2, 3]);
    await bench.untilLogged(3);
    await bench.publisherOwner.query("delete from event where (data->>'n')::integer < 3");
    const replica = await bench.replica();
    expect(await bench.untilEffects(2)).toEqual([1, 3]);
    expect(await bench.measured(replica, 'inbox_gaps')).toEqual({ '': 1 });
  });
});

describe('handled events', () => {
  it('are deleted 30 days after their end', async () => {
    await bench.replica();
    await bench.publish(1, [1, 2]);
    await bench.untilStatus('handled', 2);
    await bench.stopReplicas();
    const { rows } = await bench.owner.query<{ event_id: string }>(
      `update inbox set ended_date = ended_date - interval '31 days'
        where position = (select min(position) from inbox) returning event_id`,
    );
    expect(rows).toHaveLength(1);
    await bench.replica();
    await bench.untilRows(1);
    const left = await bench.owner.query<{ event_id: string; content: unknown }>('select event_id, content from inbox');
    expect(left.rows).toEqual([{ event_id: expect.not.stringContaining(rows[0]?.event_id ?? ''), content: null }]);
  });
});
