import 'reflect-metadata';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  approveRefund,
  createRefundRules,
  listRefunds,
  requestRefund,
  saveReservation,
  type Refund,
} from '@refundry/contracts';
import { NatsServer, testDatabase } from '@refundry/testing';
import pg from 'pg';
import { flight, flightRules, RunningService } from '../testing/running-service.js';

interface RefundPage {
  readonly count: number;
  readonly next: string | null;
  readonly results: readonly Refund[];
}

let nats: NatsServer;
let services: readonly [RunningService, RunningService];
let owner: pg.Client;
let account = 0;
let reservations = 0;

const morning = Date.parse('2027-03-01T08:00:00Z');

beforeAll(async () => {
  nats = await NatsServer.start();
  const database = await testDatabase('reservation-refund');
  services = [await RunningService.start(nats.url(), database), await RunningService.start(nats.url(), database)];
  owner = new pg.Client({ connectionString: database.ownerUrl });
  await owner.connect();
});

beforeEach(async () => {
  account += 1;
  await services[0].ask(createRefundRules, { account, body: flightRules });
});

afterAll(async () => {
  for (const service of services) await service.stop();
  await owner.end();
  await nats.stop();
});

async function newReservation(): Promise<number> {
  const id = ++reservations;
  await services[0].ask(saveReservation, {
    account,
    key: String(id),
    body: { ...flight, local_pnr: `L${id}`, original_pnr: `O${id}` },
  });
  return id;
}

/** @param receivedAt when the gateway received it, in milliseconds from the morning on */
const refund = (reservation: number, receivedAt = 0, service = services[0]): Promise<Refund> =>
  service.ask(requestRefund, {
    account,
    receivedAt: morning + receivedAt,
    body: { reserve_id: reservation, expected_penalty: 3_000_000 },
  });
const newRefund = async (receivedAt?: number): Promise<Refund> => refund(await newReservation(), receivedAt);
const list = (query = '', of = account): Promise<RefundPage> =>
  services[0].ask(listRefunds, { account: of, query, publicUrl: 'https://refundry.example/refunds/' });
const ids = async (query: string): Promise<number[]> => (await list(query)).results.map(({ id }) => id);

/** All that is added behind what this reader has seen, in one of the ways it may go. */
const readers = {
  'the last requested_date': () => {
    let last = '';
    return async (): Promise<readonly Refund[]> => {
      const { results } = await list(`page_size=100${last && `&requested_date__gt=${last}`}`);
      last = results.at(-1)?.requested_date ?? last;
      return results;
    };
  },
  'the last requested_date, sorted by it': () => {
    let last = '';
    return async (): Promise<readonly Refund[]> => {
      const { results } = await list(`sort=requested_date&page_size=100${last && `&requested_date__gt=${last}`}`);
      last = results.at(-1)?.requested_date ?? last;
      return results;
    };
  },
  'a cursor, a row a page': () => {
    let cursor = '*';
    return async (): Promise<readonly Refund[]> => {
      const all: Refund[] = [];
      for (;;) {
        const { results, next } = await list(`cursor=${cursor}&page_size=1`);
        all.push(...results);
        if (next === null) return all;
        cursor = new URL(next).searchParams.get('cursor') ?? '';
      }
    };
  },
} as const;

describe('the list of refunds', () => {
  it('holds those of the account with every state they are in, the first requested first', async () => {
    const [one, two, three] = [await newRefund(), await newRefund(1000), await newRefund(2000)];
    const approved = await services[0].ask<Refund>(approveRefund, { account, key: String(two.id) });
    expect(await list()).toEqual({ count: 3, next: null, previous: null, results: [one, approved, three] });
    expect(await list('', account + 1000)).toEqual({ count: 0, next: null, previous: null, results: [] });
  });

  it('is filtered by status, reservation and date, and sorted by date', async () => {
    const [one, two, three] = [await newRefund(), await newRefund(1000), await newRefund(2000)];
    await services[0].ask(approveRefund, { account, key: String(two.id) });
    expect(await ids('status=requested')).toEqual([one.id, three.id]);
    expect(await ids('status=approved')).toEqual([two.id]);
    expect(await ids(`reserve_id=${three.reserve_id}`)).toEqual([three.id]);
    expect(await ids(`requested_date__gt=${one.requested_date}`)).toEqual([two.id, three.id]);
    expect(await ids(`requested_date__gte=${two.requested_date}&requested_date__lt=${three.requested_date}`)).toEqual([
      two.id,
    ]);
    expect(await ids('requested_date__lte=2027-03-01T11:30:01%2B03:30&status=requested')).toEqual([one.id]);
    expect(await ids('sort=-requested_date')).toEqual([three.id, two.id, one.id]);
    expect(await ids('status=lost')).toEqual([]);
    for (const wrong of ['reserve_id=x', 'requested_date__gt=yesterday'])
      await expect(list(wrong)).rejects.toMatchObject({ code: 'invalid' });
  });

  it('is read to its end along a cursor, also while what it is filtered by changes', async () => {
    const refunds = [await newRefund(), await newRefund(), await newRefund()];
    const first = await list('status=requested&cursor=*&page_size=2');
    await services[0].ask(approveRefund, { account, key: String(refunds[0]!.id) });
    const later = await newRefund();
    const rest = await list(new URL(first.next ?? '').search.slice(1));
    expect([...first.results, ...rest.results].map(({ id }) => id)).toEqual([...refunds, later].map(({ id }) => id));
    expect(rest.next).toBeNull();
  });
});

