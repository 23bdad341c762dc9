import { setTimeout as delay } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { Failure } from '@refundry/errors';
import { ThrottledWarning } from '@refundry/observability';
import type { Statement } from '@refundry/pagination';
import { postgresFailure } from '@refundry/provisioning';
import pg from 'pg';
import { ReadStatements } from './read-statements.js';
import { passThroughRows, type RawRows } from './raw-rows.js';
import { Session, type SessionSettings } from './session.js';

const reconnectMs = 250;
/** A host that is gone may not even say so. */
const connectMs = 2000;
const hangMs = 1000;
const maxInFlight = 10_000;

interface ReadConnectionOptions {
  url: string;
  /** The role that may read every account's rows. */
  role: string;
  /** A read that takes longer is cancelled, counted from when PostgreSQL begins it. */
  timeoutMs: number;
  settings?: SessionSettings;
}

/**
 * A pipelined connection for reads: many in flight at once. It reconnects by itself and fails at once while PostgreSQL
 * is away.
 */
export class ReadConnection {
  private client: pg.Client | undefined;
  private closing = false;
  private readonly statements = new ReadStatements();
  private inFlight = 0;
  /**
   * PostgreSQL ends each statement in time; where nothing at all is answered for longer, it hangs, and the connection
   * is given up.
   */
  private readonly silence: NodeJS.Timeout;
  private readonly logger = new Logger('Lane');
  private readonly warning = new ThrottledWarning(({ message }) => {
    this.logger.warn(`PostgreSQL can't be reached: ${message}`);
  });

  constructor(private readonly options: ReadConnectionOptions) {
    this.silence = setTimeout(() => {
      if (this.inFlight > 0) this.client?.connection.stream.destroy();
    }, options.timeoutMs + hangMs).unref();
  }

  get isUp(): boolean {
    return this.client !== undefined;
  }

  /** @throws at the first time, whatever waiting won't heal, such as a wrong password */
  async start(): Promise<void> {
    await this.open({ isFirst: true });
  }

  async close(): Promise<void> {
    this.closing = true;
    clearTimeout(this.silence);
    await this.client?.end();
  }

  /**
   * The rows as PostgreSQL sent them; empty when there are none. @throws Failure `unavailable`, `deadline_exceeded`,
   * `overloaded`
   */
  async rawRows(statement: Statement): Promise<RawRows[]> {
    const { client } = this;
    if (!client) throw new Failure('unavailable', 'PostgreSQL is away');
    if (this.inFlight >= maxInFlight) throw new Failure('overloaded');
    if (this.inFlight++ === 0) this.silence.refresh();
    try {
      return await this.statements.rawRows(client, statement);
    } finally {
      this.inFlight--;
      this.silence.refresh();
    }
  }

  /**
   * Connects, again and again until it succeeds.
   *
   * @throws at the first time, whatever waiting won't heal, such as a wrong password
   */
  private async open({ isFirst }: { isFirst: boolean }): Promise<void> {
    while (!this.closing && !this.client) {
      try {
        this.client = await this.connect();
        this.warning.recovered();
      } catch (error) {
        if (isFirst && !(postgresFailure(error) instanceof Failure)) throw error;
        this.warning.failed(error as Error);
        await delay(reconnectMs);
      }
    }
  }

  private async connect(): Promise<pg.Client> {
    const client = await this.connected();
    try {
      const session = this.sessionOf(client);
      await session.begin();
      if (await session.isPooled()) await this.verifyBesideAnother(session);
    } catch (error) {
      client.connection.stream.destroy();
      throw error;
    }
    const lost = (error?: Error): void => {
      this.reopenAfter(client, error);
    };
    client.on('error', lost);
    client.on('end', lost);
    return client;
  }

  /** A pooler of transactions gives both the same server connection, unless others are quicker. */
  private async verifyBesideAnother(session: Session): Promise<void> {
    const other = await this.connected();
    try {
      await this.sessionOf(other).begin();
      await session.verify();
    } finally {
      other.connection.stream.destroy();
    }
  }

  private sessionOf(client: pg.Client): Session {
    const { role, timeoutMs, settings } = this.options;
    return new Session(
      client,
      { default_transaction_read_only: 'on', statement_timeout: String(timeoutMs), ...settings },
      role,
    );
  }

  private async connected(): Promise<pg.Client> {
    const client = new pg.Client({
      connectionString: this.options.url,
      pipeline: true,
      application_name: 'read',
      connectionTimeoutMillis: connectMs,
      keepAlive: true,
    });
    passThroughRows(client.connection);
    client.on('error', () => undefined);
    await client.connect();
    return client;
  }

  /** pg tells of one broken connection several times: the server's farewell, the socket's error, its end. */
  private reopenAfter(client: pg.Client, error?: Error): void {
    if (this.client !== client) return;
    this.client = undefined;
    if (this.closing) return;
    this.logger.warn(`PostgreSQL was lost: ${error?.message ?? 'the connection ended'}`);
    void this.open({ isFirst: false });
  }
}
