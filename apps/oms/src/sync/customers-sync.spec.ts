import 'reflect-metadata';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { NatsServer, testDatabase } from '@refundry/testing';
import fc from 'fast-check';
import { Hub, type HubCustomer } from '../testing/hub.js';
import { onlyLevel, RunningSync } from '../testing/running-sync.js';

Logger.overrideLogger(false);

const storeDir = mkdtempSync(join(tmpdir(), 'refundry-customers-sync-'));
let nats: NatsServer;
let sync: RunningSync;
let hub: Hub;
let otherHub: Hub;
let lastAccount = 0;
let account: number;

beforeAll(async () => {
  nats = await NatsServer.start({ storeDir });
  [sync, hub, otherHub] = await Promise.all([
    testDatabase('oms').then((database) => RunningSync.start(nats.url(), database)),
    Hub.start(),
    Hub.start(),
  ]);
});

afterAll(async () => {
  await sync.stop();
  await Promise.all([hub.stop(), otherHub.stop(), nats.stop()]);
  rmSync(storeDir, { recursive: true, force: true });
});

/** Each test has an account of its own. */
const newAccount = async (): Promise<number> => {
  for (const each of [hub, otherHub]) {
    each.clear();
    each.recover();
  }
  await sync.connect(++lastAccount, hub.url);
  return lastAccount;
};

beforeEach(async () => {
  account = await newAccount();
});

const day = (offset: number, time = '12:00:00.000001'): string =>
  `${new Date(Date.now() + offset * 86_400_000).toISOString().slice(0, 10)}T${time}Z`;
const customer = (pk: number, fields: Partial<HubCustomer> = {}): HubCustomer => ({
  pk,
  email: `${pk}@example.com`,
  channel: null,
  modified_date: day(-10),
  ...fields,
});
const fill = (target: Hub, count: number, fields: Partial<HubCustomer> = {}): void => {
  for (let pk = 1; pk <= count; pk++) target.put(customer(pk, fields));
};
const emails = async (): Promise<Record<number, string>> =>
  Object.fromEntries((await sync.customers(account)).map(({ pk, email }) => [pk, email]));
const upstreamEmails = (source: Hub): Record<number, string> =>
  Object.fromEntries(source.rows.map(({ pk, email }) => [pk, email]));

/** Runs the step and expects that nothing is left to bring. */
async function runSync(options = {}): Promise<ReturnType<typeof onlyLevel>> {
  const run = await sync.run(account, options);
  expect(run).toMatchObject({ status: 'FINISHED', error: null });
  expect(await sync.isRequired(account)).toBe('false');
  const level = onlyLevel(run);
  expect(level.seen).toBe(level.inserted + level.updated + level.unchanged + level.withheld + level.refused);
  return level;
}

