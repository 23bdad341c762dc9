import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { DeliverPolicy, jetstream, jetstreamManager, RetentionPolicy, type JetStreamManager } from '@nats-io/jetstream';
import { nanos } from '@nats-io/transport-node';
import { RpcConnection } from '@refundry/messaging';
import { createRowCounts, dataSourceOf, ReadPool, Transactions, type Shards } from '@refundry/persistence';
import { rolesOf } from '@refundry/provisioning';
import { eventType, IntegerField, StringField } from '@refundry/resource';
import { NatsServer, testDatabase, waitUntil } from '@refundry/testing';
import pg from 'pg';
import type { DataSource } from 'typeorm';
import { EventStream, eventStreamName, maxEventBytes } from './event-stream.js';
import { createEventLog, createOutbox, dropOutbox, EventLogger, publishEvent } from './index.js';
import { OutboxRelay } from './outbox-relay.js';

const service = 'supplier-refund';

class Numbered {
  @IntegerField({ label: 'Number' }) n!: number;
  @StringField({ label: 'Text', required: false }) text?: string;
}

const saved = eventType({
  family: 'retail',
  type: 'supplier_refund.document.saved',
  version: 1,
  summary: 'A number was saved',
  of: Numbered,
  example: { n: 1 },
  subjectOf: ({ n }) => `numbers/${n}`,
});
const subject = 'events.supplier-refund.supplier_refund.document.saved';
const roles = rolesOf(service);
const storeDir = mkdtempSync(join(tmpdir(), 'refundry-spec-'));

let nats: NatsServer;
let connection: RpcConnection;
let application: DataSource;
let readPool: ReadPool;
let owner: pg.Client;
let transactions: Transactions;
let relays: OutboxRelay[] = [];
let loggers: EventLogger[] = [];

beforeAll(async () => {
  const [{ url, ownerUrl }, server] = await Promise.all([testDatabase(service), NatsServer.start({ storeDir })]);
  nats = server;
  connection = await RpcConnection.open(nats.url(), 'events');
  owner = new pg.Client({ connectionString: ownerUrl });
  await owner.connect();
  await owner.query(`${createRowCounts(roles)} ${createOutbox(roles)} ${createEventLog(roles)}`);
  application = await dataSourceOf(url, []).initialize();
  readPool = new ReadPool({ url, role: roles.reader, timeoutMs: 5000 });
  await readPool.onModuleInit();
  transactions = new Transactions(application);
});

afterEach(async () => {
  await stopRelays();
  await owner.query('delete from outbox; delete from event');
  const manager = await jetstreamManager(connection.nats, { checkAPI: false });
  await manager.streams.purge(eventStreamName(service)).catch(() => undefined);
});

afterAll(async () => {
  await readPool.onApplicationShutdown();
  await application.destroy();
  await owner.end();
  await connection.close();
  await nats.stop();
  rmSync(storeDir, { recursive: true });
});

const everyShard = Array.from({ length: 16 }, (_, shard) => shard);

/** An equal share of the shards for each. */
const sharesOf = (count: number): number[][] =>
  Array.from({ length: count }, (_, replica) => everyShard.filter((shard) => shard % count === replica));

interface RelayOptions {
  readonly shares?: readonly (readonly number[])[];
  readonly trustMs?: number;
}

/** A relay for each share of the shards. @returns what each has published */
function startRelays({ shares = [everyShard], trustMs }: RelayOptions = {}): string[][] {
  const published = shares.map((): string[] => []);
  relays = shares.map((held, replica) => {
    const stream = new EventStream(connection, service, trustMs);
    const publish = stream.publish.bind(stream);
    stream.publish = async (ofSubject, id, payload) => {
      published[replica]?.push(id);
      await publish(ofSubject, id, payload);
    };
    const ownShards = { held } as unknown as Shards;
    const logger = new EventLogger(readPool, transactions, ownShards, [saved]);
    loggers.push(logger);
    return new OutboxRelay(readPool, transactions, stream, ownShards, logger);
  });
  for (const task of [...relays, ...loggers]) task.onApplicationBootstrap();
  return published;
}

async function stopRelays(): Promise<void> {
  await Promise.all([...relays, ...loggers].map((task) => task.beforeApplicationShutdown()));
  [relays, loggers] = [[], []];
}

interface Event {
  readonly id: string;
  readonly n: number;
}

const leaveText = (bytes: number): Promise<void> =>
  transactions.run({ account: 1 }, (transaction) =>
    publishEvent(transaction, { account: 1, type: saved, content: { text: 'x'.repeat(bytes), n: 1 } }),
  );

const leave = (n: number, account = 1): Promise<void> =>
  transactions.run({ account }, (transaction) => publishEvent(transaction, { account, type: saved, content: { n } }));

/** Everything that the stream has got, in its order. */
async function published(): Promise<Event[]> {
  const {
    state: { messages },
  } = await (await jetstreamManager(connection.nats, { checkAPI: false })).streams.info(eventStreamName(service));
  const consumer = await jetstream(connection.nats).consumers.get(eventStreamName(service), {
    deliver_policy: DeliverPolicy.All,
  });
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
  await waitUntil(async () => (await owner.query('select from outbox limit 1')).rowCount === 0);
}

