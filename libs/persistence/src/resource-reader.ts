import { listStatement, writeCursor, type ListTable } from '@refundry/pagination';
import { Failure, JsonText, keyOf, type Class, type DetailRequest, type ListRequest, type Page } from '@refundry/resource';
import type { Lane } from './lane.js';
import type { RowBytes } from './row-bytes.js';
import { compileRowWriter, firstRows, firstText, type WriteRows } from './row-reader.js';

const wholeNumber = /^\d{1,18}$/;

/** Reads the rows of one class on the lane, as JSON, whatever list or detail asks for them. */
export class ResourceReader<T extends object> {
  private readonly writeCounted: WriteRows;
  private readonly write: WriteRows;
  private readonly detail: string;

  constructor(
    private readonly lane: Lane,
    of: Class<T>,
    private readonly table: ListTable,
  ) {
    this.writeCounted = compileRowWriter(of, 1);
    this.write = compileRowWriter(of, 0);
    this.detail = `select ${table.columns.join(', ')} from ${table.name} where account_id = $1 and ${table.columnOf(keyOf(of))} = $2::int8`;
  }

  /** One page and the exact count, of one snapshot. @throws Failure `unavailable`, `deadline_exceeded` */
  async page(request: ListRequest): Promise<Page<T>> {
    const rows = await this.lane.rowBytes(listStatement(this.table, request));
    return request.cursor ? this.crawledPage(request, rows) : { count: Number(firstText(rows)), results: new JsonText(this.writeCounted(rows, request.publicBase)) };
  }

  /** The row of a key in the path. @throws Failure `not_found`, also for a key that is no integer */
  async row({ caller, key }: DetailRequest): Promise<JsonText<T>> {
    const rows = wholeNumber.test(key) ? await this.lane.rowBytes({ text: this.detail, values: [caller.account, key], isCommon: true }) : [];
    if (rows.length === 0) throw new Failure('not_found');
    return new JsonText(this.write(rows));
  }

  /** The writer passes over what stands behind the fields. */
  private crawledPage({ order, size, publicBase }: ListRequest, all: readonly RowBytes[]): Page<T> {
    const count = Number(firstText(all));
    const { rows, last } = firstRows(all, size);
    const results = new JsonText<T>(this.writeCounted(rows, publicBase));
    return last ? { count, results, nextCursor: writeCursor(order, count, last.slice(-order.length)) } : { count, results };
  }
}
