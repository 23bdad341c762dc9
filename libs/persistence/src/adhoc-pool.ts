import { Logger } from '@nestjs/common';
import type { Statement } from '@refundry/pagination';
import { postgresFailure } from '@refundry/provisioning';
import { Failure } from '@refundry/resource';
import pg from 'pg';
import { ReadClient } from './read-client.js';
import { ReadStatements } from './read-statements.js';
import type { RawRows } from './raw-rows.js';
import { Session, type SessionSettings } from './session.js';
import { StatementQueue } from './statement-queue.js';

/** Statements that run at the same time, each on a connection of its own, and those of one account among them. */
const [max, maxPerAccount] = [4, 2];
const maxWaiting = 500;
const connectMs = 2000;
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
  private readonly pool: pg.Pool;
  private readonly queue: StatementQueue;
  private readonly statements = new ReadStatements();

  constructor({ url, role, timeoutMs }: AdhocPoolOptions) {
    const settings: SessionSettings = { default_transaction_read_only: 'on', statement_timeout: String(timeoutMs) };
    this.queue = new StatementQueue({ max, maxPerAccount, maxWaiting, maxWaitMs: timeoutMs });
    // The pool waits for it.
    const onConnect = (client: pg.ClientBase): unknown => new Session(client, settings, role).begin();
    this.pool = new pg.Pool({
      connectionString: url,
      max,
      Client: ReadClient,
      application_name: 'read',
      connectionTimeoutMillis: connectMs,
      query_timeout: timeoutMs + hangMs,
      keepAlive: true,
      onConnect,
    });
    const logger = new Logger('AdhocPool');
    this.pool.on('error', ({ message }) => {
      logger.warn(`PostgreSQL was lost: ${message}`);
    });
  }

  /** The rows as PostgreSQL sent them; empty when there are none. @throws Failure `unavailable`, `deadline_exceeded`, `overloaded` */
  rawRows(statement: Statement): Promise<RawRows[]> {
    return this.queue.run(statement.account, () => this.read(statement));
  }

  async close(): Promise<void> {
    if (!this.pool.ending) await this.pool.end();
  }

  private async read(statement: Statement): Promise<RawRows[]> {
    const client = await this.pool.connect().catch((error: unknown) => {
      throw postgresFailure(error);
    });
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