describe('messages that two relays carry', () => {
  it('are deleted past those that another is deleting', async () => {
    await Promise.all([1, 2, 3].map((n) => leave(n)));
    await owner.query('begin; select from outbox order by id limit 1 for update');
    startRelays();
    await waitUntil(async () => (await owner.query('select from outbox')).rowCount === 1);
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
    const event = {
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      type: saved.type,
      version: 1,
      occurred: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{6})?Z$/),
      account: 7,
      n: 1,
    } as unknown;
    expect(await published()).toEqual([event]);
  });

  it('of a transaction that came to nothing is on none', async () => {
    const failed = transactions.run({ account: 1 }, async (transaction) => {
      await publishEvent(transaction, { account: 1, type: saved, content: { n: 1 } });
      throw new Error('came to nothing');
    });
    await expect(failed).rejects.toThrow('came to nothing');
    await leave(2);
    startRelays();
    await carried();
    expect(await numbers()).toEqual([2]);
  });

  it('is published by one of several replicas alone, which share the work', async () => {
    for (let n = 1; n <= 250; n++) await leave(n, 1 + (n % 32));
    const published = startRelays({ shares: sharesOf(3) });
    await carried();
    await stopRelays();
    expect(new Set(published.flat()).size).toBe(250);
    expect(published.flat()).toHaveLength(250);
    for (const ids of published) expect(ids.length).toBeGreaterThan(60);
    expect((await numbers()).toSorted((one, other) => one - other)).toEqual(
      Array.from({ length: 250 }, (_, index) => index + 1),
    );
  });

  it('is on the stream once though two replicas carry it at the same time, and one of them again', async () => {
    for (let n = 1; n <= 100; n++) await leave(n, 1 + (n % 3));
    const { rows } = await owner.query('select * from outbox');
    startRelays({ shares: [everyShard, everyShard] });
    await carried();
    await stopRelays();
    for (const { account_id: account, subject: ofRow, message_id: id, payload } of rows.slice(0, 5))
      await owner.query('insert into outbox (account_id, subject, message_id, payload) values ($1, $2, $3, $4)', [
        account,
        ofRow,
        id,
        JSON.stringify(payload),
      ]);
    startRelays();
    await carried();
    expect((await numbers()).toSorted((one, other) => one - other)).toEqual(
      Array.from({ length: 100 }, (_, index) => index + 1),
    );
  });

  it('gets past accounts whose messages can’t be deleted, and is read on no connection of pages', async () => {
    await owner.query(`
      create function keep_message() returns trigger language plpgsql as $$ begin raise 'this one stays'; end $$;
      create trigger kept before delete on outbox for each row when (old.account_id <= 30)
      execute function keep_message()`);
    for (let account = 1; account <= 60; account++) await leave(account, account);
    const read = new Set<string>();
    readPool.observe((query) => {
      read.add(query.connection);
    });
    startRelays();
    await waitUntil(async () => (await owner.query('select from outbox where account_id > 30')).rowCount === 0);
    readPool.observe(() => undefined);
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

  it('of an account waits for no flood of another', async () => {
    await owner.query(
      `insert into outbox (account_id, subject, message_id, payload, is_logged)
        select 1, $1, n, '{"n": 1, "account": 1}', true from generate_series(1, 5000) n`,
      [subject],
    );
    await leave(1, 2);
    startRelays();
    await waitUntil(async () => (await owner.query('select from outbox where account_id = 2')).rowCount === 0);
    expect((await owner.query('select from outbox where account_id = 1')).rowCount).toBeGreaterThan(2500);
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
    await owner.query(
      `insert into outbox (account_id, subject, message_id, payload) select 1, 'of.no.stream', n, '{}'
        from generate_series(1, 230) n`,
    );
    await leave(1);
    startRelays();
    await waitUntil(async () => (await owner.query('select from outbox where subject = $1', [subject])).rowCount === 0);
    expect(await numbers()).toEqual([1]);
    expect((await owner.query('select from outbox')).rowCount).toBe(230);
  });

  it('has 8 KiB at the most', async () => {
    await expect(leaveText(8192)).rejects.toThrow(`an event for ${subject} has`);
    await leaveText(7900);
    startRelays();
    await carried();
    expect(await numbers()).toEqual([1]);
  });
});

