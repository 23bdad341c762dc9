import { listStatement, type ListTable } from '@refundry/pagination';
import { compileSerializer, Failure, JsonText, type DetailRequest, type ListEndpoint, type ListRequest, type Page, type TextRow } from '@refundry/resource';
import type { Lane } from './lane.js';

const wholeNumber = /^\d{1,18}$/;

/** Reads the rows of one resource on the lane, as JSON text. */
export class ResourceReader<T extends object> {
  private readonly serializeListed: (row: TextRow) => string;
  private readonly serialize: (row: TextRow) => string;
  private readonly detail: string;

  constructor(
    private readonly lane: Lane,
    private readonly list: ListEndpoint<T>,
    private readonly table: ListTable,
  ) {
    this.serializeListed = compileSerializer(list.of, 1);
    this.serialize = compileSerializer(list.of);
    this.detail = `select ${table.columns.join(', ')} from ${table.name} where account_id = $1 and ${table.columnOf('id')} = $2::int8`;
  }

  /** One page and the exact count, of one snapshot. @throws Failure `unavailable`, `deadline_exceeded` */
  async page(request: ListRequest): Promise<Page<T>> {
    const rows = await this.lane.rows(listStatement(this.table, request, this.list.order));
    const count = Number(rows[0]?.[0]);
    // Without a row on this page the join leaves one row of nulls behind the count.
    const results = rows.length === 1 && rows[0]?.[1] === null ? '' : rows.map(this.serializeListed).join();
    return { count, results: new JsonText(results) };
  }

  /** The row of a key in the path. @throws Failure `not_found`, also for a key that is no integer */
  async row({ caller, key }: DetailRequest): Promise<JsonText<T>> {
    const [row] = wholeNumber.test(key) ? await this.lane.rows({ text: this.detail, values: [caller.account, key] }) : [];
    if (!row) throw new Failure('not_found');
    return new JsonText(this.serialize(row));
  }
}
