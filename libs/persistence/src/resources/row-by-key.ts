import { Failure } from '@refundry/errors';
import { JsonText, type Class, type DetailRequest } from '@refundry/resource';
import type { ReadPool } from '../read-connection/read-pool.js';
import type { RawRows } from '../read-connection/raw-rows.js';
import { compileRowWriter, type WriteRows } from './row-writer.js';

const wholeNumber = /^\d{1,18}$/;

/** Whether a key in a path may be that of an integer column. */
export const isWholeNumber = (key: string): boolean => wholeNumber.test(key);

/** Reads the row that the keys in a path name, on a read connection, as JSON. */
export class RowByKey<T extends object> {
  private readonly write: WriteRows;

  /** @param statement SQL of the row, in the order of the class's fields; `$1` is the account, then come the keys */
  constructor(
    private readonly readPool: ReadPool,
    of: Class<T>,
    private readonly statement: string,
  ) {
    this.write = compileRowWriter(of, 0);
  }

  /** @throws Failure `not_found`, `unavailable`, `deadline_exceeded` */
  async read(request: Pick<DetailRequest, 'caller' | 'publicBase'>, ...keys: readonly string[]): Promise<JsonText<T>> {
    return this.json(await this.find(request, ...keys), request);
  }

  /** @throws Failure as `read` does */
  async find({ caller }: Pick<DetailRequest, 'caller'>, ...keys: readonly string[]): Promise<RawRows[]> {
    // PostgreSQL has no such text, so that no row can have it for its key.
    const rows = keys.some((key) => key.includes('\0'))
      ? []
      : await this.readPool.rawRows({ account: caller.account, text: this.statement, values: keys, isPrepared: true });
    if (rows.length === 0) throw new Failure('not_found');
    return rows;
  }

  json(rows: readonly RawRows[], { publicBase }: Pick<DetailRequest, 'publicBase'>): JsonText<T> {
    return new JsonText(this.write(rows, publicBase));
  }
}
