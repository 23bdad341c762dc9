import { Failure } from '@refundry/errors';
import type { Statement } from '@refundry/pagination';
import { ReadStatements } from './read-statements.js';
import { ReaderConnections } from './reader-connections.js';
import type { RawRows } from './raw-rows.js';
import { StatementQueue } from './statement-queue.js';

/** Statements that run at the same time, each on a connection of its own, and those of one account among them. */
const [max, maxPerAccount] = [4, 2];
const maxWaiting = 500;
/** PostgreSQL ends a statement in time; a server that hangs ends nothing: then its connection is given up. */
const hangMs = 1000;

interface AdhocPoolOptions {
  url: string;
  /** The role that may read every account's rows. */
  role: string;
  /** Time a statement may take, and time it may wait for a connection. */
  timeoutMs: number;
}

/** Connections for reads whose cost nobody knows: each statement has one of its own, and only that is lost with it. */
export class AdhocPool {
  private readonly connections: ReaderConnections;
  private readonly queue: StatementQueue;
  private readonly statements = new ReadStatements();

  constructor({ url, role, timeoutMs }: AdhocPoolOptions) {
    this.queue = new StatementQueue({ max, maxPerAccount, maxWaiting, maxWaitMs: timeoutMs });
    this.connections = new ReaderConnections('AdhocPool', {
      url,
      role,
      max,
      settings: { statement_timeout: String(timeoutMs) },
      queryTimeoutMs: timeoutMs + hangMs,
    });
  }

  /**
   * The rows as PostgreSQL sent them; empty when there are none. @throws Failure `unavailable`, `deadline_exceeded`,
   * `overloaded`
   */
  rawRows(statement: Statement): Promise<RawRows[]> {
    return this.queue.run(statement.account, () => this.read(statement));
  }

  close(): Promise<void> {
    return this.connections.close();
  }

  private async read(statement: Statement): Promise<RawRows[]> {
    const client = await this.connections.connect();
    let isLost = false;
    try {
      return await this.statements.rawRows(client, statement);
    } catch (error) {
      isLost = error instanceof Failure && error.code === 'unavailable';
      throw error;
    } finally {
      client.release(isLost);
    }
  }
}
