import type { Readable } from 'node:stream';
import { traceComment } from '@refundry/observability';
import { parametersOf, type Statement } from '@refundry/pagination';
import pg from 'pg';
import { postgresFailure } from '@refundry/provisioning';
import type { RawRows } from './raw-rows.js';

/** Bytes that may wait for the reader before PostgreSQL is kept from sending more. */
const maxWaitingBytes = 128 * 1024;

/**
 * The rows of one statement, taken as they come and no faster than their reader asks: besides a little, the row that is
 * arriving is all that is held.
 */
export class RowStream extends pg.Query implements AsyncIterableIterator<RawRows, undefined> {
  private readonly rows: RawRows[] = [];
  private waitingBytes = 0;
  private isComplete = false;
  private failure: unknown;
  private onNews: () => void = () => undefined;
  private readonly over = Promise.withResolvers<'read' | 'aborted'>();

  /** @param connection of the client that runs it, which passes rows on as bytes and runs nothing beside it */
  constructor(
    statement: Statement,
    private readonly connection: Readable,
  ) {
    super({ text: statement.text + traceComment(), values: parametersOf(statement) });
    this.on('end', () => {
      this.isComplete = true;
      this.onNews();
    });
    this.on('error', (error) => {
      this.failure ??= postgresFailure(error);
      this.onNews();
    });
  }

  /** Resolves when its reader has everything, or wants no more: then its connection is lost. */
  get onFinished(): Promise<'read' | 'aborted'> {
    return this.over.promise;
  }

  /** Called by pg's client for each run of rows. */
  handleDataRow({ fields: [rows] }: { fields: [RawRows] }): void {
    this.rows.push(rows);
    this.waitingBytes += rows.length;
    if (this.waitingBytes >= maxWaitingBytes) this.connection.pause();
    this.onNews();
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** @throws Failure `unavailable`, `deadline_exceeded` */
  async next(): Promise<IteratorResult<RawRows, undefined>> {
    await this.news();
    const rows = this.rows.shift();
    if (!rows) {
      this.over.resolve('read');
      return { done: true, value: undefined };
    }
    this.waitingBytes -= rows.length;
    if (this.waitingBytes < maxWaitingBytes && this.connection.isPaused()) this.connection.resume();
    return { done: false, value: rows };
  }

  /** The first rows, which remain to be read; none where there are none. @throws as `next` does */
  async peek(): Promise<readonly RawRows[]> {
    await this.news();
    return this.rows.slice(0, 1);
  }

  /** Waits until there are rows, or none any more. @throws as `next` does */
  private async news(): Promise<void> {
    while (this.rows.length === 0 && !this.isComplete && this.failure === undefined)
      await new Promise<void>((resolve) => {
        this.onNews = resolve;
      });
    if (this.failure === undefined) return;
    this.abort();
    throw this.failure as Error;
  }

  /** The reader wants no more. */
  return(): Promise<IteratorResult<RawRows, undefined>> {
    this.abort();
    return Promise.resolve({ done: true, value: undefined });
  }

  /** Takes the connection from the statement, which ends with it. @param failure that a reader sees who waits */
  abort(failure: unknown = postgresFailure(new Error('Connection terminated'))): void {
    if (this.isComplete && this.rows.length === 0) this.over.resolve('read');
    else {
      this.failure ??= failure;
      this.rows.length = 0;
      this.connection.destroy();
      this.over.resolve('aborted');
    }
    this.onNews();
  }
}
