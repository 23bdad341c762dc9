import { execFile, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';

export type SpreadsheetCell = string | number | boolean | null;

/** A program that people open workbooks with. */
export interface SpreadsheetReader {
  readonly name: string;
  readonly isInstalled: boolean;
  /** The rows of the first sheet, header included: texts, numbers, booleans and nulls, dates as ISO texts. */
  read(workbook: Buffer): Promise<SpreadsheetCell[][]>;
}

const run = promisify(execFile);
/** The output of a program; in UTC, for SheetJS reads a date's cell in the machine's zone. */
const output = async (command: string, ...options: string[]): Promise<string> =>
  (await run(command, options, { maxBuffer: 64 * 1024 * 1024, env: { ...process.env, TZ: 'UTC' } })).stdout;

/** Debian's modules belong to Debian's Python. */
const pythonWith = (...modules: string[]): string | undefined =>
  ['python3', '/usr/bin/python3'].find(
    (command) =>
      spawnSync(command, [
        '-c',
        'import importlib.util, sys; sys.exit(any(importlib.util.find_spec(name) is None for name in ' +
          `${JSON.stringify(modules)}))`,
      ]).status === 0,
  );

const installed = (program: string): boolean =>
  (process.env.PATH ?? '').split(delimiter).some((folder) => existsSync(join(folder, program)));

/** Packages that a developer has for the asking: `npm install --no-save exceljs`, or installed for all. */
function packagePath(name: string): string | undefined {
  try {
    const folders = [
      process.cwd(),
      join(dirname(process.execPath), '../lib'),
      '/usr/local/lib',
      ...(process.env.NODE_PATH ?? '')
        .split(delimiter)
        .filter((folder) => folder !== '')
        .map((folder) => dirname(folder)),
    ];
    return createRequire(import.meta.url).resolve(name, { paths: folders });
  } catch {
    return undefined;
  }
}

async function withFile<T>(workbook: Buffer, read: (path: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'workbook-'));
  try {
    const path = join(folder, 'workbook.xlsx');
    await writeFile(path, workbook);
    return await read(path);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const printRows =
  'print(json.dumps([[cell.isoformat(timespec="milliseconds") if hasattr(cell, "isoformat") else cell for cell ' +
  'in row] for row in rows]))';

function pythonReader(name: string, modules: readonly string[], lines: readonly string[]): SpreadsheetReader {
  const python = pythonWith(...modules);
  const script = ['import json, sys', ...lines, printRows].join('\n');
  return {
    name,
    isInstalled: python !== undefined,
    read: (workbook) =>
      withFile(workbook, async (path) => JSON.parse(await output(python!, '-c', script, path)) as SpreadsheetCell[][]),
  };
}

/** @param script after `library`, `path` and `print(rows)` */
function packageReader(name: string, packageName: string, script: string): SpreadsheetReader {
  const library = packagePath(packageName);
  const whole =
    'const library = require(process.argv[1]), path = process.argv[2]; const print = (rows) => ' +
    `console.log(JSON.stringify(rows)); (async () => { ${script} })()`;
  return {
    name,
    isInstalled: library !== undefined,
    read: (workbook) =>
      withFile(
        workbook,
        async (path) => JSON.parse(await output(process.execPath, '-e', whole, library!, path)) as SpreadsheetCell[][],
      ),
  };
}

const libreOffice: SpreadsheetReader = {
  name: 'LibreOffice',
  isInstalled: installed('soffice'),
  read: (workbook) =>
    withFile(workbook, async (path) => {
      const folder = dirname(path);
      // Comma, quotes, UTF-8, cells as they are shown (help.libreoffice.org, "Filter Options for CSV").
      await output(
        'soffice',
        `-env:UserInstallation=file://${folder}/profile`,
        '--headless',
        '--convert-to',
        'csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false',
        '--outdir',
        folder,
        path,
      );
      return parseCsv(await readFile(join(folder, `${basename(path, '.xlsx')}.csv`), 'utf8'));
    }),
};

const xlsx2csv: SpreadsheetReader = {
  name: 'xlsx2csv',
  isInstalled: installed('xlsx2csv'),
  // By itself it cuts dates off at the second.
  read: (workbook) =>
    withFile(workbook, async (path) => parseCsv(await output('xlsx2csv', '-f', '%Y-%m-%dT%H:%M:%S.%f', path))),
};

export const spreadsheetReaders = (): readonly SpreadsheetReader[] => [
  pythonReader(
    'openpyxl',
    ['openpyxl'],
    ['import openpyxl', 'rows = openpyxl.load_workbook(sys.argv[1]).worksheets[0].iter_rows(values_only=True)'],
  ),
  pythonReader(
    'openpyxl, read-only',
    ['openpyxl'],
    [
      'import openpyxl',
      'sheet = openpyxl.load_workbook(sys.argv[1], read_only=True).worksheets[0]',
      'rows = list(sheet.iter_rows(values_only=True))',
      'assert (sheet.max_row, sheet.max_column) == (len(rows), len(rows[0]))',
    ],
  ),
  pythonReader(
    'pandas',
    ['openpyxl', 'pandas'],
    [
      'import pandas',
      'frame = pandas.read_excel(sys.argv[1], dtype=object, keep_default_na=False)',
      'rows = [list(frame.columns)] + [[None if cell is pandas.NaT else cell for cell in row] for row in ' +
        'frame.values.tolist()]',
    ],
  ),
  packageReader(
    'exceljs',
    'exceljs',
    'const book = new library.Workbook(); await book.xlsx.readFile(path); ' +
      'print(book.worksheets[0].getSheetValues().slice(1).map((row) => row.slice(1)));',
  ),
  packageReader(
    'exceljs, as a stream',
    'exceljs',
    'const rows = []; for await (const sheet of new library.stream.xlsx.WorkbookReader(path, { styles: ' +
      "'cache', sharedStrings: 'cache', worksheets: 'emit' })) for await (const row of sheet) " +
      'rows.push(row.values.slice(1)); print(rows);',
  ),
  packageReader(
    'SheetJS',
    'xlsx',
    'const book = library.readFile(path, { cellDates: true }); ' +
      'print(library.utils.sheet_to_json(book.Sheets[book.SheetNames[0]], { header: 1, defval: null }));',
  ),
  xlsx2csv,
  libreOffice,
];

/** The rows of a CSV file (RFC 4180). */
export function parseCsv(text: string): string[][] {
  const rows: string[][] = [[]];
  for (const [, quoted, plain, end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/g)) {
    rows.at(-1)!.push(quoted?.replaceAll('""', '"') ?? plain ?? '');
    if (end !== ',' && end !== '') rows.push([]);
    if (end === '') break;
  }
  return rows.filter((row) => row.length > 1 || row[0] !== '');
}
