import { setTimeout as delay } from 'node:timers/promises';
import { KeyedSemaphore } from '@refundry/concurrency';
import { Failure } from '@refundry/errors';
import { isSerializationConflict, postgresFailure } from '@refundry/provisioning';
import type pg from 'pg';
import type { DataSource, EntityManager, QueryRunner } from 'typeorm';
import { traceComment, traced } from '@refundry/observability';
import { transactionSpan } from '../read-connection/sql-spans.js';

const defaultMs = 5000;
const pauseMs = 10;
/**
 * A statement that is cancelled in time leaves its connection usable; a transaction that goes on all the same is cut
 * off.
 */
const rollbackMs = 250;
/** How much later than it should have ended a transaction is taken for one whose server is gone. */
const vanishedMs = 1000;
/** How much of the pool one account may hold. */
const accountsPart = 2 / 3;
/** TypeORM's own, where nothing else is said. */
const defaultPoolSize = 10;

interface TransactionOptions {
  /** The account whose rows it sees; row-level security hides all others. */
  account: number;
  /** The time limit in all; five seconds, unless it is said. */
  timeoutMs?: number;
  /**
   * How often it is tried in all when it gets in the way of others: a deadlock, or a unique key that somebody else was
   * quicker to take. Once, unless it is said.
   */
  attempts?: number;
  /**
   * Whether it bypasses the per-account queue, in the part of the pool that no account may hold: background tasks
   * iterate over accounts and must not wait for a busy one. Few at once.
   */
  isBackground?: boolean;
}

/** Work in one account, all or nothing. */
export class Transactions {
  private readonly semaphores: KeyedSemaphore;

  /**
   * @param isUp whether PostgreSQL is there, as far as is known: where it is not, nobody waits for a connection that
   * can't be had
   */
  constructor(
    private readonly dataSource: DataSource,
    private readonly isUp = (): boolean => true,
  ) {
    this.semaphores = new KeyedSemaphore({
      max: Math.ceil((dataSource.options.poolSize ?? defaultPoolSize) * accountsPart),
    });
  }

  /**
   * @param work done anew in each attempt, which it is told the number of, from 1
   * @throws Failure `unavailable`, `deadline_exceeded`, `overloaded` after the last attempt; whatever `work` throws,
   *   after the rollback
   */
  run<T>(options: TransactionOptions, work: (manager: EntityManager, attempt: number) => Promise<T>): Promise<T> {
    return traced(transactionSpan, () => this.tried(options, work));
  }

  private async tried<T>(
    { account, timeoutMs = defaultMs, attempts = 1, isBackground = false }: TransactionOptions,
    work: (manager: EntityManager, attempt: number) => Promise<T>,
  ): Promise<T> {
    const end = performance.now() + timeoutMs;
    for (let attempt = 1; ; attempt++) {
      try {
        const once = (): Promise<T> =>
          this.once({ account, timeoutMs: end - performance.now() }, (manager) => work(manager, attempt));
        return await (isBackground ? once() : this.semaphores.run(account, once));
      } catch (error) {
        if (attempts === 1 || !isSerializationConflict(error)) throw error;
        if (attempt === attempts) throw new Failure('overloaded', { detail: 'others are in the way', cause: error });
        // The transaction that waited for us is woken first; an attempt that begins before gets in its way again.
        await delay(attempt * pauseMs);
      }
    }
  }

  private async once<T>(
    { account, timeoutMs }: Required<Pick<TransactionOptions, 'account' | 'timeoutMs'>>,
    work: (manager: EntityManager) => Promise<T>,
  ): Promise<T> {
    // To PostgreSQL, no time at all is all the time in the world.
    if (timeoutMs <= 0) throw new Failure('deadline_exceeded');
    if (!this.isUp()) throw new Failure('unavailable', 'PostgreSQL is away');
    const runner = commented(this.dataSource.createQueryRunner());
    let cutOff: NodeJS.Timeout | undefined;
    try {
      const client = (await runner.connect()) as pg.PoolClient & { connection: pg.Connection };
      // A server that has vanished ends nothing; then the connection is given up.
      cutOff = setTimeout(
        () => {
          client.connection.stream.destroy();
        },
        timeoutMs + rollbackMs + vanishedMs,
      );
      await runner.startTransaction();
      await runner.query(
        `select set_config('refundry.account', $1, true), set_config('statement_timeout', $2, true),
          set_config(${transactionTimeout}, $3, true)`,
        [String(account), String(Math.ceil(timeoutMs)), String(Math.ceil(timeoutMs) + rollbackMs)],
      );
      const result = await work(runner.manager);
      await runner.commitTransaction();
      return result;
    } catch (error) {
      if (runner.isTransactionActive) await runner.rollbackTransaction().catch(() => undefined);
      throw postgresFailure(error);
    } finally {
      clearTimeout(cutOff);
      await runner.release();
    }
  }
}

/**
 * SQL of the setting's name. PostgreSQL before 17 doesn't know it, and keeps a setting of ours: then the connection is
 * given up, a little later.
 */
const transactionTimeout =
  `case when current_setting('transaction_timeout', true) is null then 'refundry.transaction_timeout' else ` +
  `'transaction_timeout' end`;

/** Statements of a request that is traced say so. */
function commented(runner: QueryRunner): QueryRunner {
  const comment = traceComment();
  if (comment === '') return runner;
  const query = runner.query.bind(runner) as (text: string, ...rest: unknown[]) => Promise<unknown>;
  return Object.assign(runner, { query: (text: string, ...rest: unknown[]) => query(text + comment, ...rest) });
}
