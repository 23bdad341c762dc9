import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readListQuery } from '@refundry/pagination';
import { BooleanField, DateTimeField, DecimalField, IntegerField, resource, StringField, type ExportFormat, type ListRequest } from '@refundry/resource';
import { testDatabase } from '@refundry/testing';
import pg from 'pg';
import type { DataSource } from 'typeorm';
import { createRowTallies, dataSourceOf, Exports, Lane, ResourceExporter, resourceTable, rolesOf, scopeToAccount, tallyRowsOf, Transactions } from '../index.js';
import { workbook } from './workbook.js';
import { ZipWriter } from './zip-writer.js';

class Item {
  @IntegerField({ label: 'ID', readOnly: true }) id!: number;
  @StringField({ label: 'Name', allowNull: true }) name!: string | null;
  @BooleanField({ label: 'Is active', allowNull: true }) is_active!: boolean | null;
  @DateTimeField({ label: 'Modified date', allowNull: true }) modified_date!: string | null;
  @DecimalField({ label: 'Price', maxDigits: 19, decimalPlaces: 4, allowNull: true }) price!: string | null;
}

const listItems = resource({ family: 'oms', path: 'items', of: Item }).list({ scope: 'oms:read', formats: ['json', 'xls'], filters: { name: ['exact'] }, sort: ['id'], order: ['id'] });
const roles = rolesOf('oms');
let owner: pg.Client;
let lane: Lane;
let application: DataSource;
let exporter: ResourceExporter;

beforeAll(async () => {
  const { url, ownerUrl } = await testDatabase('oms');
  owner = new pg.Client({ connectionString: ownerUrl });
  await owner.connect();
  await owner.query(`
    ${createRowTallies(roles)}
    create table item (account_id integer, id bigint, name text, is_active boolean, modified_date timestamptz, price numeric(19, 4), primary key (account_id, id));
    ${tallyRowsOf('item')} ${scopeToAccount('item', roles)}
    insert into item values (1, 1, 'İpek "I" <Işık> & Co', true, '2023-07-04 10:30:31.29886Z', 12.5), (1, 2, null, null, null, null), (1, 10, 'ten', null, null, null), (1, 9007199254740993, '=1+1', false, '2023-07-04Z', -999999999999999.9999), (2, 4, 'theirs', true, null, 1);
    insert into item select 3, n, 'Item ' || n, true, '2023-07-04Z', 1 from generate_series(1, 200000) n;
  `);
  lane = new Lane({ url, role: roles.reader, timeoutMs: 5000 });
  await lane.onModuleInit();
  application = await dataSourceOf(url, []).initialize();
  exporter = new ResourceExporter(lane, new Exports(new Transactions(application), { atOnce: 2, ofAccount: 2, timeoutMs: 60_000 }), listItems, resourceTable('item', Item));
});

afterAll(async () => {
  await application.destroy();
  await lane.onApplicationShutdown();
  await owner.end();
});

const request = (account: number, query = ''): ListRequest => ({ requestId: 'r1', deadline: 0, caller: { account, scopes: [] }, publicUrl: '', query, ...readListQuery(listItems, query) });
const file = async (account: number, query = '', format: ExportFormat = 'xls'): Promise<AsyncIterable<Uint8Array>> => (await exporter.file(request(account, query), format)).source(new AbortController().signal);

