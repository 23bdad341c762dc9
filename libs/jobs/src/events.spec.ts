import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { DeliverPolicy, jetstream, jetstreamManager } from '@nats-io/jetstream';
import { WireConnection } from '@refundry/messaging';
import { dataSourceOf, Lane, rolesOf, Transactions } from '@refundry/persistence';
import { NatsServer, testDatabase } from '@refundry/testing';
import pg from 'pg';
import type { DataSource } from 'typeorm';
import { EventStream, eventStreamName } from './event-stream.js';
import { createOutbox, dropOutbox, leaveEvent } from './index.js';
import { leaveInOutbox } from './outbox.js';
import { OutboxRelay } from './outbox-relay.js';

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

function startRelays(count = 1): void {
  relays = Array.from({ length: count }, () => new OutboxRelay(lane, transactions, new EventStream(connection, service)));
  for (const relay of relays) relay.onApplicationBootstrap();
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
    for (const relay of relays) relay.poke();
  }
}

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

  it('is on the stream once though several replicas carry it, and one of them again', async () => {
    for (let n = 1; n <= 250; n++) await leave(n, 1 + n % 3);
    const { rows } = await owner.query('select * from outbox');
    startRelays(3);
    await carried();
    await stopRelays();
    for (const { account_id: account, subject: ofRow, message_id: id, payload } of rows.slice(0, 5)) await owner.query('insert into outbox (account_id, subject, message_id, payload) values ($1, $2, $3, $4)', [account, ofRow, id, JSON.stringify(payload)]);
    startRelays();
    await carried();
    expect((await numbers()).toSorted((one, other) => one - other)).toEqual(Array.from({ length: 250 }, (_, index) => index + 1));
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
