import { Logger } from '@nestjs/common';
import { postgresFailure } from '@refundry/provisioning';
import pg from 'pg';
import { passThroughRows } from './raw-rows.js';
import { Session, type SessionSettings } from './session.js';

const connectMs = 2000;

/** A client of the pool that passes rows on as bytes. */
class ReadClient extends pg.Client {
  constructor(config?: pg.ClientConfig) {
    super(config);
    passThroughRows(this.connection);
    // While a client is in use the pool does not listen, and a connection that is reset says so beside its query.
    this.on('error', () => undefined);
  }
}

interface ReaderConnectionsOptions {
  readonly url: string;
  /** The role that may read every account's rows. */
  readonly role: string;
  readonly max: number;
  /** Beside that they are read-only. */
  readonly settings: SessionSettings;
  /** Time after which a statement that PostgreSQL does not end is given up, with its connection. */
  readonly queryTimeoutMs?: number;
}

/**
 * Pool of read-only connections that pass rows on as bytes. Each is set up as the reader, and verified, before it
 * serves.
 */
export class ReaderConnections {
  private readonly pool: pg.Pool;

  /** @param name of its user, for the log */
  constructor(name: string, { url, role, max, settings, queryTimeoutMs }: ReaderConnectionsOptions) {
    const session: SessionSettings = { default_transaction_read_only: 'on', ...settings };
    this.pool = new pg.Pool({
      connectionString: url,
      max,
      Client: ReadClient,
      application_name: 'read',
      connectionTimeoutMillis: connectMs,
      ...(queryTimeoutMs !== undefined && { query_timeout: queryTimeoutMs }),
      keepAlive: true,
      // The pool waits for it.
      onConnect: (client: pg.ClientBase): unknown => new Session(client, session, role).begin(),
    });
    const logger = new Logger(name);
    this.pool.on('error', ({ message }) => {
      logger.warn(`PostgreSQL was lost: ${message}`);
    });
  }

  /** @throws Failure `unavailable` */
  connect(): Promise<pg.PoolClient> {
    return this.pool.connect().catch((error: unknown) => {
      throw postgresFailure(error);
    });
  }

  async close(): Promise<void> {
    if (!this.pool.ending) await this.pool.end();
  }
}