describe('the stream', () => {
  const name = eventStreamName(service);
  const declared = {
    subjects: ['events.supplier-refund.>'],
    retention: 'limits',
    discard: 'old',
    max_age: nanos(604_800_000),
    max_bytes: 268_435_456,
    max_msgs_per_subject: 1000,
    duplicate_window: nanos(120_000),
  };

  const streams = async (): Promise<JetStreamManager['streams']> =>
    (await jetstreamManager(connection.nats, { checkAPI: false })).streams;
  const untilAsDeclared = (): Promise<true> =>
    waitUntil(async () => {
      const { config } = await (await streams()).info(name).catch(() => ({ config: {} }));
      return Object.entries(declared).every(
        ([key, value]) => JSON.stringify((config as Record<string, unknown>)[key]) === JSON.stringify(value),
      );
    });

  it('of an account keeps its latest events, whatever others publish, and of one type a thirty-second', async () => {
    for (let n = 1; n <= 3; n++) await leave(n, 2);
    await owner.query(
      `insert into outbox (account_id, subject, message_id, payload)
        select 1, $1, 'flood-' || n, json_build_object('id', 'flood-' || n, 'n', n) from generate_series(1, 1100) n`,
      [subject],
    );
    startRelays();
    await carried();
    const { state, config } = await (await streams()).info(name, { subjects_filter: '>' });
    expect(state.subjects).toEqual({ [`${subject}.1`]: 1000, [`${subject}.2`]: 3 });
    expect(config.max_msgs_per_subject * maxEventBytes).toBeLessThanOrEqual(config.max_bytes / 32);
  });

  it('of another version is changed to what this one declares, and keeps what an operator has set', async () => {
    const api = await streams();
    await api.delete(name);
    await api.add({
      name,
      subjects: ['events.supplier-refund.saved'],
      max_age: nanos(180_000),
      description: 'of the operator',
    });
    startRelays();
    await untilAsDeclared();
    expect((await api.info(name)).config.description).toBe('of the operator');
    await leave(1);
    await carried();
    expect(await numbers()).toEqual([1]);
  });

  it('is brought to what is declared again at every connection', async () => {
    startRelays();
    await untilAsDeclared();
    await (await streams()).update(name, { max_age: nanos(180_000) });
    await nats.stop();
    nats = await NatsServer.start({ storeDir, port: nats.port });
    await untilAsDeclared();
  });

  it('is brought to what is declared again when it was changed meanwhile, or made anew', async () => {
    startRelays({ trustMs: 0 });
    await untilAsDeclared();
    const api = await streams();
    await api.update(name, { max_age: nanos(180_000) });
    await untilAsDeclared();
    await api.delete(name);
    await api.add({ name, subjects: ['events.supplier-refund.saved'] });
    await leave(1);
    await carried();
    await untilAsDeclared();
    expect(await numbers()).toEqual([1]);
  });

  it('is made again when it was deleted while the service runs', async () => {
    startRelays();
    await leave(1);
    await carried();
    await (await streams()).delete(name);
    await leave(2);
    await carried();
    expect(await numbers()).toEqual([2]);
    await untilAsDeclared();
  });

  it('that can not be changed to what is declared takes events all the same', async () => {
    const api = await streams();
    await api.delete(name);
    await api.add({
      name,
      subjects: ['events.supplier-refund.>'],
      retention: RetentionPolicy.Workqueue,
      max_age: nanos(180_000),
    });
    startRelays();
    await leave(1);
    await carried();
    await stopRelays();
    await api.delete(name);
  });

  it('is waited for while JetStream is disabled, and requests are served meanwhile', async () => {
    const [attempts] = startRelays() as [string[]];
    await leave(1);
    await carried();
    nats.reload({ hasJetStream: false });
    await waitUntil(async () => (await (await streams()).info(name).catch(() => undefined)) === undefined);
    await leave(2);
    await waitUntil(() => attempts.length > 1);
    expect(relays[0]?.isReady).toBe(true);
    nats.reload();
    await carried();
    expect((await numbers()).at(-1)).toBe(2);
  });

  it('is published to past an event that no message of this server holds, which follows when one does', async () => {
    startRelays();
    await leave(1);
    await carried();
    nats.reload({ maxPayload: 4096 });
    await leaveText(7000);
    await leave(2);
    await waitUntil(async () => (await owner.query('select from outbox')).rowCount === 1);
    expect((await numbers()).at(-1)).toBe(2);
    await nats.stop();
    nats = await NatsServer.start({ storeDir, port: nats.port });
    await carried();
    expect((await numbers()).at(-1)).toBe(1);
  });
});

describe('a relay that NATS does not let publish', () => {
  const user = {
    user: service,
    password: 'secret',
    publish: ['events.>', '$JS.API.STREAM.>'],
    subscribe: [`_INBOX_${service}.>`],
  };

  it.each([
    ['its events', { ...user, publish: ['$JS.API.STREAM.>'] }],
    ['for its stream', { ...user, publish: ['events.>'] }],
    ['what it may hear', { ...user, subscribe: ['other.>'] }],
  ])('is not ready until it does: %s', async (_what, refused) => {
    const [folder, usual] = [mkdtempSync(join(tmpdir(), 'refundry-spec-')), connection];
    const strict = await NatsServer.start({ storeDir: folder, users: [refused] });
    connection = await RpcConnection.open(strict.url(service), 'events');
    await leave(1);
    startRelays({ trustMs: 0 });
    await waitUntil(() => relays[0]?.isReady === false);
    strict.reload({ users: [user] });
    await carried();
    await waitUntil(() => relays[0]?.isReady === true);
    strict.reload({ users: [refused] });
    await leave(2);
    await waitUntil(() => relays[0]?.isReady === false);
    await stopRelays();
    await connection.close();
    connection = usual;
    await strict.stop();
    rmSync(folder, { recursive: true });
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