/** Every sheet's rows, each cell as its type and its value, and how many rows are frozen; told by Python, which shares no code with us. */
const reader = `
import io, json, re, sys, zipfile
from xml.etree import ElementTree
main = '{http://schemas.openxmlformats.org/spreadsheetml/2006/main}'
rel = '{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id'
archive = zipfile.ZipFile(io.BytesIO(sys.stdin.buffer.read()))
assert archive.testzip() is None
read = lambda name: ElementTree.fromstring(archive.read(name))
types = read('[Content_Types].xml')
relations = {one.get('Id'): one.get('Target') for one in read('xl/_rels/workbook.xml.rels')}
assert read('_rels/.rels')[0].get('Target') == 'xl/workbook.xml'
sheets = []
for sheet in read('xl/workbook.xml').iter(main + 'sheet'):
    tree = read('xl/' + relations[sheet.get(rel)])
    rows = [[[cell.get('t', 'n'), ''.join(cell.itertext())] if len(cell) else None for cell in row] for row in tree.iter(main + 'row')]
    pane = tree.find('.//' + main + 'pane')
    sheets.append({'name': sheet.get('name'), 'frozen': [pane.get('state'), pane.get('ySplit')], 'rows': rows if len(rows) < 1000 else [len(rows), rows[1], rows[-1]]})
json.dump(sheets, sys.stdout)
`;

interface Sheet {
  name: string;
  frozen: string[];
  rows: unknown[];
}

async function sheetsOf(bytes: AsyncIterable<Uint8Array>): Promise<Sheet[]> {
  const python = spawn('python3', ['-c', reader], { stdio: ['pipe', 'pipe', 'ignore'] });
  const [told] = await Promise.all([text(python.stdout), pipeline(bytes, python.stdin)]);
  return JSON.parse(told) as Sheet[];
}

const inline = (value: string): string[] => ['inlineStr', value];
const header = ['id', 'name', 'is_active', 'modified_date', 'price'].map(inline);
const rows = [
  [['n', '1'], inline('İpek "I" <Işık> & Co'), ['b', '1'], inline('2023-07-04T10:30:31.298860Z'), ['n', '12.5000']],
  [['n', '2'], null, null, null, null],
  [['n', '10'], inline('ten'), null, null, null],
  // Excel would round them.
  [inline('9007199254740993'), inline('=1+1'), ['b', '0'], inline('2023-07-04T00:00:00Z'), inline('-999999999999999.9999')],
];
const sheet = (...body: unknown[]): Sheet[] => [{ name: 'Sheet1', frozen: ['frozen', '1'], rows: [header, ...body] }];

