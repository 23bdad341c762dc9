import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { ReadPool, migrate, rowCount } from '@refundry/persistence';
import { rolesOf } from '@refundry/provisioning';
import { testDatabase } from '@refundry/testing';
import pg from 'pg';
import { migrateOms, omsMigrations } from '../oms.app.js';
import { WideKeys1764000000009 } from './9-wide-keys.js';

const maxInteger = 2_147_483_647;
let owner: pg.Client;
let readPool: ReadPool;
let urls: Awaited<ReturnType<typeof testDatabase>>;

beforeAll(async () => {
  urls = await testDatabase('oms');
  await migrate(urls.ownerUrl, omsMigrations);
  owner = new pg.Client({ connectionString: urls.ownerUrl });
  await owner.connect();
  readPool = new ReadPool({ url: urls.url, role: rolesOf('oms').reader, timeoutMs: 5000 });
  await readPool.onModuleInit();
  await insert('country', { omnitron_id: 1, name: 'Türkiye', code: 'tr', is_active: true });
});

afterEach(() => {
  jest.restoreAllMocks();
});
afterAll(() => Promise.all([readPool.onApplicationShutdown(), owner.end()]));

async function insert(table: string, row: Readonly<Record<string, unknown>>): Promise<number> {
  const columns = Object.keys(row);
  const {
    rows: [inserted],
  } = await owner.query<{ id: string }>(
    `insert into ${table} (account_id, ${columns.join(', ')})
      values (1, ${columns.map((_, index) => `$${index + 1}`).join(', ')}) returning id`,
    Object.values(row),
  );
  return Number(inserted?.id);
}

const countries = (): Promise<unknown> =>
  readPool.rows({
    account: 1,
    text: 'select id, name from country where account_id = $1 order by id limit 50',
    values: [],
    isPrepared: true,
  });
const narrow = async (): Promise<unknown> =>
  (
    await owner.query(`
  select table_name, column_name from information_schema.columns
  join information_schema.tables using (table_schema, table_name)
  where table_schema = 'public' and column_name ~ '(^|_)id$' and data_type = 'integer' and table_name <> 'migrations'
    and column_name not in ('account_id', 'omnitron_id')`)
  ).rows;

describe('the migration to wide keys', () => {
  it('is left for later while a version runs whose reads it would break', async () => {
    const former = new pg.Client({ connectionString: urls.url, application_name: 'lane' });
    await former.connect();
    const warn = jest.spyOn(Logger.prototype, 'warn').mockImplementation(() => undefined);
    expect(await migrateOms(urls.ownerUrl)).toEqual([]);
    expect(warn.mock.calls).toEqual([['WideKeys1764000000009 is left for later: the former version still runs']]);
    await former.end();
  });

  it('fails no read of a running service', async () => {
    expect(await countries()).toEqual([['1', 'Türkiye']]);
    const ran: string[] = [];
    void migrateOms(urls.ownerUrl).then((names) => ran.push(...names));
    while (ran.length === 0) expect(await countries()).toEqual([['1', 'Türkiye']]);
    expect(ran).toEqual(['WideKeys1764000000009']);
    expect(await countries()).toEqual([['1', 'Türkiye']]);
  });

  it('takes rows beyond 2,147,483,647 in all tables, and their children, counts and positions', async () => {
    expect(await narrow()).toEqual([]);
    const { rows: sequences } = await owner.query<{ name: string }>(
      `select seqrelid::regclass::text as name from pg_sequence
        where seqrelid::regclass::text ~ '^(cancellation|c|township|district).*_id_seq$'`,
    );
    expect(sequences).toHaveLength(7);
    for (const { name } of sequences) await owner.query('select setval($1, $2)', [name, maxInteger]);
    const country = await insert('country', { omnitron_id: 2, name: 'İran', code: 'ir', is_active: true });
    const city = await insert('city', { omnitron_id: 2, name: 'x', country_id: country, is_active: true });
    const township = await insert('township', { omnitron_id: 2, name: 'x', city_id: city, is_active: true });
    const district = await insert('district', {
      omnitron_id: 2,
      name: 'x',
      city_id: city,
      township_id: township,
      is_active: true,
    });
    const channel = await insert('channel', {
      omnitron_id: 2,
      name: 'x',
      channel_type: 'web',
      configuration: '{}',
      is_active: true,
    });
    const customer = await insert('customer', {
      omnitron_id: 2,
      email: 'x',
      first_name: 'x',
      last_name: 'x',
      channel_id: channel,
    });
    expect([country, city, township, district, channel, customer]).toEqual(
      Array.from({ length: 6 }, () => maxInteger + 1),
    );
    expect(await countries()).toEqual([
      ['1', 'Türkiye'],
      [String(country), 'İran'],
    ]);
    expect(await readPool.rows({ account: 1, text: rowCount('country'), values: [] })).toEqual([['2']]);
    expect((await owner.query("select first_key from locate_row(1, 'country', 1)")).rows).toEqual([
      { first_key: String(maxInteger + 1) },
    ]);
    await expect(owner.query('update country set id = id + 1')).rejects.toThrow();
  });

  it('goes as it came where no key is wide', async () => {
    await owner.query(
      'truncate cancellation_reason, country, city, township, district, channel, customer restart identity',
    );
    await new WideKeys1764000000009().down({ query: (sql: string) => owner.query(sql) } as never);
    expect(await narrow()).toHaveLength(12);
  });
});
