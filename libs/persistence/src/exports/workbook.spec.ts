import { spawn } from 'node:child_process';
import { buffer, text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readListQuery } from '@refundry/pagination';
import { rolesOf } from '@refundry/provisioning';
import {
  BooleanField,
  DateTimeField,
  DecimalField,
  IntegerField,
  resource,
  StringField,
  type ExportFormat,
  type ListRequest,
} from '@refundry/resource';
import { parseCsv, spreadsheetReaders, testDatabase, type SpreadsheetCell } from '@refundry/testing';
import pg from 'pg';
import type { DataSource } from 'typeorm';
import {
  createRowCounts,
  dataSourceOf,
  Exports,
  ReadPool,
  ResourceExporter,
  resourceTable,
  scopeToAccount,
  maintainRowCount,
  Transactions,
} from '../index.js';
import { workbook } from './workbook.js';
import { ZipWriter } from './zip-writer.js';

class Item {
  @IntegerField({ label: 'ID', readOnly: true }) id!: number;
  @StringField({ label: 'Name', allowNull: true }) name!: string | null;
  @BooleanField({ label: 'Is active', allowNull: true }) is_active!: boolean | null;
  @DateTimeField({ label: 'Modified date', allowNull: true }) modified_date!: string | null;
  @DecimalField({ label: 'Price', maxDigits: 19, decimalPlaces: 4, allowNull: true }) price!: string | null;
}

const listItems = resource({ family: 'oms', path: 'items', of: Item }).list({
  scope: 'oms:read',
  formats: ['json', 'xls'],
  filters: { name: ['exact'] },
  sort: ['id'],
  order: ['id'],
});
const roles = rolesOf('oms');
let owner: pg.Client;
let readPool: ReadPool;
let application: DataSource;
let exporter: ResourceExporter;

beforeAll(async () => {
  const { url, ownerUrl } = await testDatabase('oms');
  owner = new pg.Client({ connectionString: ownerUrl });
  await owner.connect();
  await owner.query(`
    ${createRowCounts(roles)}
    create table item (account_id integer, id bigint, name text, is_active boolean, modified_date timestamptz,
      price numeric(19, 4), primary key (account_id, id));
    ${maintainRowCount('item')} ${scopeToAccount('item', roles)}
    insert into item values (1, 1, 'İpek "I" <Işık> & Co', true, '2023-07-04 10:30:31.29886Z', 12.5),
      (1, 2, null, null, null, null), (1, 10, 'ten', null, null, null),
      (1, 9007199254740993, '=1+1', false, '2023-07-04Z', -999999999999999.9999), (2, 4, 'theirs', true, null, 1);
    insert into item select 3, n, 'Item ' || n, true, '2023-07-04Z', 1 from generate_series(1, 200000) n;
    insert into item select 6, n, 'Item ' || n, true, '2023-07-04Z', 1 from generate_series(1, 20000) n;
  `);
  readPool = new ReadPool({ url, role: roles.reader, timeoutMs: 5000 });
  await readPool.onModuleInit();
  application = await dataSourceOf(url, []).initialize();
  exporter = new ResourceExporter(
    readPool,
    new Exports(new Transactions(application), { max: 2, maxPerAccount: 2, timeoutMs: 60_000 }),
    listItems,
    resourceTable('item', Item),
  );
});

afterAll(async () => {
  await application.destroy();
  await readPool.onApplicationShutdown();
  await owner.end();
});

const request = (account: number, query = ''): ListRequest => ({
  requestId: 'r1',
  deadline: 0,
  caller: { account, scopes: [] },
  publicUrl: '',
  query,
  ...readListQuery(listItems, query),
});
const file = async (account: number, query = '', format: ExportFormat = 'xls'): Promise<AsyncIterable<Uint8Array>> =>
  (await exporter.file(request(account, query), format)).source(new AbortController().signal);

/**
 * Every sheet's rows, each cell as its type, or the format of its style, and its value, and how many rows are frozen:
 * read by Python, which shares no code with us. A cell stands where its reference says, and the dimension has to fit.
 */
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
styles = read('xl/styles.xml')
formats = {one.get('numFmtId'): one.get('formatCode').replace('\\\\', '') for one in styles.iter(main + 'numFmt')}
styled = [formats.get(one.get('numFmtId')) for one in styles.find(main + 'cellXfs')]
place = lambda cell: re.fullmatch('([A-Z])([0-9]+)', cell.get('r')).groups()
def cells(row, width):
    kind = lambda cell: styled[int(cell.get('s', 0))] or cell.get('t', 'n')
    placed = {place(cell): [kind(cell), ''.join(cell.itertext())] for cell in row}
    return [placed.pop((chr(65 + column), row.get('r')), None) for column in range(width)] + list(placed)
