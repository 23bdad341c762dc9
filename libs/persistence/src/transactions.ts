import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, type EntityManager } from 'typeorm';
import { postgresFailure } from './postgres-failure.js';

/** A statement that is cancelled in time leaves its connection usable; a transaction that goes on all the same is cut off. */
const rollbackMs = 250;

interface TransactionOptions {
  /** Whose rows it sees; row-level security hides all others. */
  account: number;
  /** What it may take in all. */
  timeoutMs: number;
}

/** Work in one account, all or nothing. */
@Injectable()
export class Transactions {
  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  /** @throws Failure `unavailable`, `deadline_exceeded`; whatever `work` throws, after the rollback */
  async run<T>({ account, timeoutMs }: TransactionOptions, work: (manager: EntityManager) => Promise<T>): Promise<T> {
    try {
      return await this.dataSource.transaction(async (manager) => {
        await manager.query(
          `select set_config('refundry.account', $1, true), set_config('statement_timeout', $2, true), set_config('transaction_timeout', $3, true)`,
          [String(account), String(Math.ceil(timeoutMs)), String(Math.ceil(timeoutMs) + rollbackMs)],
        );
        return await work(manager);
      });
    } catch (error) {
      throw postgresFailure(error);
    }
  }
}
