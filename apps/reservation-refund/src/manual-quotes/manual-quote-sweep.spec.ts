import 'reflect-metadata';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  answerQuote,
  askAboutQuote,
  createRefundRules,
  quoteRefund,
  readQuote,
  requestQuote,
  requestRefund,
  reservationAudit,
  retireRefundRules,
  saveReservation,
  type AuditEntry,
  type ManualQuote,
  type Refund,
} from '@refundry/contracts';
import type { Failure } from '@refundry/errors';
import { dataSourceOf, ReadPool, Transactions, type Shards } from '@refundry/persistence';
import { rolesOf } from '@refundry/provisioning';
import { NatsServer, testDatabase } from '@refundry/testing';
import pg from 'pg';
import type { DataSource } from 'typeorm';
import { reservationRefundEntities } from '../reservation-refund.entities.js';
import { ReservationLookup } from '../reservations/reservation-lookup.js';
import { ReservationsRepository } from '../reservations/reservations.repository.js';
import { flight, flightRules, RunningService } from '../testing/running-service.js';
import { ManualQuoteMoves } from './manual-quote-moves.js';
import { ManualQuoteSweep } from './manual-quote-sweep.js';
import { ManualQuotesRepository } from './manual-quotes.repository.js';

let nats: NatsServer;
let service: RunningService;
let owner: pg.Client;
let database: DataSource;
let readPool: ReadPool;
/** Two replicas that take themselves for the holders of all shards. */
let replicas: ManualQuoteSweep[];
let reservations = 0;

const longAgo = Date.parse('2020-12-03T09:00:00Z');
const everyShard = { held: Array.from({ length: 16 }, (_none, shard) => shard) } as unknown as Shards;

beforeAll(async () => {
  nats = await NatsServer.start();
  const { url, ownerUrl } = await testDatabase('reservation-refund');
  service = await RunningService.start(nats.url(), { url, ownerUrl });
  owner = new pg.Client({ connectionString: ownerUrl });
  await owner.connect();
  database = await dataSourceOf(url, reservationRefundEntities).initialize();
  readPool = new ReadPool({ url, role: rolesOf('reservation-refund').reader, timeoutMs: 5000 });
  await readPool.onModuleInit();
  const quotes = new ManualQuotesRepository();
  const moves = new ManualQuoteMoves(quotes, new ReservationLookup(readPool, new ReservationsRepository()));
  replicas = [1, 2].map(() => new ManualQuoteSweep(readPool, new Transactions(database), everyShard, quotes, moves));
});

afterAll(async () => {
  await service.stop();
  await readPool.onApplicationShutdown();
  await database.destroy();
  await owner.end();
  await nats.stop();
});

/** The service itself is a third replica, whose own rounds may come before or between these. */
const sweep = (): Promise<unknown> => Promise.all(replicas.map((replica) => replica.round()));

async function newQuote(receivedAt: number, others: object = {}, head: object = {}): Promise<ManualQuote> {
  const id = ++reservations;
  const body = { ...flight, local_pnr: `L${id}`, original_pnr: `O${id}`, ...others };
  await service.ask(saveReservation, { key: String(id), body, ...head });
  return service.ask(requestQuote, { receivedAt, body: { reserve_id: id }, ...head });
}
const answer = (id: number, receivedAt: number): Promise<ManualQuote> =>
  service.ask(answerQuote, { key: String(id), receivedAt, body: { percent: 10, valid_minutes: 60 } });
const read = (id: number, head: object = {}): Promise<ManualQuote> =>
  service.ask(readQuote, { key: String(id), ...head });
async function eventsOf(id: number): Promise<string[]> {
  const { rows } = await owner.query<{ type: string }>(
    `select substring(subject from 'reservation_refund[.].*') as type, message_id::text as id from outbox
        where payload->>'quote' = $1
      union select type, event_id::text from event where data->>'quote' = $1`,
    [String(id)],
  );
  return rows.map(({ type }) => type.replace('reservation_refund.', '')).toSorted();
}
const decisionsOn = async (id: number): Promise<string[]> =>
  (
    await service.ask<{ results: AuditEntry[] }>(reservationAudit.list, {
      query: `subject_type=manual_quote&subject_id=${id}&sort=id`,
    })
  ).results.map(({ action, actor }) => `${action} ${actor ?? ''}`);

