import 'reflect-metadata';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  approveRefund,
  createRefundRules,
  listRefundRules,
  listReservations,
  rejectRefund,
  replaceRefundRules,
  requestRefund,
  saveReservation,
  type Refund,
  type RefundRules,
  type Reservation,
} from '@refundry/contracts';
import { NatsServer, testDatabase, waitUntil } from '@refundry/testing';
import pg from 'pg';
import { flight, flightRules, RunningService } from './testing/running-service.js';

interface FollowedPage {
  readonly next: string | null;
  readonly results: readonly (Reservation | RefundRules)[];
}

type Write = () => Promise<unknown>;

let nats: NatsServer;
let database: { url: string; ownerUrl: string };
let service: RunningService;
let owner: pg.Client;
/** Another of the owner's connections: in a transaction, PostgreSQL doesn't show what others have begun since. */
let holder: pg.Client;
let account = 0;
let reservations = 0;

const receivedAt = Date.parse('2027-03-01T08:00:00Z');
const slow = 1;

beforeAll(async () => {
  nats = await NatsServer.start();
  database = await testDatabase('reservation-refund');
  service = await RunningService.start(nats.url(), database);
  [owner, holder] = [
    new pg.Client({ connectionString: database.ownerUrl }),
    new pg.Client({ connectionString: database.ownerUrl }),
  ];
  await Promise.all([owner.connect(), holder.connect()]);
});

beforeEach(async () => {
  account += 1;
  await service.ask(createRefundRules, { account, body: flightRules });
});

afterAll(async () => {
  await service.stop();
  await Promise.all([owner.end(), holder.end()]);
  await nats.stop();
});

const save = (id: number, others: object = {}): Promise<Reservation> =>
  service.ask(saveReservation, {
    account,
    key: String(id),
    body: { ...flight, local_pnr: `L${id}`, original_pnr: `O${id}`, ...others },
  });
const request = (id: number): Promise<Refund> =>
  service.ask(requestRefund, { account, receivedAt, body: { reserve_id: id, expected_penalty: 3_000_000 } });
const newReservation = async (): Promise<number> => (await save(++reservations)).id;
const newRefund = async (): Promise<Refund> => request(await newReservation());
const changeRules = ({ id }: RefundRules): Promise<object> =>
  service.ask(replaceRefundRules, {
    account,
    domain: 'd.example',
    key: String(id),
    body: { ...flightRules, name: 'Changed' },
  });
const newRules = (domain: string, name = 'New'): Promise<RefundRules> =>
  service.ask(createRefundRules, { account, domain, body: { ...flightRules, name } });

const one = async <T extends object>(sql: string, ...parameters: unknown[]): Promise<T> =>
  (await owner.query<T>(sql, parameters)).rows[0]!;
const waiting = async (): Promise<number> =>
  (
    await one<{ n: number }>(
      `select count(distinct pid)::integer as n from pg_locks join pg_stat_activity using (pid) where not granted
        and datname = current_database()`,
    )
  ).n;

/** Until so many transactions wait for a lock, or this has ended. Gives how many do. */
async function untilWaiting(n: number, ended: Promise<unknown>): Promise<number> {
  const isOver = ended.then(
    () => true,
    () => true,
  );
  return waitUntil(async () => {
    const found = await waiting();
    return (found >= n || (await Promise.race([isOver, Promise.resolve(false)]))) && found;
  });
}

/** Delays transactions that write such a row, from then on until it is unlocked. */
async function delay(table: string, condition: string): Promise<void> {
  await owner.query(`
    create function delay() returns trigger language plpgsql as $$ begin perform pg_advisory_xact_lock(${slow});
      return null; end $$;
    create trigger delay after insert or update on ${table} for each row when (${condition}) execute function delay();
    select pg_advisory_lock(${slow});
  `);
}
const unlock = (): Promise<unknown> => owner.query('select pg_advisory_unlock_all()');

afterEach(() => owner.query('select pg_advisory_unlock_all(); drop function if exists delay cascade;'));

/** The reader that goes on behind the last row it has seen, in one of the ways it may go. */
class Follower {
  readonly seen = new Map<number, string>();
  private last = '';
  private cursor = '*';

  constructor(
    private readonly way: (typeof ways)[number],
    private readonly endpoint: typeof listReservations | typeof listRefundRules = listReservations,
  ) {}

