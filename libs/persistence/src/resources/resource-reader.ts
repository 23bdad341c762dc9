import { Failure } from '@refundry/errors';
import {
  crawlEndStatement,
  listStatement,
  manyRows,
  rowText,
  wholeListStatement,
  wholeRowText,
  writeCursor,
  type ListTable,
} from '@refundry/pagination';
import { fieldsOf, JsonText, type Class, type DetailRequest, type ListRequest, type Page } from '@refundry/resource';
import type { ReadPool } from '../read-connection/read-pool.js';
import type { RawRows } from '../read-connection/raw-rows.js';
import { isWholeNumber, RowByKey } from './row-by-key.js';
import { firstRows, firstText, hasCut, textRows } from '../read-connection/row-reader.js';
import { compileItemWriter, compileRowWriter, rowByRow, type WriteRows } from './row-writer.js';
import { streamedJson, type JsonRows } from './streamed-json.js';

/**
 * Reads the rows of one class on a read connection, as JSON, whatever list or detail asks for them. Their key is the
 * first of its fields.
 */
export class ResourceReader<T extends object> {
  private readonly writeCounted: WriteRows;
  private readonly byKey: RowByKey<T>;
  private readonly hasIntegerKey: boolean;
  private readonly wholeRow: string;
  /** The place of the large column among the fields; -1 where there is none. */
  private readonly large: number;

  constructor(
    private readonly readPool: ReadPool,
    private readonly of: Class<T>,
    private readonly table: ListTable,
  ) {
    const [key] = fieldsOf(of);
    if (!key) throw new Error(`${of.name} has no fields`);
    this.hasIntegerKey = key.kind === 'integer';
    this.writeCounted = compileRowWriter(of, 1);
    const hasKey = `account_id = $1 and ${table.columnOf(key.name)} = $2${this.hasIntegerKey ? '::int8' : ''}`;
    this.byKey = new RowByKey(readPool, of, rowText(table, hasKey));
    this.wholeRow = wholeRowText(table, hasKey);
    this.large = fieldsOf(of).findIndex(({ name }) => name === table.large?.field);
  }

  /** One page and the exact count, of one snapshot. @throws Failure `unavailable`, `deadline_exceeded`, `overloaded` */
  async page(request: ListRequest): Promise<Page<T>> {
    if (request.size > manyRows) return this.streamedPage(request);
    const rows = await this.readPool.rawRows(listStatement(this.table, request));
    if (this.isCut(rows, 1)) return this.streamedPage(request);
    return request.cursor
      ? this.cursorPage(request, rows)
      : { count: Number(firstText(rows)), results: new JsonText(this.writeCounted(rows, request.publicBase)) };
  }

  /** The row of a key in the path. @throws Failure `not_found`, also for a key that can't be one */
  async row(request: DetailRequest): Promise<JsonText<T>> {
    if (this.hasIntegerKey && !isWholeNumber(request.key)) throw new Failure('not_found');
    const rows = await this.byKey.find(request, request.key);
    return this.isCut(rows, 0) ? this.streamedRow(request) : this.byKey.json(rows, request);
  }

  private isCut(rows: readonly RawRows[], skipped: number): boolean {
    return this.large >= 0 && hasCut(rows, skipped + this.large);
  }

  /** The writer passes over what stands behind the fields. */
  private cursorPage({ order, size, publicBase }: ListRequest, all: readonly RawRows[]): Page<T> {
    const count = Number(firstText(all));
    const { rows, last } = firstRows(all, size);
    const results = new JsonText<T>(this.writeCounted(rows, publicBase));
    return last
      ? { count, results, nextCursor: writeCursor(order, count, last.slice(-order.length)) }
      : { count, results };
  }

  /** A page of which no more is held at once than a row, or an item of one. */
  private async streamedPage(request: ListRequest): Promise<Page<T>> {
    const { order, cursor, publicBase } = request;
    const { rows, before } = await this.readPool.open({
      statement: wholeListStatement(this.table, request),
      before: cursor && crawlEndStatement(this.table, request, cursor),
    });
    const count = Number(firstText(await rows.peek()));
    const results = await streamedJson<T>(rows, this.writerOf(1, publicBase));
    const [last, following] = textRows(before);
    return last && following ? { count, results, nextCursor: writeCursor(order, count, last) } : { count, results };
  }

  private async streamedRow({ caller, key, publicBase }: DetailRequest): Promise<JsonText<T>> {
    const { rows } = await this.readPool.open({
      statement: { account: caller.account, text: this.wholeRow, values: [key] },
    });
    const row = await streamedJson<T>(rows, this.writerOf(0, publicBase));
    if (row.bytes.length === 0 && !row.rest) throw new Failure('not_found');
    return row;
  }

  private writerOf(skipped: number, publicBase?: string): JsonRows {
    return this.table.large?.items
      ? compileItemWriter(this.of, skipped)(publicBase)
      : rowByRow(compileRowWriter(this.of, skipped), publicBase);
  }
}
