import { fieldsOf, type Class, type FieldKind } from '@refundry/resource';
import { answeredTimestamp } from './answered-timestamp.js';
import { SheetXml, type WriteCell } from './sheet-xml.js';
import { ZipWriter } from './zip-writer.js';

interface Cell {
  /** SQL of the value's text. */
  select: (column: string) => string;
  write: WriteCell;
}

const number: Cell = { select: (column) => `(${column})::text`, write: (xml, source, from, to) => { xml.number(source, from, to); } };
const text: Cell = { select: (column) => `(${column})::text`, write: (xml, source, from, to) => { xml.text(source, from, to); } };
const boolean: Cell = { select: (column) => `(${column})::integer::text`, write: (xml, source, from, to) => { xml.boolean(source, from, to); } };
/** The text of the JSON: a date of Excel has no zone, and loses microseconds. */
const instant: Cell = { select: answeredTimestamp, write: text.write };

const cells: Record<FieldKind, Cell> = { integer: number, 'pk field': number, decimal: number, boolean, datetime: instant, 'local datetime': text, link: text, string: text, email: text, url: text, list: text, field: text };

/** What is selected of a row, in the order of the class's fields: texts. */
export const workbookColumns = (of: Class, columnOf: (field: string) => string): string[] => fieldsOf(of).map(({ name, kind }) => cells[kind].select(columnOf(name)));

export interface SheetLimits {
  /** Without the header. Excel has 1,048,576 rows in all. */
  readonly rows: number;
  /** Of XML; a sheet of 4 GiB would not fit the archive. */
  readonly bytes: number;
}

const sheetLimits: SheetLimits = { rows: 1_048_575, bytes: 2 ** 31 };

const prolog = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const [main, relationships, officeDocument] = ['http://schemas.openxmlformats.org/spreadsheetml/2006/main', 'http://schemas.openxmlformats.org/package/2006/relationships', 'http://schemas.openxmlformats.org/officeDocument/2006/relationships'];
/** Worksheets are the ordinary XML in here, so that their number may be known last. */
const contentTypes = `${prolog}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>`;
const packageRelations = `${prolog}<Relationships xmlns="${relationships}"><Relationship Id="rId1" Type="${officeDocument}/officeDocument" Target="xl/workbook.xml"/></Relationships>`;
const sheetStart = `${prolog}<worksheet xmlns="${main}"><sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><sheetData>`;
const sheetEnd = '</sheetData></worksheet>';

/**
 * A workbook of Office Open XML (ECMA-376), made while its rows are read: the names of the fields in a frozen first row, and
 * as many sheets as the rows need.
 *
 * @param pieces rows as COPY writes them in its binary format, no row cut in two; closed when the workbook is
 */
export async function* workbook(of: Class, pieces: AsyncIterator<Buffer>, limits = sheetLimits): AsyncGenerator<Uint8Array> {
  const rows = new Rows(pieces);
  const zip = new ZipWriter();
  try {
    yield* zip.entry('[Content_Types].xml', [Buffer.from(contentTypes)]);
    yield* zip.entry('_rels/.rels', [Buffer.from(packageRelations)]);
    let sheets = 0;
    do yield* zip.entry(`xl/worksheets/sheet${++sheets}.xml`, sheet(of, rows, limits));
    while (await rows.hasMore());
    const numbers = Array.from({ length: sheets }, (_, index) => index + 1);
    yield* zip.entry('xl/workbook.xml', [Buffer.from(`${prolog}<workbook xmlns="${main}" xmlns:r="${officeDocument}"><sheets>${numbers.map((id) => `<sheet name="Sheet${id}" sheetId="${id}" r:id="rId${id}"/>`).join('')}</sheets></workbook>`)]);
    yield* zip.entry('xl/_rels/workbook.xml.rels', [Buffer.from(`${prolog}<Relationships xmlns="${relationships}">${numbers.map((id) => `<Relationship Id="rId${id}" Type="${officeDocument}/worksheet" Target="worksheets/sheet${id}.xml"/>`).join('')}</Relationships>`)]);
    yield zip.finish();
  } finally {
    await pieces.return?.();
  }
}

async function* sheet(of: Class, rows: Rows, limits: SheetLimits): AsyncGenerator<Uint8Array> {
  const fields = fieldsOf(of);
  const writers = fields.map(({ kind }) => cells[kind].write);
  // One buffer for all rows: what is thrown away is held until it is collected, and that would be megabytes.
  const xml = new SheetXml();
  yield Buffer.from(sheetStart);
  writeHeader(xml, fields.map(({ name }) => name));
  yield xml.take();
  for (let [left, bytes] = [limits.rows, 0]; left > 0 && bytes < limits.bytes && (await rows.hasMore());) {
    left -= rows.write(xml, writers, left);
    const written = xml.take();
    bytes += written.length;
    yield written;
  }
  yield Buffer.from(sheetEnd);
}

function writeHeader(xml: SheetXml, names: readonly string[]): void {
  xml.beginRow();
  for (const name of names.map((text) => Buffer.from(text))) xml.text(name, 0, name.length);
  xml.endRow();
}

const [countBytes, lengthBytes] = [2, 4];

/** Rows that several sheets share. */
class Rows {
  private piece: Buffer = Buffer.alloc(0);
  private at = 0;

  constructor(private readonly pieces: AsyncIterator<Buffer>) {}

  /** Waits for a row; false when there is none any more. */
  async hasMore(): Promise<boolean> {
    while (this.at === this.piece.length) {
      const next = await this.pieces.next();
      if (next.done) return false;
      this.piece = next.value;
      this.at = 0;
    }
    return true;
  }

  /** Writes what there is, up to so many rows. @returns how many */
  write(xml: SheetXml, writers: readonly WriteCell[], most: number): number {
    const { piece } = this;
    let { at } = this;
    let rows = 0;
    for (; rows < most && at < piece.length; rows++) {
      at += countBytes;
      xml.beginRow();
      for (const write of writers) {
        const length = piece.readInt32BE(at);
        at += lengthBytes;
        if (length < 0) xml.empty();
        else write(xml, piece, at, (at += length));
      }
      xml.endRow();
    }
    this.at = at;
    return rows;
  }
}
