import { once } from 'node:events';
import { Inject, Injectable } from '@nestjs/common';
import { ConcurrencyLimiter } from '@refundry/concurrency';
import { traceComment } from '@refundry/observability';
import { parametersOf, type Statement } from '@refundry/pagination';
import pg from 'pg';
import { Transactions } from '../transactions/transactions.js';
import { CopyOut } from './copy-out.js';

/** How often PostgreSQL looks whether the reader is still there, for a query that has nothing to send yet. */
const lookForReaderMs = 400;

export interface ExportLimits {
  /** How many exports run at once; more are refused. Each holds a connection of the pool. */
  readonly max: number;
  /** How many of them for one account. */
  readonly maxPerAccount: number;
  /** The time limit of one, however slowly it is read. */
  readonly timeoutMs: number;
}

export const exportLimits: ExportLimits = { max: 10, maxPerAccount: 3, timeoutMs: 30 * 60_000 };
export const exportLimitsToken = Symbol('ExportLimits');

interface CopyOptions {
  /** The account whose rows it sees, in addition to the statement's own condition. */
  account: number;
  format: 'csv' | 'binary';
  /** Aborted when nobody wants the rows any more: the query ends with it. */
  left: AbortSignal;
}

/** Sets of rows too large for memory, as PostgreSQL itself writes them (docs/adr/0016). */
@Injectable()
export class Exports {
  private readonly limiter: ConcurrencyLimiter;

  constructor(
    private readonly transactions: Transactions,
    @Inject(exportLimitsToken) private readonly limits: ExportLimits,
  ) {
    this.limiter = new ConcurrencyLimiter({ max: limits.max, maxPerKey: limits.maxPerAccount });
  }

  /**
   * The rows of a statement in a format of COPY, no row cut in two. The first piece is empty: it says that PostgreSQL
   * is there and has begun, which is when a caller may be promised an answer.
   *
   * @throws Failure `overloaded`, `busy_account`, `unavailable`, `deadline_exceeded`
   */
  async *rows(statement: Statement, { account, format, left }: CopyOptions): AsyncGenerator<Buffer> {
    const release = this.limiter.acquire(account);
    const stopped = new AbortController();
    const begun = Promise.withResolvers<CopyOut>();
    const ended = this.copy(
      withValues(statement),
      { account, format, left: AbortSignal.any([left, stopped.signal]) },
      begun.resolve,
    );
    ended.catch(begun.reject);
    try {
      const copy = await begun.promise;
      yield Buffer.alloc(0);
      yield* copy.pieces();
    } catch (error) {
      await ended;
      throw error;
    } finally {
      stopped.abort();
      await ended.catch(() => undefined);
      release();
    }
  }

  private copy(
    statement: string,
    { account, format, left }: CopyOptions,
    begun: (copy: CopyOut) => void,
  ): Promise<void> {
    return this.transactions.run({ account, timeoutMs: this.limits.timeoutMs }, async (manager) => {
      await manager.query(`set local client_connection_check_interval = ${lookForReaderMs}`);
      const client = (await manager.queryRunner?.connect()) as pg.PoolClient & { connection: pg.Connection };
      const { stream } = client.connection;
      const abort = (): void => {
        stream.destroy();
      };
      left.addEventListener('abort', abort);
      try {
        // A statement is not cancelled but deprived of its reader, which PostgreSQL notices: that needs no second
        // connection.
        if (left.aborted) abort();
        const copy = new CopyOut(statement + traceComment(), format, stream);
        const over = once(copy, 'end');
        client.query(copy);
        begun(copy);
        await over;
      } finally {
        left.removeEventListener('abort', abort);
      }
    });
  }
}

/** COPY takes no parameters, so that the values stand in the statement as literals. */
function withValues(statement: Statement): string {
  const parameters = parametersOf(statement);
  return statement.text.replace(/\$(\d+)/g, (_parameter, number: string) =>
    pg.escapeLiteral(String(parameters[Number(number) - 1])),
  );
}