describe('a customer arrives', () => {
  beforeEach(async () => {
    fill(hub, 23);
    expect(await runSync()).toMatchObject({ seen: 23, inserted: 23 });
  });

  it.each<[string, HubCustomer]>([
    ['that is dated years before all others', customer(501, { modified_date: '2021-01-01T00:00:00Z' })],
    ['that is dated far in the future', customer(501, { modified_date: '2099-01-01T00:00:00Z' })],
    ['that is dated as the latest one, with a lower key', customer(0, { modified_date: day(-10) })],
    ['that has no date', customer(501, { modified_date: null })],
    ['that is dated without an offset', customer(501, { modified_date: day(-9).slice(0, -1) })],
    ['in the year 1', customer(501, { modified_date: '0001-01-01T00:00:00Z' })],
  ])('%s', async (_which, row) => {
    hub.put(row);
    expect(await sync.isRequired(account)).toBe('true');
    expect(await runSync()).toMatchObject({ inserted: 1 });
    expect(await emails()).toEqual(upstreamEmails(hub));
  });

  it('whatever was changed after one with a date in the future had come', async () => {
    for (let pk = 1; pk <= 12; pk++) hub.put(customer(pk, { modified_date: '2099-01-01T00:00:00Z' }));
    await runSync();
    hub.put(customer(20, { email: 'changed@example.com', modified_date: day(0, '00:00:00') }));
    hub.put(customer(31));
    await runSync();
    hub.put(customer(4, { email: 'dated@example.com', modified_date: day(0, '00:00:01') }));
    await runSync();
    expect(await emails()).toEqual(upstreamEmails(hub));
  });

  it('without a date, amid more changes than a page holds', async () => {
    hub.put(customer(501, { modified_date: null }));
    for (let pk = 1; pk <= 9; pk++)
      hub.put(customer(pk, { email: `changed-${pk}@example.com`, modified_date: day(-1) }));
    expect(await runSync()).toMatchObject({ inserted: 1, updated: 9 });
    hub.put(customer(501, { email: 'undated@example.com', modified_date: null }));
    for (let pk = 1; pk <= 9; pk++) hub.put(customer(pk, { modified_date: day(0, '00:00:00') }));
    expect(await runSync()).toMatchObject({ updated: 10 });
  });

  it('with a key that a run had passed when it failed, once that run goes on', async () => {
    account = await newAccount();
    fill(hub, 23);
    hub.failAfter(4);
    expect(await sync.run(account)).toMatchObject({ status: 'FAILED' });
    hub.recover();
    hub.put(customer(0));
    hub.put(customer(1, { email: 'changed@example.com', modified_date: day(0, '00:00:00') }));
    await runSync();
    expect(await emails()).toEqual(upstreamEmails(hub));
  });

  it('with an old date while another one is gone, by a full comparison', async () => {
    hub.remove(7);
    hub.put(customer(502, { modified_date: '2021-01-01T00:00:00Z' }));
    await runSync({ isFull: true });
    expect(await emails()).toMatchObject(upstreamEmails(hub));
  });

  it('with an old date after others have gone', async () => {
    for (const pk of [7, 8, 9]) hub.remove(pk);
    await runSync();
    hub.put(customer(502, { modified_date: '2021-01-01T00:00:00Z' }));
    expect(await runSync()).toMatchObject({ inserted: 1 });
  });

  it('after the channel that it waits for has been refused no longer', async () => {
    hub.put(customer(503, { channel: 9 }));
    const run = await sync.run(account);
    expect(onlyLevel(run)).toMatchObject({
      inserted: 1,
      refused: 0,
      problems: [{ omnitron_id: 503, reason: 'There is no channel 9 here.' }],
    });
    expect(await sync.isRequired(account)).toBe('false');
  });
});

describe('another hub', () => {
  it('is read anew, also where all its rows are older, and keeps the ids of the rows that are the same', async () => {
    fill(hub, 12);
    await runSync();
    const before = await sync.customers(account);
    for (let pk = 5; pk <= 30; pk++)
      otherHub.put(customer(pk, { email: `${pk}@other.example`, modified_date: '2020-01-01T00:00:00Z' }));
    await sync.connect(account, otherHub.url);
    expect(await sync.isRequired(account)).toBe('true');
    expect(await runSync()).toMatchObject({ inserted: 18, updated: 8 });
    const after = await sync.customers(account);
    expect(after.filter(({ pk }) => pk <= 12).map(({ id, pk }) => [id, pk])).toEqual(
      before.map(({ id, pk }) => [id, pk]),
    );
    expect(await emails()).toMatchObject(upstreamEmails(otherHub));
  });

  it("gets none of the former one's watermark back after a run of its own", async () => {
    fill(hub, 12);
    await runSync();
    otherHub.put(customer(3, { email: '3@other.example', modified_date: '2020-01-01T00:00:00Z' }));
    await sync.connect(account, otherHub.url);
    await runSync();
    await sync.connect(account, hub.url);
    expect(await runSync()).toMatchObject({ updated: 1 });
    expect(await emails()).toEqual(upstreamEmails(hub));
  });

  it('does not go on where a run of the former one stopped', async () => {
    fill(hub, 23);
    hub.failAfter(4);
    expect(await sync.run(account)).toMatchObject({ status: 'FAILED' });
    fill(otherHub, 23, { modified_date: '2020-01-01T00:00:00Z' });
    otherHub.put(customer(2, { email: '2@other.example', modified_date: '2020-01-01T00:00:00Z' }));
    await sync.connect(account, otherHub.url);
    await runSync();
    expect(await emails()).toEqual(upstreamEmails(otherHub));
  });

  it('is the same one for another user no longer', async () => {
    fill(hub, 12);
    await runSync();
    await sync.connect(account, hub.url, 'another user');
    expect(await runSync()).toMatchObject({ seen: 12, unchanged: 12 });
  });
});

