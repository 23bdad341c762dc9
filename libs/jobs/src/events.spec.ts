import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { AckPolicy, DeliverPolicy, jetstream, jetstreamManager, RetentionPolicy, type JetStreamManager } from '@nats-io/jetstream';
import { millis, nanos } from '@nats-io/transport-node';
import { WireConnection } from '@refundry/messaging';
import { dataSourceOf, Lane, rolesOf, Transactions, type Shards } from '@refundry/persistence';
import { NatsServer, testDatabase } from '@refundry/testing';
import pg from 'pg';
import type { DataSource } from 'typeorm';
import { EventStream, eventStreamName } from './event-stream.js';
import { createOutbox, dropOutbox, leaveEvent } from './index.js';
import { leaveInOutbox } from './outbox.js';
import { OutboxRelay } from './outbox-relay.js';
import { WakeUpStream, wakeUpSubject } from './wake-up-stream.js';

const service = 'supplier-refund';
const saved = { service, type: 'supplier_refund.document.saved', version: 1 };
const subject = 'events.supplier-refund.supplier_refund.document.saved';
const roles = rolesOf(service);
const storeDir = mkdtempSync(join(tmpdir(), 'refundry-spec-'));

let nats: NatsServer;
let connection: WireConnection;
let application: DataSource;
let lane: Lane;
let owner: pg.Client;
let transactions: Transactions;
let relays: OutboxRelay[] = [];

beforeAll(async () => {
  const [{ url, ownerUrl }, server] = await Promise.all([testDatabase(service), NatsServer.start({ storeDir })]);
  nats = server;
  connection = await WireConnection.open(nats.url(), 'events');
  owner = new pg.Client({ connectionString: ownerUrl });
  await owner.connect();
  await owner.query(createOutbox(roles));
  application = await dataSourceOf(url, []).initialize();
  lane = new Lane({ url, role: roles.reader, timeoutMs: 5000 });
  await lane.onModuleInit();
  transactions = new Transactions(application);
});

afterEach(async () => {
  await stopRelays();
  await owner.query('delete from outbox');
  const manager = await jetstreamManager(connection.nats, { checkAPI: false });
  await manager.streams.purge(eventStreamName(service)).catch(() => undefined);
});

afterAll(async () => {
  await lane.onApplicationShutdown();
  await application.destroy();
  await owner.end();
  await connection.close();
  await nats.stop();
  rmSync(storeDir, { recursive: true });
});

/** Has relays look into the outbox now, for their shards alone. */
const noAccount = 0;
const everyShard = Array.from({ length: 16 }, (_, shard) => shard);

/** An equal share of the shards for each. */
const sharesOf = (count: number): number[][] => Array.from({ length: count }, (_, replica) => everyShard.filter((shard) => shard % count === replica));

/** A relay for each share of the shards. @returns what each has published */
function startRelays(shares: readonly (readonly number[])[] = [everyShard]): string[][] {
  const published = shares.map((): string[] => []);
  relays = shares.map((held, replica) => {
    const stream = new EventStream(connection, service);
    const publish = stream.publish.bind(stream);
    stream.publish = async (ofSubject, id, payload) => {
      published[replica]?.push(id);
      await publish(ofSubject, id, payload);
    };
    return new OutboxRelay(lane, transactions, stream, { held } as unknown as Shards);
  });
  for (const relay of relays) relay.onApplicationBootstrap();
  return published;
}

async function stopRelays(): Promise<void> {
  await Promise.all(relays.map((relay) => relay.beforeApplicationShutdown()));
  relays = [];
}

interface Event {
  readonly id: string;
  readonly n: number;
}

const leave = (n: number, account = 1): Promise<void> => transactions.run({ account }, (transaction) => leaveEvent(transaction, { ...saved, account, payload: { n } }));

/** Everything that the stream has got, in its order. */
async function published(): Promise<Event[]> {
  const { state: { messages } } = await (await jetstreamManager(connection.nats, { checkAPI: false })).streams.info(eventStreamName(service));
  const consumer = await jetstream(connection.nats).consumers.get(eventStreamName(service), { deliver_policy: DeliverPolicy.All });
  const events: Event[] = [];
  for await (const message of await consumer.fetch({ max_messages: messages })) {
    expect(message.headers?.get('Nats-Msg-Id')).toBe(message.json<Event>().id);
    events.push(message.json<Event>());
  }
  return events;
}

const numbers = async (): Promise<number[]> => (await published()).map(({ n }) => n);