  async read(): Promise<void> {
    for (;;) {
      const page = await this.page();
      for (const { id, modified_date: date } of page.results) this.seen.set(id, (this.last = date));
      if (page.next === null) return;
      this.cursor = new URL(page.next).searchParams.get('cursor') ?? '';
    }
  }

  private page(): Promise<FollowedPage> {
    const since = {
      id: `cursor=${this.cursor}&page_size=1`,
      cursor: `sort=modified_date&cursor=${this.cursor}&page_size=1`,
      gt: `sort=modified_date&modified_date__gt=${this.last || '2000-01-01'}`,
      gte: `sort=modified_date&modified_date__gte=${this.last || '2000-01-01'}`,
    };
    return service.ask(this.endpoint, { account, query: since[this.way], publicUrl: 'https://refundry.example/list/' });
  }
}

const ways = ['gt', 'gte', 'cursor', 'id'] as const;

/** The endpoints that write reservations. Each makes what it needs, of a reservation of its own, before it writes. */
const writers: Readonly<Record<string, () => Promise<{ id: number; write: Write }>>> = {
  'is saved anew': () => Promise.resolve({ id: ++reservations, write: save.bind(undefined, reservations) }),
  'is changed': async () => {
    const id = await newReservation();
    return { id, write: () => save(id, { number: '098-2' }) };
  },
  'is given back': async () => {
    const id = await newReservation();
    return { id, write: () => request(id) };
  },
  'has its refund rejected': async () => {
    const { id, reserve_id: of } = await newRefund();
    return { id: of, write: () => service.ask(rejectRefund, { account, key: String(id) }) };
  },
};

describe('a reservation that one transaction is slow to commit', () => {
  it.each(Object.keys(writers))(
    'and that %s is found by all who follow the list, and so is what others commit meanwhile',
    async (name) => {
      const { id, write } = await writers[name]!();
      const others = await Promise.all(Object.values(writers).map((prepare) => prepare()));
      const followers = ways.filter((way) => way !== 'id').map((way) => new Follower(way));
      const look = (): Promise<unknown> => Promise.all(followers.map((follower) => follower.read()));
      await look();
      await delay('reservation', `new.account_id = ${account} and new.id = ${id}`);
      const begun = write();
      await untilWaiting(1, begun);
      const quick = Promise.all(others.map((other) => other.write()));
      await untilWaiting(1 + others.length, quick);
      await look();
      await unlock();
      await Promise.all([begun, quick]);
      await look();
      const all = (
        await service.ask<FollowedPage>(listReservations, { account, query: 'page_size=100', publicUrl: '' })
      ).results.map((row) => [row.id, row.modified_date] as const);
      for (const { seen } of followers) expect(seen).toEqual(new Map(all));
    },
  );

  it('is saved by two at the same time though neither has found it there', async () => {
    const id = ++reservations;
    await delay('reservation', `new.account_id = ${account} and new.id = ${id}`);
    const first = save(id, { number: 'first' });
    await untilWaiting(1, first);
    const second = save(id, { number: 'second' });
    await untilWaiting(2, second);
    await unlock();
    expect(await first).toMatchObject({ id });
    expect(await second).toMatchObject({ id, number: 'second' });
  });

  it('lets one that changes nothing be saved, and keeps no refused request waiting', async () => {
    const [id, same, used] = [await newReservation(), await newReservation(), await newReservation()];
    const before = await save(same);
    await save(used, { status: 'done' });
    await delay('reservation', `new.account_id = ${account} and new.id = ${id}`);
    const begun = save(id, { number: 'slow' });
    await untilWaiting(1, begun);
    expect(await save(same)).toEqual(before);
    await expect(request(used)).rejects.toMatchObject({ code: 'already_used' });
    await unlock();
    await begun;
  });
});

describe('rules that one transaction is slow to commit', () => {
  it('are found by who reads the list to its end, and so are those that others add meanwhile', async () => {
    const follower = new Follower('id', listRefundRules);
    await follower.read();
    await delay('refund_rules', `new.account_id = ${account} and new.name = 'Slow'`);
    const begun = newRules('a.example', 'Slow');
    await untilWaiting(1, begun);
    const quick = Promise.all([newRules('b.example'), newRules('c.example')]);
    await untilWaiting(3, quick);
    await follower.read();
    await unlock();
    const added = [await begun, ...(await quick)];
    await follower.read();
    expect([...follower.seen.keys()].slice(1)).toEqual(
      added.map(({ id }) => id).sort((former, later) => former - later),
    );
  });
});