describe('the report of a run', () => {
  it('tells changed rows from those that were only dated anew', async () => {
    fill(hub, 3);
    await runSync();
    hub.put(customer(1, { email: 'changed@example.com', modified_date: day(-1) }));
    hub.put(customer(2, { modified_date: day(-1) }));
    hub.put({ ...customer(9), email: { of: 'another kind' } as never });
    expect(await runSync()).toMatchObject({
      seen: 4,
      inserted: 0,
      updated: 1,
      unchanged: 2,
      withheld: 0,
      refused: 1,
      problems: [{ omnitron_id: 9 }],
    });
  });

  it('sees nothing where nothing is new', async () => {
    fill(hub, 23);
    await runSync();
    expect(await runSync()).toMatchObject({ seen: 0 });
  });
});

/** The changes between two reads of the data. */
type Event =
  | { readonly kind: 'put'; readonly row: HubCustomer }
  | { readonly kind: 'remove'; readonly pk: number }
  | { readonly kind: 'run' | 'ask' | 'switch' }
  | { readonly kind: 'crash'; readonly after: number };

const dates = fc.oneof(
  fc.constantFrom(
    '2099-01-01T00:00:00Z',
    '2098-06-01T00:00:00Z',
    '1999-01-01T00:00:00Z',
    day(-10),
    day(-10).slice(0, -1),
    day(0, '00:00:00'),
    null,
  ),
  fc.integer({ min: -400, max: 400 }).map((offset) => day(offset)),
);
const keys = fc.integer({ min: 1, max: 24 });
const rows = fc.record({
  pk: keys,
  email: fc.integer({ min: 0, max: 9 }).map((n) => `${n}@example.com`),
  channel: fc.constantFrom(null, null, 8),
  modified_date: dates,
});
const puts = rows.map((row): Event => ({ kind: 'put', row }));
const others: fc.Arbitrary<Event> = fc.oneof(
  keys.map((pk): Event => ({ kind: 'remove', pk })),
  fc.constantFrom<Event>({ kind: 'run' }, { kind: 'run' }, { kind: 'ask' }, { kind: 'switch' }),
  fc.integer({ min: 0, max: 6 }).map((after): Event => ({ kind: 'crash', after })),
);
const histories = fc.array(fc.oneof({ arbitrary: puts, weight: 4 }, { arbitrary: others, weight: 2 }), {
  minLength: 4,
  maxLength: 40,
});

describe('whatever happens upstream, and to runs', () => {
  it("leaves the data equal to the hub's after a full comparison, and nothing to bring", async () => {
    await fc.assert(
      fc.asyncProperty(histories, async (events) => {
        account = await newAccount();
        let current = hub;
        for (const event of events) {
          if (event.kind === 'put') current.put(event.row);
          else if (event.kind === 'remove') current.remove(event.pk);
          else if (event.kind === 'ask') await sync.isRequired(account);
          else if (event.kind === 'switch') {
            current = current === hub ? otherHub : hub;
            await sync.connect(account, current.url);
          } else {
            if (event.kind === 'crash') current.failAfter(event.after);
            await sync.run(account);
            current.recover();
          }
        }
        await runSync({ isFull: true });
        expect(await emails()).toMatchObject(upstreamEmails(current));
      }),
      { numRuns: 25 },
    );
  });

  it('brings every change that moves its date on, and every new row, by ordinary runs', async () => {
    await fc.assert(
      fc.asyncProperty(histories, async (events) => {
        account = await newAccount();
        let changes = 0;
        for (const event of events) {
          // A change is dated when it happens; a new row may be dated as it likes.
          if (event.kind === 'put')
            hub.put(
              hub.rows.some(({ pk }) => pk === event.row.pk)
                ? { ...event.row, modified_date: new Date(Date.now() + ++changes).toISOString() }
                : event.row,
            );
          else if (event.kind === 'ask') await sync.isRequired(account);
          else if (event.kind === 'run' || event.kind === 'crash') {
            if (event.kind === 'crash') hub.failAfter(event.after);
            await sync.run(account);
            hub.recover();
          }
        }
        await runSync();
        expect(await emails()).toEqual(upstreamEmails(hub));
      }),
      { numRuns: 25 },
    );
  });
});