/** Until nothing waits any more. */
async function carried(): Promise<void> {
  for (;;) {
    const { rows } = await owner.query('select from outbox limit 1');
    if (rows.length === 0) return;
    for (const relay of relays) relay.poke(noAccount);
  }
}

describe('messages that two relays carry', () => {
  it('are deleted past those that another is deleting', async () => {
    await Promise.all([1, 2, 3].map((n) => leave(n)));
    await owner.query('begin; select from outbox order by id limit 1 for update');
    startRelays();
    while ((await owner.query('select from outbox')).rowCount !== 1);
    await owner.query('commit');
    await carried();
    expect((await numbers()).toSorted()).toEqual([1, 2, 3]);
  });
});

describe('an event', () => {
  it('of a committed transaction is on the stream, and says what has happened, when, and to whom', async () => {
    await leave(1, 7);
    startRelays();
    await carried();
    const event = { id: expect.stringMatching(/^[0-9a-f-]{36}$/), type: saved.type, version: 1, occurred: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{6})?Z$/), account: 7, n: 1 } as unknown;
    expect(await published()).toEqual([event]);
  });

  it('of a transaction that came to nothing is on none', async () => {
    const failed = transactions.run({ account: 1 }, async (transaction) => {
      await leaveEvent(transaction, { ...saved, account: 1, payload: { n: 1 } });
      throw new Error('came to nothing');
    });
    await expect(failed).rejects.toThrow('came to nothing');
    await leave(2);
    startRelays();
    await carried();
    expect(await numbers()).toEqual([2]);
  });

  it('is published by one of several replicas alone, which share the work', async () => {
    for (let n = 1; n <= 250; n++) await leave(n, 1 + n % 32);
    const published = startRelays(sharesOf(3));
    await carried();
    await stopRelays();
    expect(new Set(published.flat()).size).toBe(250);
    expect(published.flat()).toHaveLength(250);
    for (const ids of published) expect(ids.length).toBeGreaterThan(60);
    expect((await numbers()).toSorted((one, other) => one - other)).toEqual(Array.from({ length: 250 }, (_, index) => index + 1));
  });

  it('is on the stream once though two replicas carry it at the same time, and one of them again', async () => {
    for (let n = 1; n <= 100; n++) await leave(n, 1 + n % 3);
    const { rows } = await owner.query('select * from outbox');
    startRelays([everyShard, everyShard]);
    await carried();
    await stopRelays();
    for (const { account_id: account, subject: ofRow, message_id: id, payload } of rows.slice(0, 5)) await owner.query('insert into outbox (account_id, subject, message_id, payload) values ($1, $2, $3, $4)', [account, ofRow, id, JSON.stringify(payload)]);
    startRelays();
    await carried();
    expect((await numbers()).toSorted((one, other) => one - other)).toEqual(Array.from({ length: 100 }, (_, index) => index + 1));
  });

  it('is published at once by the replica that is poked for its account, whoever holds the shard', async () => {
    startRelays([[]]);
    await leave(1, 7);
    await leave(2, 8);
    const left = async (): Promise<number[]> => (await owner.query<{ account: number }>('select account_id as account from outbox')).rows.map(({ account }) => account);
    relays[0]?.poke(7);
    while ((await left()).length > 1);
    expect(await left()).toEqual([8]);
    expect(await numbers()).toEqual([1]);
  });

  it('gets past accounts whose messages can’t be deleted, and is read on no connection of pages', async () => {
    await owner.query(`
      create function keep_message() returns trigger language plpgsql as $$ begin raise 'this one stays'; end $$;
      create trigger kept before delete on outbox for each row when (old.account_id <= 30) execute function keep_message()`);
    for (let account = 1; account <= 60; account++) await leave(account, account);
    const read = new Set<string>();
    lane.observe((query) => { read.add(query.connection); });
    startRelays();
    while ((await owner.query('select from outbox where account_id > 30')).rowCount !== 0);
    lane.observe(() => undefined);
    await stopRelays();
    expect((await owner.query('select from outbox')).rowCount).toBe(30);
    expect(read).toEqual(new Set(['variable']));
    await owner.query('drop trigger kept on outbox; drop function keep_message');
  });

  it('of an account follows those that were left before it', async () => {
    for (let n = 1; n <= 120; n++) await leave(n);
    startRelays();
    await carried();
    expect(await numbers()).toEqual(Array.from({ length: 120 }, (_, index) => index + 1));
  });

  it('waits while NATS is away', async () => {
    startRelays();
    await nats.stop();
    await leave(1);
    await leave(2);
    nats = await NatsServer.start({ storeDir, port: nats.port });
    await carried();
    expect(await numbers()).toEqual([1, 2]);
  });

  it('is on a new stream after JetStream has lost the one there was', async () => {
    startRelays();
    await leave(1);
    await carried();
    await nats.stop();
    rmSync(join(storeDir, 'jetstream'), { recursive: true });
    nats = await NatsServer.start({ storeDir, port: nats.port });
    await leave(2);
    await carried();
    expect(await numbers()).toEqual([2]);
  });

  it('gets past messages that can’t be carried, however many there are', async () => {
    await transactions.run({ account: 1 }, async (transaction) => {
      for (let n = 0; n < 230; n++) await leaveInOutbox(transaction, { account: 1, subject: 'of.no.stream', messageId: `stray-${n}`, payload: {} });
    });
    await leave(1);
    startRelays();
    for (;;) if ((await owner.query('select from outbox where subject = $1', [subject])).rowCount === 0) break;
    expect(await numbers()).toEqual([1]);
    expect((await owner.query('select from outbox')).rowCount).toBe(230);
  });

  it('is as large as a message of NATS at the most', async () => {
    const text = (bytes: number): Promise<void> => transactions.run({ account: 1 }, (transaction) => leaveEvent(transaction, { ...saved, account: 1, payload: { text: 'x'.repeat(bytes), n: 1 } }));
    await expect(text(1_048_576)).rejects.toThrow(`a message to ${subject} has`);
    await text(1_047_000);
    startRelays();
    await carried();
    expect(await numbers()).toEqual([1]);
  });
});

