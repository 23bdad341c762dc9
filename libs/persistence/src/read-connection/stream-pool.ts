import { Semaphore } from '@refundry/concurrency';
import { Failure } from '@refundry/errors';
import type { Statement } from '@refundry/pagination';
import type pg from 'pg';
import { postgresFailure } from '@refundry/provisioning';
import { ReadStatements } from './read-statements.js';
import { ReaderConnections } from './reader-connections.js';
import type { RawRows } from './raw-rows.js';
import { RowStream } from './row-stream.js';
import { StatementQueue } from './statement-queue.js';

/**
 * Statements whose rows are streamed at the same time, and those of one account among them: a row may take 16 MiB and
 * is held twice while it is put together.
 */
const [max, maxPerAccount] = [6, 2];
const maxWaiting = 500;
/** In milliseconds: a statement that searches for longer reads its first row beside others. */
const maxFirstRowMs = 250;
/** A stream lasts as long as its reader takes; its snapshot keeps vacuum from working. */
const maxStreamMs = 10 * 60_000;
/** Interval at which PostgreSQL looks whether the reader is still there, for a query that has nothing to send yet. */
const checkReaderMs = 400;

interface StreamPoolOptions {
  url: string;
  /** The role that may read every account's rows. */
  role: string;
  /** Time a statement may take to its first row, and time it may wait for a connection. */
  timeoutMs: number;
}

/** A streamed statement, and what is to be read of the same snapshot before it. */
export interface StreamRequest {
  readonly statement: Statement;
  readonly before?: Statement | undefined;
}

export interface OpenRows {
  readonly rows: RowStream;
  /** Rows of the statement before; none where there is none. */
  readonly before: readonly RawRows[];
}

/**
 * Connections for rows of any size, which are read as they are sent on: memory is bounded by the number of statements,
 * and no account has all.
 */
export class StreamPool {
  private readonly connections: ReaderConnections;
  private readonly queue: StatementQueue;
  private readonly statements = new ReadStatements();
  private readonly firstRows = new Semaphore({ max: 1, maxHoldMs: maxFirstRowMs });

  constructor(private readonly options: StreamPoolOptions) {
    const { url, role, timeoutMs } = options;
    this.queue = new StatementQueue({ max, maxPerAccount, maxWaiting, maxWaitMs: timeoutMs });
    this.connections = new ReaderConnections('StreamPool', {
      url,
      role,
      max,
      settings: { statement_timeout: String(maxStreamMs), client_connection_check_interval: String(checkReaderMs) },
    });
  }

  /**
   * Resolves with the first row, or with the end. The statement's place is free when the rows are over. @throws Failure
   * `unavailable`, `deadline_exceeded`, `overloaded`
   */
  open(request: StreamRequest): Promise<OpenRows> {
    const { promise, resolve, reject } = Promise.withResolvers<OpenRows>();
    this.queue.run(request.statement.account, () => this.read(request, resolve)).catch(reject);
    return promise;
  }

  close(): Promise<void> {
    return this.connections.close();
  }

  private async read({ statement, before }: StreamRequest, opened: (rows: OpenRows) => void): Promise<void> {
    const client = (await this.connections.connect()) as pg.PoolClient & { connection: pg.Connection };
    const rows = new RowStream(statement, client.connection.stream);
    const late = setTimeout(() => {
      rows.abort(new Failure('deadline_exceeded'));
    }, this.options.timeoutMs);
    let isLost = true;
    try {
      if (before) await client.query('begin isolation level repeatable read');
      const known = before ? await this.statements.rawRows(client, before) : [];
      await this.firstRows.run(() => {
        client.query(rows);
        return rows.peek();
      });
      clearTimeout(late);
      opened({ rows, before: known });
      isLost = (await rows.onFinished) === 'aborted';
      if (before && !isLost) await client.query('commit');
    } catch (error) {
      isLost = true;
      throw postgresFailure(error);
    } finally {
      clearTimeout(late);
      client.release(isLost);
    }
  }
}
