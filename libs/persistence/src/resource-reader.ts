import { listStatement, type ListTable } from '@refundry/pagination';
import { compileSerializer, Failure, JsonText, type Class, type DetailRequest, type ListRequest, type Page } from '@refundry/resource';
import type { Lane } from './lane.js';

const wholeNumber = /^\d{1,18}$/;

/** Reads the rows of one class on the lane, as JSON text, whatever list or detail asks for them. */
export class ResourceReader<T extends object> {
  private readonly serialize: (packed: string) => string;
  private readonly detail: string;

  constructor(
    private readonly lane: Lane,
    of: Class<T>,
    private readonly table: ListTable,
  ) {
    this.serialize = compileSerializer(of);
    this.detail = `select ${table.packedRow} from ${table.name} where account_id = $1 and ${table.columnOf('id')} = $2::int8`;
  }

  /** One page and the exact count, of one snapshot. @throws Failure `unavailable`, `deadline_exceeded` */
  async page(request: ListRequest): Promise<Page<T>> {
    const [row] = await this.lane.rows(listStatement(this.table, request));
    const packed = row?.[1];
    return { count: Number(row?.[0]), results: new JsonText(packed ? this.serialize(packed) : '') };
  }

  /** The row of a key in the path. @throws Failure `not_found`, also for a key that is no integer */
  async row({ caller, key }: DetailRequest): Promise<JsonText<T>> {
    const [row] = wholeNumber.test(key) ? await this.lane.rows({ text: this.detail, values: [caller.account, key], isCommon: true }) : [];
    const packed = row?.[0];
    if (!packed) throw new Failure('not_found');
    return new JsonText(this.serialize(packed));
  }
}