describe('a refund that is added later', () => {
  it('stands behind all that were there, also when it was received before them', async () => {
    const [first, earlier, same] = [await newRefund(1000), await newRefund(), await newRefund(1000)];
    expect([first, earlier, same].map(({ requested_date: date }) => date)).toEqual([
      '2027-03-01T08:00:01Z',
      '2027-03-01T08:00:01.000001Z',
      '2027-03-01T08:00:01.000002Z',
    ]);
    expect((await newRefund(1001)).requested_date).toBe('2027-03-01T08:00:01.001000Z');
  });

  describe('while one that was begun before is not done', () => {
    const slow = 1;
    const waiting = async (): Promise<number> =>
      (
        await owner.query<{ n: number }>(
          `select count(distinct pid)::integer as n from pg_locks join pg_stat_activity using (pid) where not granted
            and datname = current_database()`,
        )
      ).rows[0]!.n;

    /** Until so many transactions wait for a lock. */
    async function untilWaiting(n: number): Promise<void> {
      while ((await waiting()) < n) await pause(5);
    }

    beforeEach(async () => {
      await owner.query(`
        create function delay_refund() returns trigger
        language plpgsql as $$ begin perform pg_advisory_xact_lock(${slow}); return null; end $$;
        create trigger delay_refund after insert on refund for each row when (new.reason_id = ${slow})
        execute function delay_refund();
        select pg_advisory_lock(${slow});
      `);
    });

    afterEach(() => owner.query('drop function delay_refund cascade; select pg_advisory_unlock_all();'));

    it.each(Object.entries(readers))(
      'is found by a reader who goes on from %s, and so are the others',
      async (_way, newReader) => {
        const read = newReader();
        const [before, begun, ...quick] = [
          await newRefund(),
          await newReservation(),
          await newReservation(),
          await newReservation(),
        ];
        const body = { reserve_id: begun, expected_penalty: 3_000_000, reason_id: slow };
        const done = services[0].ask<Refund>(requestRefund, { account, receivedAt: morning + 1000, body });
        await untilWaiting(1);
        const later = Promise.all(quick.map((reservation) => refund(reservation, 2000, services[1])));
        await Promise.race([later, untilWaiting(3)]);
        const seen = [...(await read())];
        await owner.query(`select pg_advisory_unlock(${slow})`);
        const added = [await done, ...(await later)];
        seen.push(...(await read()));
        const found = new Set(seen.map(({ id }) => id));
        expect([...found].toSorted((a, b) => a - b)).toEqual(
          [before, ...added].map(({ id }) => id).toSorted((a, b) => a - b),
        );
      },
    );
  });

  it('is missed by no reader beside two replicas that add, in none of the ways it may go', async () => {
    const all = await Promise.all(Array.from({ length: 60 }, newReservation));
    const reading = Object.values(readers).map((newReader) => ({ read: newReader(), found: new Set<number>() }));
    const look = (): Promise<unknown> =>
      Promise.all(
        reading.map(async ({ read, found }) => {
          for (const { id } of await read()) found.add(id);
        }),
      );
    // Received in another order than they are done.
    const whileAdding = new AbortController();
    const adding = Promise.all(
      all.map((reservation, index) => refund(reservation, (index * 37) % 60, services[index % 2])),
    ).finally(() => {
      whileAdding.abort();
    });
    // A reader goes on from what it has seen, so it reads once at a time.
    while (!whileAdding.signal.aborted) await look();
    await look();
    const added = await adding;
    for (const { found } of reading) expect(found).toEqual(new Set(added.map(({ id }) => id)));
  });
});
