import { once } from 'node:events';
import pg from 'pg';

/** The methods of pg's connection that its types lack. */
interface CopyingConnection {
  sendCopyFromChunk(chunk: Buffer): void;
  endCopyFrom(): void;
}

const chunkBytes = 64 * 1024;

/** A `COPY … FROM STDIN` whose rows are in memory already. pg knows the messages but has no such query of its own. */
class CopyIn extends pg.Query {
  constructor(
    statement: string,
    private readonly body: Buffer,
  ) {
    super(statement);
  }

  /** Called by pg's client when PostgreSQL is ready for the rows. */
  handleCopyInResponse(connection: CopyingConnection): void {
    for (let at = 0; at < this.body.length; at += chunkBytes)
      connection.sendCopyFromChunk(this.body.subarray(at, at + chunkBytes));
    connection.endCopyFrom();
  }
}

/** Copies rows, in COPY's text format, into a table. */
export async function copyIn(
  client: pg.Client,
  table: string,
  columns: readonly string[],
  body: Buffer,
): Promise<void> {
  await once(client.query(new CopyIn(`copy ${table} (${columns.join(', ')}) from stdin`, body)), 'end');
}
