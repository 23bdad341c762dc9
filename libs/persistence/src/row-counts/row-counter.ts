import { Injectable, Logger, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { arrayLiteral } from '../columns/array-literal.js';
import { maxCompactedChanges } from './compact-row-changes.js';
import { ReadPool } from '../read-connection/read-pool.js';
import { PeriodicTask } from '@refundry/concurrency';
import { roundWarning } from '@refundry/observability';
import { inShards, Shards } from '../sweeps/shards.js';
import { forEachPage, forEachSettled } from '../sweeps/sweeps.js';
import { Transactions } from '../transactions/transactions.js';

const lookEveryMs = 1000;
/** As many changes are folded when they are seen: every page adds them up. */
const manyChanges = 500;
/** Fewer may wait this many looks. */
const looksBetweenCompactions = 5;
const pageSize = 100;
const maxConcurrentCompactions = 2;
const timeoutMs = 10_000;

const tablesExist = `select to_regclass('row_change') is not null`;
const changedTables = `
  select account_id, relation from row_change where ${inShards('$1')} and (account_id, relation) > ($2::int8, $3)
  group by account_id, relation having count(*) >= $4 order by account_id, relation limit ${pageSize}`;

/** A table of an account. */
interface CountedTable {
  readonly account: number;
  readonly relation: string;
}

/**
 * Folds the changes of counted tables in the background (docs/adr/0014), those of this replica's shards. Counts and
 * positions are exact without it, but every reader adds up what is not folded. Each table gets a bounded fold in turn,
 * so that none waits for a larger one.
 */
@Injectable()
export class RowCounter implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly task = new PeriodicTask(
    (signal) => this.look(signal),
    lookEveryMs,
    roundWarning(new Logger('RowTallies')),
  );
  private looks = 0;
  private hasTables = false;

  constructor(
    private readonly readPool: ReadPool,
    private readonly transactions: Transactions,
    private readonly shards: Shards,
  ) {}

  onApplicationBootstrap(): void {
    this.task.start();
  }

  /** Waits for the look that is on its way. */
  async beforeApplicationShutdown(): Promise<void> {
    await this.task.stop();
  }

  /**
   * Folds the tables that have that many changes, until they have fewer. @throws Failure `unavailable`,
   * `deadline_exceeded`
   */
  async compact(minChanges = 1): Promise<void> {
    while ((await this.compactEach(minChanges)) > 0);
  }

  private async look(signal: AbortSignal): Promise<void> {
    if (!this.readPool.isUp || !(await this.tablesExist())) return;
    this.looks = (this.looks + 1) % looksBetweenCompactions;
    await this.compactEach(this.looks === 0 ? 1 : manyChanges, signal);
  }

  /**
   * Folds each table once, past those that fail. A look follows at once where one has more.
   *
   * @returns how many have more
   */
  private async compactEach(minChanges: number, signal?: AbortSignal): Promise<number> {
    const shards = this.shards.held;
    let unfinished = 0;
    try {
      await forEachPage<CountedTable>({
        pageSize,
        ...(signal && { signal }),
        read: (last) => this.changedAfter(last, shards, minChanges),
        work: (page) =>
          forEachSettled(page, maxConcurrentCompactions, async (table) => {
            if (await this.compactTable(table)) unfinished += 1;
          }),
      });
    } finally {
      if (unfinished > 0) this.task.triggerNow();
    }
    return unfinished;
  }

  private async changedAfter(
    last: CountedTable | undefined,
    shards: readonly number[],
    minChanges: number,
  ): Promise<CountedTable[]> {
    const rows = await this.readPool.rows({
      account: 'any',
      text: changedTables,
      values: [arrayLiteral(shards), last?.account ?? 0, last?.relation ?? '', minChanges],
      isPrepared: true,
      isAdhoc: true,
    });
    return rows.map(([account, relation]) => ({ account: Number(account), relation: String(relation) }));
  }

  /** @returns whether it may have more changes */
  private async compactTable({ account, relation }: CountedTable): Promise<boolean> {
    const [result] = await this.transactions.run({ account, timeoutMs, isBackground: true }, (transaction) =>
      transaction.query<{ folded: number }[]>('select fold_row_changes($1, $2) as folded', [account, relation]),
    );
    return (result?.folded ?? 0) >= maxCompactedChanges;
  }

  /** A database without row counts may get them by a migration. */
  private async tablesExist(): Promise<boolean> {
    if (!this.hasTables) {
      const [row] = await this.readPool.rows({
        account: 'any',
        text: tablesExist,
        values: [],
        isPrepared: true,
        isAdhoc: true,
      });
      this.hasTables = row?.[0] === 't';
    }
    return this.hasTables;
  }
}
