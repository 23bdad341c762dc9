import { fieldsOf, formatTimestamp, type Class, type FieldKind } from '@refundry/resource';
import { CountedRows } from './counted-rows.js';
import { dateSerial } from './date-serial.js';
import { SheetXml, type WriteCell } from './sheet-xml.js';
import {
  contentTypes,
  packageRelations,
  sheetEnd,
  sheetStart,
  styles,
  workbookPart,
  workbookRelations,
} from './workbook-parts.js';
import { ZipWriter } from './zip-writer.js';

interface Cell {
  /** SQL of the value's text. */
  select: (column: string) => string;
  write: WriteCell;
  isDate?: boolean;
}

const number: Cell = {
  select: (column) => `(${column})::text`,
  write: (xml, source, from, to) => {
    xml.number(source, from, to);
  },
};
const text: Cell = {
  select: (column) => `(${column})::text`,
  write: (xml, source, from, to) => {
    xml.text(source, from, to);
  },
};
const boolean: Cell = {
  select: (column) => `(${column})::integer::text`,
  write: (xml, source, from, to) => {
    xml.boolean(source, from, to);
  },
};

/**
 * A date has no zone in a workbook: it is UTC. One before March 1900, which Excel has none for, is the text of the
 * JSON.
 */
const dateCell = (jsonText: (postgresText: string) => string): Cell => ({
  select: (column) => `(${column})::timestamp::text`,
  write: (xml, source, from, to) => {
    const serial = dateSerial(source, from, to);
    if (serial !== undefined) {
      xml.date(serial);
      return;
    }
    const bytes = Buffer.from(jsonText(Buffer.from(source.subarray(from, to)).toString()));
    xml.text(bytes, 0, bytes.length);
  },
  isDate: true,
});
const instant = dateCell((postgresText) => formatTimestamp(`${postgresText}+00`));
const localTime = dateCell((postgresText) => postgresText.replace(' ', 'T'));

const cells: Record<FieldKind, Cell> = {
  integer: number,
  'pk field': number,
  decimal: number,
  boolean,
  datetime: instant,
  'local datetime': localTime,
  link: text,
  string: text,
  email: text,
  url: text,
  list: text,
  field: text,
};

/** The selected columns of a row, in the order of the class's fields: texts. */
export const workbookColumns = (of: Class, columnOf: (field: string) => string): string[] =>
  fieldsOf(of).map(({ name, kind }) => cells[kind].select(columnOf(name)));

export interface SheetLimits {
  /** Without the header. Excel has 1,048,576 rows in all. */
  readonly rows: number;
  /**
   * Of XML; a sheet of 4 GiB would not fit the archive. If it ends a sheet, the sheet's dimension names more rows than
   * there are.
   */
  readonly bytes: number;
}

const sheetLimits: SheetLimits = { rows: 1_048_575, bytes: 2 ** 31 };

/**
 * A workbook of Office Open XML (ECMA-376), made while its rows are read: the names of the fields in a frozen first
 * row, and as many sheets as the rows need.
 *
 * @param pieces rows as `CountedRows` reads them, no row cut in two; closed when the workbook is
 */
export async function* workbook(
  of: Class,
  pieces: AsyncIterator<Buffer>,
  limits = sheetLimits,
): AsyncGenerator<Uint8Array> {
  const rows = new CountedRows(pieces);
  const zip = new ZipWriter();
  try {
    yield* zip.entry('[Content_Types].xml', contentTypes);
    yield* zip.entry('_rels/.rels', packageRelations);
    yield* zip.entry('xl/styles.xml', styles);
    let sheets = 0;
    do yield* zip.entry(`xl/worksheets/sheet${++sheets}.xml`, sheet(of, rows, limits));
    while (await rows.hasMore());
    yield* zip.entry('xl/workbook.xml', workbookPart(sheets));
    yield* zip.entry('xl/_rels/workbook.xml.rels', workbookRelations(sheets));
    yield zip.finish();
  } finally {
    await pieces.return?.();
  }
}

async function* sheet(of: Class, rows: CountedRows, limits: SheetLimits): AsyncGenerator<Uint8Array> {
  const fields = fieldsOf(of);
  const writers = fields.map(({ kind }) => cells[kind].write);
  const dateColumns = fields.flatMap(({ kind }, column) => (cells[kind].isDate ? [column] : []));
  // One buffer for all rows: what is thrown away is held until it is collected, and that would be megabytes.
  const xml = new SheetXml(fields.length);
  let left = Math.min(await rows.remaining(), limits.rows);
  yield sheetStart(fields.length, 1 + left, dateColumns);
  writeHeader(
    xml,
    fields.map(({ name }) => name),
  );
  yield xml.take();
  for (let bytes = 0; left > 0 && bytes < limits.bytes && (await rows.hasMore());) {
    left -= rows.write(xml, writers, left);
    const written = xml.take();
    bytes += written.length;
    yield written;
  }
  yield sheetEnd;
}

function writeHeader(xml: SheetXml, names: readonly string[]): void {
  xml.beginRow();
  for (const name of names.map((text) => Buffer.from(text))) xml.text(name, 0, name.length);
  xml.endRow();
}