/** The endpoints that write one reservation. If it has a refund, that is the one. */
const contenders = {
  'a change': (id: number) => save(id, { number: '098-3', status: 'refund' }),
  'a change of its status': (id: number) => save(id, { number: '098-4' }),
  'a request': (id: number) => request(id),
  'a rejection': (_id: number, refund?: Refund) => service.ask(rejectRefund, { account, key: String(refund?.id) }),
  'an approval': (_id: number, refund?: Refund) => service.ask(approveRefund, { account, key: String(refund?.id) }),
};
const names = Object.keys(contenders) as (keyof typeof contenders)[];

/**
 * How many deadlocks there have been, when the service has stopped: a connection that is idle keeps what it has
 * counted.
 */
async function deadlocks(): Promise<number> {
  await service.stop();
  await waitUntil(
    async () =>
      (
        await one<{ n: number }>(
          `select count(*)::integer as n from pg_stat_activity where datname = current_database()
            and usename <> current_user`,
        )
      ).n === 0,
  );
  service = await RunningService.start(nats.url(), database);
  return (
    await one<{ n: number }>('select deadlocks::integer as n from pg_stat_database where datname = current_database()')
  ).n;
}

/** Why writes were refused, but for the state of what they write. */
async function troubles(writes: readonly Promise<unknown>[]): Promise<unknown[]> {
  const outcomes = await Promise.allSettled(writes);
  const codes = outcomes.flatMap((outcome) =>
    outcome.status === 'rejected' ? [(outcome.reason as { code: string }).code] : [],
  );
  return codes.filter((code) => !['wrong_state', 'already_refunded'].includes(code));
}

/** The troubles of two writers that come to the account's stamps one after the other, while these are locked. */
async function troublesInTurn(first: Write, second: Write): Promise<unknown[]> {
  await holder.query(`begin; select from last_stamp where account_id = ${account} for update`);
  const earlier = first();
  const n = await untilWaiting(1, earlier);
  const later = second();
  await untilWaiting(n + 1, later);
  await holder.query('commit');
  return troubles([earlier, later]);
}

describe('writers of one reservation', () => {
  it('wait for each other in no circle, whichever of two comes first', async () => {
    const before = await deadlocks();
    for (const [first, second] of names.flatMap((name) => names.map((other) => [name, other] as const))) {
      const refund = [first, second].some((name) => name === 'a rejection' || name === 'an approval')
        ? await newRefund()
        : undefined;
      const id = refund?.reserve_id ?? (await newReservation());
      const found = await troublesInTurn(
        () => contenders[first](id, refund),
        () => contenders[second](id, refund),
      );
      expect([first, second, ...found]).toEqual([first, second]);
    }
    expect(await deadlocks()).toBe(before);
  });

  it('get in no deadlock, 200 at a time', async () => {
    const before = await deadlocks();
    const refunds = await Promise.all(Array.from({ length: 8 }, newRefund));
    const rules = await newRules('d.example');
    const writes = Array.from({ length: 200 }, (_, index): Promise<unknown> => {
      const refund = refunds[index % refunds.length]!;
      if (index % 25 === 24) return index < 175 ? changeRules(rules) : newRules('d.example');
      if (index % 9 === 8) return newRefund();
      return contenders[names[(index * 7) % names.length]!](refund.reserve_id, refund);
    });
    expect((await troubles(writes)).filter((code) => code !== 'invalid')).toEqual([]);
    expect(await deadlocks()).toBe(before);
  });
});

describe('writers of the rules of one domain', () => {
  it('wait for each other in no circle, whichever of two comes first', async () => {
    const before = await deadlocks();
    const rules = await newRules('d.example');
    const [add, change] = [(): Promise<unknown> => newRules('d.example'), (): Promise<unknown> => changeRules(rules)];
    for (const [first, second] of [
      [add, change],
      [change, add],
      [add, add],
      [change, change],
    ] as const) {
      expect((await troublesInTurn(first, second)).filter((code) => code !== 'invalid')).toEqual([]);
    }
    expect(await deadlocks()).toBe(before);
  });
});