describe('the sweep of manual quotes', () => {
  it('ends answers that hold no more, once, and leaves alone those that do', async () => {
    const quotes = await Promise.all(Array.from({ length: 8 }, () => newQuote(longAgo)));
    const held = await newQuote(Date.now());
    await answer(held.id, Date.now());
    for (const { id } of quotes) await answer(id, longAgo);
    await sweep();
    for (const { id } of quotes) {
      expect(await read(id)).toMatchObject({ status: 'expired', penalty: 1_000_000 });
      expect((await eventsOf(id)).filter((type) => type === 'quote_expired')).toHaveLength(1);
      expect((await decisionsOn(id)).at(-1)).toBe('manual_quote.expired manual quotes');
    }
    expect(await read(held.id)).toMatchObject({ status: 'quoted' });
  });

  it('leaves an answer a minute longer than it holds, for requests that are still under way', async () => {
    const { id, reserve_id: reservation } = await newQuote(Date.now());
    const asked = Date.now() - 3_600_000;
    const until = (await answer(id, asked - 1)).valid_until!;
    await sweep();
    expect(await read(id)).toMatchObject({ status: 'quoted' });
    const question = { receivedAt: Date.parse(until), body: { reserve_id: reservation } };
    expect(await service.ask(quoteRefund, question)).toMatchObject({ refundable: false });
    expect(
      await service.ask(requestRefund, {
        receivedAt: Date.parse(until) - 1,
        body: { reserve_id: reservation, expected_penalty: 1_000_000 },
      }),
    ).toMatchObject({ status: 'requested' });
  });

  it('ends an answer before a refund takes its penalty or after it, and not both', async () => {
    for (let round = 0; round < 4; round++) {
      const quotes = await Promise.all(Array.from({ length: 20 }, () => newQuote(longAgo)));
      for (const { id } of quotes) await answer(id, longAgo);
      const requests = quotes.map(({ reserve_id: id }) =>
        service
          .ask<Refund>(requestRefund, {
            receivedAt: longAgo + 60_000,
            body: { reserve_id: id, expected_penalty: 1_000_000 },
          })
          .then(
            ({ penalty }) => ({ penalty, status: 'used' }),
            (error: unknown) => ({ code: (error as Failure).code, status: 'expired' }),
          ),
      );
      const [, ...outcomes] = await Promise.all([sweep(), ...requests]);
      for (const [index, outcome] of outcomes.entries()) {
        const { status } = await read(quotes[index]!.id);
        expect(outcome).toEqual(status === 'used' ? { status, penalty: 1_000_000 } : { status, code: 'no_rules' });
      }
    }
  });

  it('says once that a quote is overdue, and not of one that waits for the client', async () => {
    const [late, early] = [await newQuote(longAgo), await newQuote(Date.now())];
    const asked = await newQuote(Date.now());
    await service.ask(askAboutQuote, { key: String(asked.id), body: { note: '?' } });
    await owner.query("update manual_quote set respond_by = '2020-01-01' where id = $1", [asked.id]);
    await sweep();
    await sweep();
    expect(await eventsOf(late.id)).toEqual(['quote_overdue', 'quote_requested']);
    expect(await eventsOf(early.id)).toEqual(['quote_requested']);
    expect(await eventsOf(asked.id)).toEqual(['quote_requested']);
    expect(await read(late.id)).toMatchObject({ status: 'requested' });
  });

  it('declines what rules price by now, in the domain and account that they are of, and nothing answered', async () => {
    const train = { service: 'train' };
    const [open, answered] = [await newQuote(Date.now(), train), await newQuote(Date.now(), train)];
    const question = await newQuote(Date.now(), train);
    const bus = await newQuote(Date.now(), { service: 'bus' });
    const others = [{ domain: 'other.example' }, { account: 2 }];
    const elsewhere = await Promise.all(others.map((head) => newQuote(Date.now(), train, head)));
    await answer(answered.id, Date.now());
    await service.ask(askAboutQuote, { key: String(question.id), body: { note: '?' } });
    const { id: rules } = await service.ask<{ id: number }>(createRefundRules, { body: { ...flightRules, ...train } });
    await sweep();
    await service.ask(retireRefundRules, { key: String(rules) });
    for (const { id } of [open, question])
      expect(await read(id)).toMatchObject({ status: 'declined', answer_note: 'priced by rules', penalty: null });
    expect(await eventsOf(open.id)).toEqual(['quote_declined', 'quote_requested']);
    expect((await decisionsOn(open.id)).at(-1)).toBe('manual_quote.declined manual quotes');
    expect(await read(answered.id)).toMatchObject({ status: 'quoted' });
    expect(await read(bus.id)).toMatchObject({ status: 'requested' });
    for (const [index, { id }] of elsewhere.entries())
      expect(await read(id, others[index])).toMatchObject({ status: 'requested' });
  });

  it('goes on past a quote that fails', async () => {
    const [broken, sound] = [await newQuote(Date.now()), await newQuote(Date.now())];
    for (const { id } of [broken, sound]) await answer(id, longAgo);
    await owner.query(
      `create function fail() returns trigger language plpgsql as $$ begin raise exception 'broken'; end $$;
        create trigger fail before update on manual_quote for each row when (old.id = ${broken.id}
          and new.status = 'expired') execute function fail()`,
    );
    await expect(replicas[0]!.round()).rejects.toThrow('broken');
    expect([await read(broken.id), await read(sound.id)]).toMatchObject([{ status: 'quoted' }, { status: 'expired' }]);
    await owner.query('drop function fail cascade');
    await sweep();
    expect(await read(broken.id)).toMatchObject({ status: 'expired' });
  });
});
