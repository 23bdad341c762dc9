import { listStatement, writeCursor, type ListTable } from '@refundry/pagination';
import { Failure, fieldsOf, JsonText, type Class, type DetailRequest, type ListRequest, type Page } from '@refundry/resource';
import type { Lane } from './lane.js';
import type { RowBytes } from './row-bytes.js';
import { isWholeNumber, RowOfKey } from './row-of-key.js';
import { compileRowWriter, firstRows, firstText, type WriteRows } from './row-reader.js';

/** Reads the rows of one class on the lane, as JSON, whatever list or detail asks for them. Their key is the first of its fields. */
export class ResourceReader<T extends object> {
  private readonly writeCounted: WriteRows;
  private readonly byKey: RowOfKey<T>;
  private readonly hasIntegerKey: boolean;

  constructor(
    private readonly lane: Lane,
    of: Class<T>,
    private readonly table: ListTable,
  ) {
    const [key] = fieldsOf(of);
    if (!key) throw new Error(`${of.name} has no fields`);
    this.hasIntegerKey = key.kind === 'integer';
    this.writeCounted = compileRowWriter(of, 1);
    this.byKey = new RowOfKey(lane, of, `select ${table.columns.join(', ')} from ${table.name} where account_id = $1 and ${table.columnOf(key.name)} = $2${this.hasIntegerKey ? '::int8' : ''}`);
  }

  /** One page and the exact count, of one snapshot. @throws Failure `unavailable`, `deadline_exceeded` */
  async page(request: ListRequest): Promise<Page<T>> {
    const rows = await this.lane.rowBytes(listStatement(this.table, request));
    return request.cursor ? this.crawledPage(request, rows) : { count: Number(firstText(rows)), results: new JsonText(this.writeCounted(rows, request.publicBase)) };
  }

  /** The row of a key in the path. @throws Failure `not_found`, also for a key that can't be one */
  async row(request: DetailRequest): Promise<JsonText<T>> {
    if (this.hasIntegerKey && !isWholeNumber(request.key)) throw new Failure('not_found');
    return this.byKey.read(request, request.key);
  }

  /** The writer passes over what stands behind the fields. */
  private crawledPage({ order, size, publicBase }: ListRequest, all: readonly RowBytes[]): Page<T> {
    const count = Number(firstText(all));
    const { rows, last } = firstRows(all, size);
    const results = new JsonText<T>(this.writeCounted(rows, publicBase));
    return last ? { count, results, nextCursor: writeCursor(order, count, last.slice(-order.length)) } : { count, results };
  }
}
