import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { listStatement, parametersOf, readListQuery, writeCursor } from '@refundry/pagination';
import { rolesOf } from '@refundry/provisioning';
import { DateTimeField, IntegerField, resource, StringField } from '@refundry/resource';
import { testDatabase } from '@refundry/testing';
import pg from 'pg';
import { createRowCounts, resourceTable, maintainRowCount } from '../index.js';

class Item {
  @IntegerField({ label: 'ID', readOnly: true }) id!: number;
  @StringField({ label: 'Name' }) name!: string;
  @DateTimeField({ label: 'Modified date' }) modified_date!: string;
}

const items = resource({ family: 'oms', path: 'items', of: Item }).list({
  scope: 'oms:read',
  sort: ['id', 'name', 'modified_date'],
  order: ['id'],
});
const table = resourceTable('item', Item, { name: 'title' });

let owner: pg.Client;

beforeAll(async () => {
  // As a statement that is kept prepared is planned.
  owner = new pg.Client({
    connectionString: (await testDatabase('oms')).ownerUrl,
    options: '-c plan_cache_mode=force_generic_plan',
  });
  await owner.connect();
  await owner.query(`
    ${createRowCounts(rolesOf('oms'))}
    create table item (account_id integer, id integer, title text collate "tr-x-icu" not null, modified_date timestamptz
      not null, primary key (account_id, id)); ${maintainRowCount('item')}
    create index on item (account_id, title, id); create index on item (account_id, modified_date, id);
    insert into item select 1, id, 'Item ' || id / 3, '2023-07-04Z'::timestamptz + id / 3 * interval '1 s'
    from generate_series(1, 20000) id;
    analyze item;
  `);
});

afterAll(() => owner.end());

/** How many rows PostgreSQL reads of the table for a page. */
async function rowsRead(query: string): Promise<number> {
  const statement = listStatement(table, {
    requestId: '',
    deadline: 0,
    caller: { account: 1, scopes: [] },
    publicUrl: '',
    query,
    ...readListQuery(items, query),
  });
  const { rows } = await owner.query<[string]>({
    text: `explain (analyze, costs off, timing off) ${statement.text}`,
    values: parametersOf(statement),
    rowMode: 'array',
  });
  const scans = rows.map(([line]) => / on item .*rows=(?<rows>\d+)/.exec(line)?.groups?.rows ?? '0');
  return scans.reduce((sum, scanned) => sum + Number(scanned), 0);
}

describe('a page', () => {
  it.each(['id', '-id', 'name', 'modified_date', '-modified_date'])(
    'in the order of %s is read from the index of that order',
    async (sort) => {
      expect(await rowsRead(`sort=${sort}`)).toBeLessThan(20);
    },
  );

  it.each<[string, string[]]>([
    ['id', ['10000']],
    ['-id', ['10000']],
    ['name,id', ['Item 3333', '10000']],
    ['-name,-id', ['Item 3333', '10000']],
    ['-name,id', ['Item 3333', '10000']],
    ['modified_date,id', ['2023-07-04 00:55:33+00', '10000']],
    ['-modified_date,id', ['2023-07-04 00:55:33+00', '10000']],
    ['name,-modified_date,id', ['Item 3333', '2023-07-04 00:55:33+00', '10000']],
  ])('of a cursor read in the order of %s begins behind its row', async (sort, values) => {
    expect(await rowsRead(`sort=${sort}&cursor=${writeCursor(sort.split(','), 20_000, values)}`)).toBeLessThan(20);
  });
});
