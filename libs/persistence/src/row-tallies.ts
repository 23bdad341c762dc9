import { Injectable, Logger, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { Lane } from './lane.js';
import { Rounds } from './rounds.js';
import { Transactions } from './transactions.js';

const lookEveryMs = 1000;
/** As many changes are folded when they are seen: every page adds them up. */
const manyChanges = 500;
/** Fewer may wait this many looks. */
const looksBetweenFolds = 5;
const timeoutMs = 60_000;

const areThere = `select to_regclass('row_change') is not null`;
const changedTables = 'select account_id, relation from row_change group by account_id, relation having count(*) >= $1';

/**
 * Folds the changes of tallied tables in the background (docs/adr/0014). Counts and positions are exact without it, but
 * every reader adds up what is not folded. Any number of replicas may do so at once.
 */
@Injectable()
export class RowTallies implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly rounds = new Rounds(() => this.look(), lookEveryMs, new Logger('RowTallies'));
  private looks = 0;

  constructor(
    private readonly lane: Lane,
    private readonly transactions: Transactions,
  ) {}

  onApplicationBootstrap(): void {
    this.rounds.begin();
  }

  /** Waits for the look that is on its way. */
  async beforeApplicationShutdown(): Promise<void> {
    await this.rounds.end();
  }

  /** Folds the tables that have that many changes. @throws Failure `unavailable`, `deadline_exceeded` */
  async fold(leastChanges = 1): Promise<void> {
    for (const [account, relation] of await this.lane.rows({ account: 'any', text: changedTables, values: [leastChanges], isVariable: true })) {
      await this.transactions.run({ account: Number(account), timeoutMs, isBackground: true }, (transaction) => transaction.query('select fold_row_changes($1, $2)', [Number(account), relation]));
    }
  }

  private async look(): Promise<void> {
    if (!this.lane.isUp || !(await this.areThere())) return;
    this.looks = (this.looks + 1) % looksBetweenFolds;
    await this.fold(this.looks === 0 ? 1 : manyChanges);
  }

  /** A database without tallies may get them by a migration. */
  private async areThere(): Promise<boolean> {
    const [row] = await this.lane.rows({ account: 'any', text: areThere, values: [], isCommon: true });
    return row?.[0] === 't';
  }
}
