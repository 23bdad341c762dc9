import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type pg from 'pg';
import { DataSource, type EntityManager } from 'typeorm';
import { postgresFailure } from './postgres-failure.js';

const ordinaryMs = 5000;
/** A statement that is cancelled in time leaves its connection usable; a transaction that goes on all the same is cut off. */
const rollbackMs = 250;
/** How much later than it should have ended a transaction is taken for one whose server is gone. */
const vanishedMs = 1000;

interface TransactionOptions {
  /** Whose rows it sees; row-level security hides all others. */
  account: number;
  /** What it may take in all; five seconds, unless it is said. */
  timeoutMs?: number;
}

/** Work in one account, all or nothing. */
@Injectable()
export class Transactions {
  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  /** @throws Failure `unavailable`, `deadline_exceeded`; whatever `work` throws, after the rollback */
  async run<T>({ account, timeoutMs = ordinaryMs }: TransactionOptions, work: (manager: EntityManager) => Promise<T>): Promise<T> {
    const runner = this.dataSource.createQueryRunner();
    let cutOff: NodeJS.Timeout | undefined;
    try {
      const client = (await runner.connect()) as pg.PoolClient & { connection: pg.Connection };
      // A server that has vanished ends nothing; then the connection is given up.
      cutOff = setTimeout(() => { client.connection.stream.destroy(); }, timeoutMs + rollbackMs + vanishedMs);
      await runner.startTransaction();
      await runner.query(
        `select set_config('refundry.account', $1, true), set_config('statement_timeout', $2, true), set_config('transaction_timeout', $3, true)`,
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
