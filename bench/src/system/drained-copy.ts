import { once } from 'node:events';
import pg from 'pg';

export interface CopyTotals {
  rows: number;
  bytes: number;
}

/**
 * A `COPY … TO STDOUT` that is read and not kept. It stands for psql's `\copy`, which is not among the programs that
 * come with our PostgreSQL: pg's reader of messages in place of libpq's, and nothing is written to a file.
 */
class DrainedCopy extends pg.Query {
  readonly drained: CopyTotals = { rows: 0, bytes: 0 };

  constructor(
    select: string,
    format: 'csv' | 'text',
    private readonly onRow: (row: Buffer) => void,
  ) {
    super(`copy (${select}) to stdout (format ${format})`);
  }

  /** Called by pg's client for each row. Its bytes are overwritten by what comes after them. */
  handleCopyData({ chunk }: { chunk: Buffer }): void {
    this.drained.rows += 1;
    this.drained.bytes += chunk.length;
    this.onRow(chunk);
  }
}

/** @param onRow gets every row with its end of line, to be done with at once */
export async function drainCopy(
  client: pg.Client,
  select: string,
  format: 'csv' | 'text',
  onRow: (row: Buffer) => void = () => undefined,
): Promise<CopyTotals> {
  const copy = new DrainedCopy(select, format, onRow);
  await once(client.query(copy), 'end');
  return copy.drained;
}