sheets = []
for sheet in read('xl/workbook.xml').iter(main + 'sheet'):
    tree = read('xl/' + relations[sheet.get(rel)])
    width = ord(re.fullmatch('A1:([A-Z])[0-9]+', tree.find(main + 'dimension').get('ref')).group(1)) - 64
    rows = list(tree.iter(main + 'row'))
    assert [row.get('r') for row in rows] == [str(number + 1) for number in range(len(rows))]
    shown = [cells(row, width) for row in (rows if len(rows) < 1000 else [rows[1], rows[-1]])]
    pane = tree.find('.//' + main + 'pane')
    sheets.append({
        'name': sheet.get('name'),
        'frozen': [pane.get('state'), pane.get('ySplit')],
        'dimension': tree.find(main + 'dimension').get('ref'),
        'rows': shown if len(rows) < 1000 else [len(rows), *shown],
    })
json.dump(sheets, sys.stdout)
`;

interface Sheet {
  name: string;
  dimension: string;
  frozen: string[];
  rows: unknown[];
}

async function sheetsOf(bytes: AsyncIterable<Uint8Array>): Promise<Sheet[]> {
  const python = spawn('python3', ['-c', reader], { stdio: ['pipe', 'pipe', 'ignore'] });
  const [told] = await Promise.all([text(python.stdout), pipeline(bytes, python.stdin)]);
  return JSON.parse(told) as Sheet[];
}

const inline = (value: string): string[] => ['inlineStr', value];
/** A date of 1900, to the millisecond below it. */
const date = (serial: string): string[] => ['yyyy-mm-dd hh:mm:ss.000', serial];
const header = ['id', 'name', 'is_active', 'modified_date', 'price'].map(inline);
const rows = [
  [['n', '1'], inline('İpek "I" <Işık> & Co'), ['b', '1'], date('45111.43786224537'), ['n', '12.5000']],
  [['n', '2'], null, null, null, null],
  [['n', '10'], inline('ten'), null, null, null],
  // Excel would round them.
  [inline('9007199254740993'), inline('=1+1'), ['b', '0'], date('45111'), inline('-999999999999999.9999')],
];
const sheet = (...body: unknown[]): Sheet[] => [
  { name: 'Sheet1', frozen: ['frozen', '1'], dimension: `A1:E${1 + body.length}`, rows: [header, ...body] },
];

describe('a list as a workbook', () => {
  it.each([
    ['xls', 'application/xls'],
    ['xlsx', 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'],
  ] as const)('is named as %s', async (format, contentType) => {
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
    ['\u0001\u001f\r\n\t', '_x0001__x001F__x000D_\n\t'],
    ['_x0041_ _x004g_ _', '_x005F_x0041_ _x004g_ _'],
    ['_x0041', '_x0041'],
    ['\ufffe\uffff\uffef\ufeff', '_xFFFE__xFFFF_\uffef\ufeff'],
    ['  a ', '  a '],
    ['😀]]>', '😀]]>'],
    ['\u007f\u0085', '\u007f\u0085'],
    ['x'.repeat(40_000), 'x'.repeat(32_767)],
    ['ş'.repeat(32_767), 'ş'.repeat(32_767)],
    [`${'x'.repeat(32_766)}😀`, `${'x'.repeat(32_766)}\ufffd`],
  ])('holds any text: %#', async (name, cell) => {
    await owner.query('insert into item values (4, 1, $1)', [name]);
    const [whole, page] = [await sheetsOf(await file(4)), await sheetsOf(await file(4, 'page=1'))];
    await owner.query('delete from item where account_id = 4');
    expect([whole, page]).toEqual([0, 1].map(() => sheet([['n', '1'], inline(cell), null, null, null])));
  });

  it('is written while it is read, and holds all rows', async () => {
    expect((await sheetsOf(await file(6)))[0]?.rows).toEqual([
      20_001,
      [['n', '1'], inline('Item 1'), ['b', '1'], date('45111'), ['n', '1.0000']],
      [['n', '20000'], inline('Item 20000'), ['b', '1'], date('45111'), ['n', '1.0000']],
    ]);
  });

  it('says how many rows a filter leaves', async () => {
    expect((await sheetsOf(await file(1, 'name=ten'))).map(({ dimension }) => dimension)).toEqual(['A1:E2']);
    expect((await sheetsOf(await file(1, 'name=nobody'))).map(({ dimension }) => dimension)).toEqual(['A1:E1']);
  });

  it.each([
    ['1900-03-01 00:00:00Z', date('61')],
    ['1900-02-28 23:59:59.999999Z', inline('1900-02-28T23:59:59.999999Z')],
    ['0044-03-15 12:00:00Z', inline('0044-03-15T12:00:00Z')],
    ['9999-12-31 23:59:59.999999Z', date('2958465.999999989')],
    ['2023-07-04 12:00:00Z', date('45111.5')],
    ['2023-07-04 00:00:00.0005Z', date('45111')],
  ])('has a date for %s where Excel has one, never later than the instant', async (instant, cell) => {
    await owner.query('insert into item values (4, 1, null, null, $1)', [instant]);
    const [whole, page] = [await sheetsOf(await file(4)), await sheetsOf(await file(4, 'page=1'))];
    await owner.query('delete from item where account_id = 4');
    expect([whole, page]).toEqual([0, 1].map(() => sheet([['n', '1'], null, null, cell, null])));
  });

  it('ends when its reader stops, and leaves room for the next', async () => {
    for (let round = 0; round < 3; round++) for await (const bytes of await file(3)) if (bytes.length > 1000) break;
    expect(await sheetsOf(await file(1))).toEqual(sheet(...rows));
  });
});

/** As every program shows it: numbers by their value, times to the millisecond. */
function shown(cell: SpreadsheetCell): string {
  const value =
    typeof cell === 'boolean'
      ? cell
        ? 'True'
        : 'False'
      : String(cell ?? '').replace(/^(?:TRUE|FALSE)$/, (word) => word.charAt(0) + word.slice(1).toLowerCase());
  const time = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(?:\.(\d{1,3})\d*)?Z?$/.exec(value);
  if (time) return `${time[1]} ${time[2]}.${(time[3] ?? '').padEnd(3, '0')}`;
  return /^-?\d{1,15}(?:\.\d+)?$/.test(value) ? String(Number(value)) : value;
}

const readers = spreadsheetReaders();

describe('a workbook and the CSV of the same rows', () => {
  beforeAll(async () => {
    await owner.query(
      `insert into item select 5, n, (array['İpek "I" <Işık>, & Co', '😀 ğüş', null, E'two\\nlines', 'plain'])[1 + n %
        5], case when n % 3 > 0 then n % 3 = 1 end,
          '2023-07-04 10:30:31.298861Z'::timestamptz + n * interval '7919 s 31007 us', n * 1.25
            from generate_series(1, 40) n`,
    );
  });

  it.each(readers.filter(({ isInstalled }) => isInstalled))('are equal to $name', async (reader) => {
    const csv = (await exporter.file(request(5), 'csv')).source(new AbortController().signal);
    const [rows, lines] = [await reader.read(await buffer(await file(5))), parseCsv(await text(csv))];
    expect(rows.map((row) => row.map(shown))).toEqual(lines.map((row) => row.map(shown)));
  });

  for (const { name } of readers.filter(({ isInstalled }) => !isInstalled))
    it.skip(`are not compared by ${name}, which is not installed`, () => undefined);
});

describe('a workbook', () => {
  class Number {
    @IntegerField({ label: 'ID' }) id!: number;
  }
  /** A row as COPY writes it in its binary format, behind the number of all rows. */
  const row = (id: string): Buffer =>
    Buffer.concat([
      Buffer.from([0, 2, 0, 0, 0, 1]),
      Buffer.from('5'),
      Buffer.from([0, 0, 0, id.length]),
      Buffer.from(id),
    ]);
  async function* pieces(...all: Buffer[]): AsyncGenerator<Buffer> {
    for (const piece of all) yield await Promise.resolve(piece);
  }
  const idsOf = (sheets: Sheet[]): unknown[] =>
    sheets.map((one) => (one.rows as string[][][]).map(([cell]) => cell?.[1]));

  it('goes on in a further sheet where one is full', async () => {
    const five = (): AsyncGenerator<Buffer> =>
      pieces(Buffer.concat(['1', '2', '3'].map(row)), Buffer.concat([row('4')]), row('5'));
    expect(idsOf(await sheetsOf(workbook(Number, five(), { rows: 2, bytes: 10_000 })))).toEqual([
      ['id', '1', '2'],
      ['id', '3', '4'],
      ['id', '5'],
    ]);
    expect(idsOf(await sheetsOf(workbook(Number, five(), { rows: 5, bytes: 10_000 })))).toEqual([
      ['id', '1', '2', '3', '4', '5'],
    ]);
    expect(idsOf(await sheetsOf(workbook(Number, five(), { rows: 100, bytes: 10 })))).toEqual([
      ['id', '1', '2', '3'],
      ['id', '4'],
      ['id', '5'],
    ]);
    expect(
      (await sheetsOf(workbook(Number, five(), { rows: 2, bytes: 10_000 }))).map(({ name, dimension }) => [
        name,
        dimension,
      ]),
    ).toEqual([
      ['Sheet1', 'A1:A3'],
      ['Sheet2', 'A1:A3'],
      ['Sheet3', 'A1:A2'],
    ]);
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
    const python = spawn(
      'python3',
      [
        '-c',
        'import io, sys, zipfile; a = zipfile.ZipFile(io.BytesIO(sys.stdin.buffer.read())); ' +
          "print(a.namelist(), a.read('ş.txt').decode())",
      ],
      { stdio: ['pipe', 'pipe', 'ignore'], env: { ...process.env, PYTHONIOENCODING: 'utf8', PYTHONUTF8: '1' } },
    );
    const [told] = await Promise.all([text(python.stdout), pipeline(archive(), python.stdin)]);
    expect(told).toBe("['ş.txt'] şeker\n");
  });
});