describe('a stream', () => {
  const manager = (): Promise<JetStreamManager> => jetstreamManager(connection.nats, { checkAPI: false });
  const daysOf = async (name: string): Promise<number> => millis((await (await manager()).streams.info(name)).config.max_age) / 86_400_000;

  async function until(condition: () => Promise<boolean>): Promise<void> {
    while (!(await condition())) await new Promise((resolve) => setImmediate(resolve));
  }

  it('that another version has made is changed to what this one declares, and keeps what an operator has set beside it', async () => {
    const name = eventStreamName('older');
    await (await manager()).streams.add({ name, subjects: ['events.older.saved'], max_age: nanos(60_000), description: 'of the operator' });
    new EventStream(connection, 'older');
    await until(async () => (await daysOf(name)) === 7);
    const { config } = await (await manager()).streams.info(name);
    expect(config).toMatchObject({ subjects: ['events.older.>'], max_bytes: 268_435_456, description: 'of the operator' });
  });

  it('is brought to what is declared again at every connection', async () => {
    const name = eventStreamName('newer');
    const stream = new EventStream(connection, 'newer');
    await stream.publish('events.newer.saved', 'one', Buffer.from('{}'));
    await (await manager()).streams.update(name, { max_age: nanos(180_000) });
    await nats.stop();
    nats = await NatsServer.start({ storeDir, port: nats.port });
    await until(async () => connection.isUp && (await daysOf(name).catch(() => 0)) === 7);
  });

  it('of wake-ups and its consumer are changed too', async () => {
    const { streams, consumers } = await manager();
    await streams.add({ name: 'jobs_older', subjects: [wakeUpSubject('older')], retention: RetentionPolicy.Workqueue, max_age: nanos(60_000) });
    await consumers.add('jobs_older', { durable_name: 'workers', ack_policy: AckPolicy.Explicit, ack_wait: nanos(1000), max_deliver: 2 });
    (await new WakeUpStream(connection, 'older', 45_000).consume(1)).stop();
    const [{ config }, consumer] = await Promise.all([streams.info('jobs_older'), consumers.info('jobs_older', 'workers')]);
    expect([millis(config.max_age), millis(consumer.config.ack_wait ?? 0), consumer.config.max_deliver]).toEqual([3_600_000, 45_000, 10]);
  });
});

describe('the outbox', () => {
  it('goes as it came', async () => {
    const { ownerUrl } = await testDatabase(service);
    const other = new pg.Client({ connectionString: ownerUrl });
    await other.connect();
    await other.query(createOutbox(roles));
    await other.query(dropOutbox);
    expect((await other.query("select from pg_class where relname like 'outbox%'")).rowCount).toBe(0);
    await other.end();
  });
});
