import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { setTimeout as pause } from 'node:timers/promises';
import type { Client } from '../system/client.js';
import { queryDatabase } from '../system/database.js';
import { RunningSystem } from '../system/running-system.js';
import { median, timed, until } from '../system/until.js';
import { isFullSize } from './address-setup-under-way.js';
import { ExportReader } from './export-reader.js';
import { MemoryWatch } from './memory-watch.js';

/** As many as a sheet of Excel holds, or a fiftieth. */
const customers = isFullSize ? 1_048_575 : 20_971;
const path = '/api/v1/oms/customers/list-simple/';
const megabyte = 1_000_000;
const concurrentExports = 10;
const flatMiB = 32;
const maxHoldMs = 600_000;

let system: RunningSystem;
let client: Client;

beforeAll(async () => {
  system = await RunningSystem.start({ environment: { oms: { EXPORTS_PER_ACCOUNT: String(concurrentExports) } } });
  client = await system.newClient();
  const account = await system.accountId(client.account);
  await query(`
    insert into customer (account_id, omnitron_id, email, first_name, last_name, phone_number, erp_code, modified_date)
      select ${account}, n, 'customer.' || n || '@example.com', 'Tuğçe', 'Yılmaz ' || n % 1000, '+90 555 ' || n,
        case when n % 3 = 0 then 'ERP-' || n end,
          timestamptz '2024-02-29 23:59:59.500001Z' + n * interval '1.000007 seconds'
      from generate_series(1, ${customers}) n;
    select fold_row_changes(${account}, 'customer')`);
  await query('vacuum analyze customer');
}, maxHoldMs);

afterAll(() => system.stop());

const query = <T>(sql: string): Promise<T[]> => queryDatabase<T>(system.databases.oms.ownerUrl, sql);
const open = (format: string): Promise<ExportReader> =>
  ExportReader.open(`${system.url}${path}?format=${format}`, client.token);
const openMany = (format: string): Promise<ExportReader[]> =>
  Promise.all(Array.from({ length: concurrentExports }, () => open(format)));

/** The whole file, read as fast as it comes. */
async function wholeOf(format: string): Promise<string> {
  return (await open(format)).rest();
}

/** How many exports PostgreSQL is at; who may see that is a superuser or the one whose they are. */
const running = async (): Promise<number> =>
  (
    await queryDatabase(
      system.databases.oms.url,
      `select from pg_stat_activity where datname = current_database() and query like 'copy (%' and state = 'active'`,
    )
  ).length;

const untilNoneRuns = (): Promise<unknown> => until('the exports end', async () => (await running()) === 0);

/** Fails when a process grows; what they did is shown. */
async function staysFlat<T>(what: string, work: () => Promise<T>): Promise<T> {
  using watch = new MemoryWatch(system.pids);
  const { ms, result } = await timed(work);
  report(
    `${what}: ${(ms / 1000).toFixed(1)} s, memory ${Object.entries(watch.growth)
      .map(([name, mebibytes]) => `${name} +${mebibytes} MiB`)
      .join(', ')}`,
  );
  for (const [name, mebibytes] of Object.entries(watch.growth))
    expect([name, mebibytes <= flatMiB]).toEqual([name, true]);
  return result;
}

const report = (line: string): void => {
  if (isFullSize) process.stderr.write(`${line}\n`);
};

/** How long others wait for a page of the list, in the middle. */
async function pageMs(): Promise<number> {
  const times: number[] = [];
  for (let asked = 0; asked < 100; asked++) {
    times.push((await timed(() => client.json(path))).ms);
    await pause(5);
  }
  return median(times);
}

describe.each(['csv', 'xlsx'])('a list exported whole as %s', (format) => {
  let whole: string;

  beforeAll(async () => {
    whole = await wholeOf(format);
  }, maxHoldMs);

  it(
    'takes no memory that grows with it',
    async () => {
      expect(await staysFlat(`${format} to a fast reader`, () => wholeOf(format))).toBe(whole);
    },
    maxHoldMs,
  );

  it(
    'waits for a reader who takes a megabyte in a second, and ends when that one disconnects',
    async () => {
      const reader = await open(format);
      await staysFlat(`${format} to a slow reader`, () =>
        reader.readSlowly(isFullSize ? 20 * megabyte : megabyte / 2, megabyte),
      );
      // A small answer is already on its way in full.
      if (isFullSize) expect(await running()).toBe(1);
      reader.abort();
      const { ms } = await timed(untilNoneRuns);
      report(`${format}: ended ${Math.round(ms)} ms after its reader hung up`);
    },
    maxHoldMs,
  );

  it(
    'is whole for everybody when ten are read at once, and an eleventh is asked to come again',
    async () => {
      const all = async (): Promise<string[]> => Promise.all((await openMany(format)).map((reader) => reader.rest()));
      // The memory that ten need at once stays with the process until it is collected.
      await all();
      const files = await staysFlat(`ten ${format} to fast readers`, async () => {
        const readers = await openMany(format);
        const refused = await open(format);
        expect([refused.status, refused.retryAfter]).toEqual([503, '1']);
        return Promise.all(readers.map((reader) => reader.rest()));
      });
      expect(new Set(files)).toEqual(new Set([whole]));
      await untilNoneRuns();
    },
    maxHoldMs,
  );
});

describe('a page requested while lists are exported', () => {
  it.each([
    [1, 'slow', megabyte],
    [1, 'fast', Infinity],
    [concurrentExports, 'slow', megabyte],
    [concurrentExports, 'fast', Infinity],
  ])(
    'to %d readers that are %s is answered, if later',
    async (count, speed, perSecond) => {
      const ratios: number[] = [];
      for (let round = 0; round < (isFullSize ? 3 : 1); round++) {
        const undisturbed = await pageMs();
        const readers = await Promise.all(Array.from({ length: count }, () => open('csv')));
        const reading = readers.map((reader) =>
          perSecond === Infinity ? reader.rest().catch(() => '') : reader.readSlowly(Infinity, perSecond),
        );
        ratios.push((await pageMs()) / undisturbed);
        for (const reader of readers) reader.abort();
        await Promise.all(reading);
        await untilNoneRuns();
      }
      report(`a page beside ${count} ${speed} readers: ${median(ratios).toFixed(1)} times its own undisturbed`);
      // Fast readers share the processors with those who answer them.
      if (isFullSize && speed === 'slow') expect(median(ratios)).toBeLessThan(count === 1 ? 3 : 12);
    },
    maxHoldMs,
  );
});
