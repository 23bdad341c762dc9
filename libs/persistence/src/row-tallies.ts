import { Injectable, Logger, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { arrayLiteral } from './array-literal.js';
import { maxFoldedChanges } from './fold-row-changes.js';
import { Lane } from './lane.js';
import { Rounds } from './rounds.js';
import { inShards, Shards } from './shards.js';
import { forEachPage, forEachSettled } from './sweeps.js';
import { Transactions } from './transactions.js';

const lookEveryMs = 1000;
/** As many changes are folded when they are seen: every page adds them up. */
const manyChanges = 500;
/** Fewer may wait this many looks. */
const looksBetweenFolds = 5;
const pageSize = 100;
const maxConcurrentFolds = 2;
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
 * Folds the changes of tallied tables in the background (docs/adr/0014), those of this replica's shards. Counts and positions are exact
 * without it, but every reader adds up what is not folded. Each table gets a bounded fold in turn, so that none waits for a larger one.
 */
@Injectable()
export class RowTallies implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly rounds = new Rounds((signal) => this.look(signal), lookEveryMs, new Logger('RowTallies'));
  private looks = 0;
  private hasTables = false;

  constructor(
    private readonly lane: Lane,
    private readonly transactions: Transactions,
    private readonly shards: Shards,
  ) {}

  onApplicationBootstrap(): void {
    this.rounds.begin();
  }

  /** Waits for the look that is on its way. */
  async beforeApplicationShutdown(): Promise<void> {
    await this.rounds.end();
  }

  /** Folds the tables that have that many changes, until they have fewer. @throws Failure `unavailable`, `deadline_exceeded` */
  async fold(minChanges = 1): Promise<void> {
    while ((await this.foldEach(minChanges)) > 0);
  }

  private async look(signal: AbortSignal): Promise<void> {
    if (!this.lane.isUp || !(await this.tablesExist())) return;
    this.looks = (this.looks + 1) % looksBetweenFolds;
    await this.foldEach(this.looks === 0 ? 1 : manyChanges, signal);
  }

  /**
   * Folds each table once, past those that fail. A look follows at once where one has more.
   *
   * @returns how many have more
   */
  private async foldEach(minChanges: number, signal?: AbortSignal): Promise<number> {
    const shards = this.shards.held;
    let unfinished = 0;
    try {
      await forEachPage<CountedTable>({
        pageSize,
        ...(signal && { signal }),
        read: (last) => this.changedAfter(last, shards, minChanges),
        work: (page) => forEachSettled(page, maxConcurrentFolds, async (table) => { if (await this.foldTable(table)) unfinished += 1; }),
      });
    } finally {
      if (unfinished > 0) this.rounds.poke();
    }
    return unfinished;
  }

  private async changedAfter(last: CountedTable | undefined, shards: readonly number[], minChanges: number): Promise<CountedTable[]> {
    const rows = await this.lane.rows({ account: 'any', text: changedTables, values: [arrayLiteral(shards), last?.account ?? 0, last?.relation ?? '', minChanges], isCommon: true, isVariable: true });
    return rows.map(([account, relation]) => ({ account: Number(account), relation: String(relation) }));
  }

  /** @returns whether it may have more changes */
  private async foldTable({ account, relation }: CountedTable): Promise<boolean> {
    const [result] = await this.transactions.run({ account, timeoutMs, isBackground: true }, (transaction) =>
      transaction.query<{ folded: number }[]>('select fold_row_changes($1, $2) as folded', [account, relation]));
    return (result?.folded ?? 0) >= maxFoldedChanges;
  }

  /** A database without tallies may get them by a migration. */
  private async tablesExist(): Promise<boolean> {
    if (!this.hasTables) {
      const [row] = await this.lane.rows({ account: 'any', text: tablesExist, values: [], isCommon: true, isVariable: true });
      this.hasTables = row?.[0] === 't';
    }
    return this.hasTables;
  }
}
