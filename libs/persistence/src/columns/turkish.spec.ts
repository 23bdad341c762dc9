import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readListQuery } from '@refundry/pagination';
import { rolesOf } from '@refundry/provisioning';
import { IntegerField, JsonText, resource, StringField } from '@refundry/resource';
import { testDatabase } from '@refundry/testing';
import pg from 'pg';
import {
  createRowCounts,
  createTurkishFolding,
  foldedColumn,
  ReadPool,
  ResourceReader,
  resourceTable,
  scopeToAccount,
  maintainRowCount,
} from '../index.js';

/** Its key is not called `id`, nor its name `name` in the table. */
class Place {
  @IntegerField({ label: 'ID', readOnly: true }) pk!: number;
  @StringField({ label: 'Name' }) name!: string;
}

const listPlaces = resource({ family: 'oms', path: 'places', of: Place }).list({
  scope: 'oms:read',
  filters: { pk: ['gt'], name: ['search'] },
  sort: ['name'],
  order: ['pk'],
});

const roles = rolesOf('oms');
const names = ['Isparta', 'İstanbul', 'Iğdır', 'Şırnak', 'Çorum', 'Ödemiş', 'Güney_1%', 'I\u0307negöl'];

let owner: pg.Client;
let application: pg.Client;
let readPool: ReadPool;
let places: ResourceReader<Place>;

beforeAll(async () => {
  const { url, ownerUrl } = await testDatabase('oms');
  [owner, application] = [new pg.Client({ connectionString: ownerUrl }), new pg.Client({ connectionString: url })];
  await Promise.all([owner.connect(), application.connect()]);
  await owner.query(`
    ${createRowCounts(roles)} ${createTurkishFolding}
    create table place (account_id integer, id integer, title text not null, ${foldedColumn('title')});
    ${maintainRowCount('place')} ${scopeToAccount('place', roles)}
  `);
  // As the application, which has no rights of its own to the function.
  await application.query("select set_config('refundry.account', '1', false)");
  await application.query(
    `insert into place (account_id, id, title) select 1, n, title from unnest($1::text[])
      with ordinality named(title, n)`,
    [names],
  );
  readPool = new ReadPool({ url, role: roles.reader, timeoutMs: 5000 });
  await readPool.onModuleInit();
  places = new ResourceReader(readPool, Place, resourceTable('place', Place, { pk: 'id', name: 'title' }));
});

afterAll(async () => {
  await readPool.onApplicationShutdown();
  await Promise.all([application.end(), owner.end()]);
});

const caller = { account: 1, scopes: [] };

async function page(parameters: Record<string, string>): Promise<{ count: number; names: string[] }> {
  const query = new URLSearchParams(parameters).toString();
  const { count, results } = await places.page({
    requestId: 'r1',
    deadline: 0,
    caller,
    publicUrl: '',
    query,
    ...readListQuery(listPlaces, query),
  });
  return { count, names: (JSON.parse(`[${results.text}]`) as Place[]).map(({ name }) => name) };
}

const found = async (text: string): Promise<string[]> => (await page({ search: text })).names;

describe('searching a text', () => {
  it.each([
    ['ISPARTA', ['Isparta']],
    ['ısparta', ['Isparta']],
    ['isparta', []],
    ['İSPARTA', []],
    ['istanbul', ['İstanbul']],
    ['İSTANBUL', ['İstanbul']],
    ['ıstanbul', []],
    ['ISTANBUL', []],
    ['I\u0307STANBUL', ['İstanbul']],
    ['inegöl', [names[7]]],
    ['IĞDIR', ['Iğdır']],
    ['şIR', ['Şırnak']],
    ['çoRUM', ['Çorum']],
    ['ö', ['Ödemiş', names[7]]],
    ['o\u0308', ['Ödemiş', names[7]]],
    ['_1%', ['Güney_1%']],
    ['%', ['Güney_1%']],
    ['\\', []],
    ["'; drop table place; --", []],
  ])('for %p finds %p', async (text, expected) => {
    expect(await found(text)).toEqual(expected);
  });

  it('is asked for by any of its names', async () => {
    for (const parameter of ['name', 'name__icontains', 'search'])
      expect(await page({ [parameter]: 'IĞDIR' })).toEqual({ count: 1, names: ['Iğdır'] });
  });

  it('goes with other filters, a sort and a page', async () => {
    expect(await page({ search: 'ı', pk__gt: '1', sort: 'name', page_size: '1' })).toEqual({
      count: 2,
      names: ['Iğdır'],
    });
    expect(await page({ search: 'ı', pk__gt: '1', sort: 'name', page_size: '1', page: '2' })).toEqual({
      count: 2,
      names: ['Şırnak'],
    });
    expect(await page({ search: 'nowhere', page: 'last' })).toEqual({ count: 0, names: [] });
  });

  it('goes on finding when a connection has prepared the statement', async () => {
    for (const text of [...names, ...names]) expect(await found(text)).toEqual([text]);
  });
});

describe('a key that the contract calls otherwise', () => {
  it('finds its row', async () => {
    expect(await places.row({ requestId: 'r1', deadline: 0, caller, key: '2' })).toEqual(
      JsonText.from('{"pk":2,"name":"İstanbul"}'),
    );
  });
});
