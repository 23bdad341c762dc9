import {
  countedExportStatement,
  exportStatement,
  listStatement,
  pagesOf,
  readExportQuery,
  type ListTable,
} from '@refundry/pagination';
import { mediaTypes, type ExportFormat, type ListEndpoint, type ListRequest } from '@refundry/resource';
import type { ReadPool } from '../read-connection/read-pool.js';
import type { RawRows } from '../read-connection/raw-rows.js';
import { firstText, textRows } from '../read-connection/row-reader.js';
import { csvColumns, csvHeader, csvLine } from './csv.js';
import type { Exports } from './exports.js';
import { pageRows } from './page-rows.js';
import { workbook, workbookColumns } from './workbook.js';

/** A list as a file, made while it is read. */
export interface ExportSource {
  readonly head: { readonly contentType: string; readonly fileName: string };
  /** Called once, when the bytes are wanted. @param left aborted when they aren't any more */
  readonly source: (left: AbortSignal) => AsyncIterable<Uint8Array>;
}

const byteOrderMark = '\ufeff';

/** Writes the rows of one list as files: all that its filters leave, or the page that is asked for. */
export class ResourceExporter {
  private readonly csvTable: ListTable;
  private readonly workbookTable: ListTable;
  private readonly name: string;

  constructor(
    private readonly readPool: ReadPool,
    private readonly exports: Exports,
    private readonly endpoint: ListEndpoint,
    table: ListTable,
  ) {
    const columnOf = (field: string): string => table.columnOf(field);
    this.csvTable = { ...table, columns: csvColumns(endpoint.of, columnOf) };
    this.workbookTable = { ...table, columns: workbookColumns(endpoint.of, columnOf) };
    this.name = endpoint.path.replaceAll('/', '-');
  }

  /**
   * @throws Failure `invalid_page`, `unavailable`, `deadline_exceeded`; from the source also `overloaded`,
   * `busy_account`
   */
  file(request: ListRequest, format: ExportFormat): Promise<ExportSource> {
    return format === 'csv' ? this.csv(request) : this.workbook(request, format);
  }

  private async csv(request: ListRequest): Promise<ExportSource> {
    const { isWhole, hasByteOrderMark } = readExportQuery(request.query);
    const header = Buffer.from(`${hasByteOrderMark ? byteOrderMark : ''}${csvHeader(this.endpoint.of)}`);
    // Without it, Python's `requests` takes a text for Latin-1.
    const head = { contentType: `${mediaTypes.csv}; charset=utf-8`, fileName: `${this.name}.csv` };
    if (isWhole) return { head, source: (left) => this.wholeCsv(header, request, left) };
    const lines = textRows(await this.pageOf(this.csvTable, request)).flatMap(([, ...row]) =>
      row[0] === null ? [] : csvLine(row),
    );
    return { head, source: () => ready(Buffer.concat([header, Buffer.from(lines.join(''))])) };
  }

  private async *wholeCsv(header: Buffer, request: ListRequest, left: AbortSignal): AsyncGenerator<Uint8Array> {
    let hasBegun = false;
    for await (const piece of this.exports.rows(exportStatement(this.csvTable, request), {
      account: request.caller.account,
      format: 'csv',
      left,
    })) {
      yield hasBegun ? piece : header;
      hasBegun = true;
    }
  }

  /** Under either media type it is the same file, and named as what it is: Excel warns of an `.xls` that is none. */
  private async workbook(request: ListRequest, format: ExportFormat): Promise<ExportSource> {
    const head = { contentType: mediaTypes[format], fileName: `${this.name}.xlsx` };
    if (readExportQuery(request.query).isWhole) return { head, source: (left) => this.wholeWorkbook(request, left) };
    const rows = pageRows(await this.pageOf(this.workbookTable, request));
    return { head, source: () => workbook(this.endpoint.of, ready(rows)) };
  }

  private async *wholeWorkbook(request: ListRequest, left: AbortSignal): AsyncGenerator<Uint8Array> {
    const rows = this.exports.rows(countedExportStatement(this.workbookTable, request), {
      account: request.caller.account,
      format: 'binary',
      left,
    });
    await rows.next();
    yield* workbook(this.endpoint.of, rows);
  }

  private async pageOf(table: ListTable, request: ListRequest): Promise<RawRows[]> {
    const rows = await this.readPool.rawRows(listStatement(table, request));
    pagesOf(Number(firstText(rows)), request);
    return rows;
  }
}

async function* ready(bytes: Buffer): AsyncGenerator<Buffer> {
  yield await Promise.resolve(bytes);
}
