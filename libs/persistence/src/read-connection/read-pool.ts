import type { OnApplicationShutdown, OnModuleInit } from '@nestjs/common';
import { Failure } from '@refundry/errors';
import { timed, traced, type Outcome } from '@refundry/observability';
import type { Statement } from '@refundry/pagination';
import { AdhocPool } from './adhoc-pool.js';
import { ReadConnection } from './read-connection.js';
import type { RawRows } from './raw-rows.js';
import { textRows, type TextRow } from './row-reader.js';
import { readSpan } from './sql-spans.js';
import { StreamPool, type OpenRows, type StreamRequest } from './stream-pool.js';

interface ReadPoolOptions {
  url: string;
  /** The role that may read every account's rows: on a read connection the account stands in the statement. */
  role: string;
  /** A read that takes longer is cancelled. */
  timeoutMs: number;
}

/** How one query ended, for the metrics. */
export interface ReadQuery {
  readonly connection: 'even' | 'variable' | 'streamed';
  readonly seconds: number;
  readonly outcome: Outcome;
}

/**
 * Reads, read-only and without state between statements: no transaction, no settings. They fail at once while
 * PostgreSQL is away.
 *
 * What is short, and costs the same whatever its values are, shares one pipelined connection: many in flight at once,
 * without waiting for each other's answers, which a pool can't do (docs/adr/0004), planned once. Everything else has a
 * connection of its own while it runs (docs/adr/0043); rows of any size are streamed over one (docs/adr/0041).
 */
export class ReadPool implements OnModuleInit, OnApplicationShutdown {
  private readonly even: ReadConnection;
  private readonly variable: AdhocPool;
  private readonly streamed: StreamPool;
  private onQuery: ((query: ReadQuery) => void) | undefined;

  constructor(options: ReadPoolOptions) {
    this.even = new ReadConnection({ ...options, settings: { plan_cache_mode: 'force_generic_plan' } });
    this.variable = new AdhocPool(options);
    this.streamed = new StreamPool(options);
  }

  /** Whether PostgreSQL is there, as far as the shared connection knows. */
  get isUp(): boolean {
    return this.even.isUp;
  }

  /** Tells of every query from now on. */
  observe(onQuery: (query: ReadQuery) => void): void {
    this.onQuery = onQuery;
  }

  async onModuleInit(): Promise<void> {
    await this.even.start();
  }

  async onApplicationShutdown(): Promise<void> {
    await Promise.all([this.even.close(), this.variable.close(), this.streamed.close()]);
  }

  /** Every value as PostgreSQL's text. @throws Failure `unavailable`, `deadline_exceeded`, `overloaded` */
  async rows(statement: Statement): Promise<TextRow[]> {
    return textRows(await this.rawRows(statement));
  }

  /**
   * The rows as PostgreSQL sent them; empty when there are none. @throws Failure `unavailable`, `deadline_exceeded`,
   * `overloaded`
   */
  rawRows(statement: Statement): Promise<RawRows[]> {
    const { isAdhoc = false, text } = statement;
    const connection = isAdhoc ? 'variable' : 'even';
    return this.read(connection, text, () => this[connection].rawRows(statement));
  }

  /**
   * Rows of any size, which are to be read to their end, or aborted. @throws Failure `unavailable`,
   * `deadline_exceeded`, `overloaded`
   */
  open(request: StreamRequest): Promise<OpenRows> {
    return this.read('streamed', request.statement.text, () => this.streamed.open(request));
  }

  private read<T>(connection: ReadQuery['connection'], text: string, work: () => Promise<T>): Promise<T> {
    const read = async (): Promise<T> => {
      if (!this.isUp) throw new Failure('unavailable', 'PostgreSQL is away');
      return work();
    };
    return timed(
      () => traced(readSpan(connection, text), read),
      (seconds, outcome) => {
        this.onQuery?.({ connection, seconds, outcome });
      },
    );
  }
}