describe('a list as a workbook', () => {
  it.each([['xls', 'application/xls'], ['xlsx', 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet']] as const)('is named as %s', async (format, contentType) => {
    expect((await exporter.file(request(1), format)).head).toEqual({ contentType, fileName: 'items.xlsx' });
  });

  it("holds the account's rows in typed cells below a frozen header", async () => {
    expect(await sheetsOf(await file(1))).toEqual(sheet(...rows));
    expect(await sheetsOf(await file(9))).toEqual(sheet());
  });

  it('holds the page that is asked for, or what a filter leaves, in its order', async () => {
    expect(await sheetsOf(await file(1, 'page=1'))).toEqual(sheet(...rows));
    expect(await sheetsOf(await file(1, 'page=2&page_size=3'))).toEqual(sheet(rows[3]));
    expect(await sheetsOf(await file(9, 'page=1'))).toEqual(sheet());
    expect(await sheetsOf(await file(1, 'sort=-id'))).toEqual(sheet(...rows.toReversed()));
    expect(await sheetsOf(await file(1, 'name=%3D1%2B1'))).toEqual(sheet(rows[3]));
    await expect(file(1, 'page=2')).rejects.toMatchObject({ code: 'invalid_page' });
  });

  it.each([
    ['\u0001\u001f\r\n\t', '_x0001__x001F__x000D_\n\t'], ['_x0041_ _x004g_ _', '_x005F_x0041_ _x004g_ _'], ['_x0041', '_x0041'], ['\ufffe\uffff\uffef\ufeff', '_xFFFE__xFFFF_\uffef\ufeff'], ['  a ', '  a '], ['😀]]>', '😀]]>'], ['\u007f\u0085', '\u007f\u0085'],
    ['x'.repeat(40_000), 'x'.repeat(32_767)], ['ş'.repeat(32_767), 'ş'.repeat(32_767)], [`${'x'.repeat(32_766)}😀`, `${'x'.repeat(32_766)}\ufffd`],
  ])('holds any text: %#', async (name, cell) => {
    await owner.query('insert into item values (4, 1, $1)', [name]);
    const [whole, page] = [await sheetsOf(await file(4)), await sheetsOf(await file(4, 'page=1'))];
    await owner.query('delete from item where account_id = 4');
    expect([whole, page]).toEqual([0, 1].map(() => sheet([['n', '1'], inline(cell), null, null, null])));
  });

  it('is written while it is read, and holds all rows', async () => {
    expect((await sheetsOf(await file(3)))[0]?.rows).toEqual([200_001, [['n', '1'], inline('Item 1'), ['b', '1'], inline('2023-07-04T00:00:00Z'), ['n', '1.0000']], [['n', '200000'], inline('Item 200000'), ['b', '1'], inline('2023-07-04T00:00:00Z'), ['n', '1.0000']]]);
  });

  it('ends when its reader stops, and leaves room for the next', async () => {
    for (let round = 0; round < 3; round++) for await (const bytes of await file(3)) if (bytes.length > 1000) break;
    expect(await sheetsOf(await file(1))).toEqual(sheet(...rows));
  });
});

describe('a workbook', () => {
  class Number {
    @IntegerField({ label: 'ID' }) id!: number;
  }
  /** A row as COPY writes it in its binary format. */
  const row = (id: string): Buffer => Buffer.concat([Buffer.from([0, 1, 0, 0, 0, id.length]), Buffer.from(id)]);
  async function* pieces(...all: Buffer[]): AsyncGenerator<Buffer> {
    for (const piece of all) yield await Promise.resolve(piece);
  }
  const idsOf = (sheets: Sheet[]): unknown[] => sheets.map((one) => (one.rows as string[][][]).map(([cell]) => cell?.[1]));

  it('goes on in a further sheet where one is full', async () => {
    const five = (): AsyncGenerator<Buffer> => pieces(Buffer.concat(['1', '2', '3'].map(row)), Buffer.concat([row('4')]), row('5'));
    expect(idsOf(await sheetsOf(workbook(Number, five(), { rows: 2, bytes: 10_000 })))).toEqual([['id', '1', '2'], ['id', '3', '4'], ['id', '5']]);
    expect(idsOf(await sheetsOf(workbook(Number, five(), { rows: 5, bytes: 10_000 })))).toEqual([['id', '1', '2', '3', '4', '5']]);
    expect(idsOf(await sheetsOf(workbook(Number, five(), { rows: 100, bytes: 10 })))).toEqual([['id', '1', '2', '3'], ['id', '4'], ['id', '5']]);
    expect((await sheetsOf(workbook(Number, five(), { rows: 2, bytes: 10_000 }))).map(({ name }) => name)).toEqual(['Sheet1', 'Sheet2', 'Sheet3']);
  });

  it('breaks off when its rows do', async () => {
    const broken = async function* (): AsyncGenerator<Buffer> {
      yield await Promise.resolve(row('1'));
      throw new Error('gone');
    };
    await expect(sheetsOf(workbook(Number, broken()))).rejects.toThrow('gone');
  });
});

describe('an archive', () => {
  it('may be larger than 4 GiB', async () => {
    const zip = new ZipWriter(5 * 2 ** 30);
    const archive = async function* (): AsyncGenerator<Uint8Array> {
      yield* zip.entry('ş.txt', [Buffer.from('şeker')]);
      yield zip.finish();
    };
    const python = spawn('python3', ['-c', "import io, sys, zipfile; a = zipfile.ZipFile(io.BytesIO(sys.stdin.buffer.read())); print(a.namelist(), a.read('ş.txt').decode())"], { stdio: ['pipe', 'pipe', 'ignore'], env: { ...process.env, PYTHONIOENCODING: 'utf8', PYTHONUTF8: '1' } });
    const [told] = await Promise.all([text(python.stdout), pipeline(archive(), python.stdin)]);
    expect(told).toBe("['ş.txt'] şeker\n");
  });
});
