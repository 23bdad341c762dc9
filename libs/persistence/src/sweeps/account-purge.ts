import { Logger } from '@nestjs/common';
import { PeriodicTask } from '@refundry/concurrency';
import { roundWarning } from '@refundry/observability';
import type { ReadPool } from '../read-connection/read-pool.js';
import { sweepAccounts, type AccountSweep } from './account-sweep.js';
import type { Shards } from './shards.js';
import { forEachSettled } from './sweeps.js';

const maxConcurrentAccounts = 2;

export interface PurgeStep extends Pick<AccountSweep, 'table' | 'condition'> {
  /** Rows of an account at a time: writers wait for nothing, and PostgreSQL's log of a statement stays small. */
  readonly max: number;
  /** Deletes so many rows of an account at the most. @returns how many */
  readonly work: (account: number) => Promise<number>;
}

interface AccountPurgeOptions {
  readonly everyMs: number;
  /** One after the other. */
  readonly steps: readonly PurgeStep[];
}

/**
 * Deletes what nobody needs any longer, of the accounts of this replica's shards: a bounded piece of each account at a
 * time, with a further round at once where one has more.
 */
export class AccountPurge {
  private readonly task: PeriodicTask;

  /** @param name of its owner, for the log */
  constructor(
    name: string,
    private readonly readPool: ReadPool,
    private readonly shards: Shards,
    private readonly options: AccountPurgeOptions,
  ) {
    const round = async (signal: AbortSignal): Promise<void> => {
      if (readPool.isUp) await this.round(signal);
    };
    this.task = new PeriodicTask(round, options.everyMs, roundWarning(new Logger(name)));
  }

  start(): void {
    this.task.start();
  }

  /** Waits for the round that is on its way. */
  async stop(): Promise<void> {
    await this.task.stop();
  }

  /** Takes a piece of each account, past those that fail. @returns whether one has more. @throws the first failure */
  async round(signal?: AbortSignal): Promise<boolean> {
    let isUnfinished = false;
    await forEachSettled(this.options.steps, 1, ({ table, condition, max, work }) =>
      sweepAccounts(this.readPool, this.shards, {
        table,
        condition,
        maxConcurrent: maxConcurrentAccounts,
        signal,
        work: async (account) => (await work(account)) === max,
        onUnfinished: () => {
          isUnfinished = true;
          this.task.triggerNow();
        },
      }),
    );
    return isUnfinished;
  }
}
