import type { Lane } from '@refundry/persistence';
import { Failure, read, type Class } from '@refundry/resource';
import { keysetPages, type KeyedRow } from '../omnitron/keyset-pages.js';
import type { LevelRun } from './level-run.js';
import type { MirrorTable, UpstreamRow } from './mirror-table.js';
import type { SyncProblem, SyncProblems } from './sync-problems.js';
import type { Level, LevelQuestion } from './sync-step.js';
import { isSameMark, markOf, newestRows, type UpstreamMarks } from './upstream-mark.js';

export interface PagedLevelOptions<T extends UpstreamRow> {
  /** As `last_run` shows it, and as the upstream's path names the list. */
  name: string;
  of: Class<T>;
  table: MirrorTable<T>;
}

/** What levels share. */
export interface LevelTools {
  readonly lane: Lane;
  readonly marks: UpstreamMarks;
  readonly problems: SyncProblems;
}

/** As many of the newest rows as are looked at to find out whether there is anything new. */
const newestLookedAt = 100;

/** A level that is read page by page, each written as it comes: an interrupted run goes on behind the last page written. */
export class PagedLevel<T extends UpstreamRow> implements Level {
  readonly name: string;

  constructor(
    private readonly tools: LevelTools,
    private readonly options: PagedLevelOptions<T>,
  ) {
    this.name = options.name;
  }

  async sync(run: LevelRun): Promise<void> {
    const { account, session } = run;
    // Before the first row is read: what changes from now on makes the mark another.
    if (!run.mark) run.begin(markOf(await newestRows(session, this.name, 1)));
    for await (const page of keysetPages(session, { resource: this.name, after: run.after })) await this.writePage(run, page);
    const { after, mark } = run;
    await run.complete(async (transaction) => {
      await this.tools.problems.replace(transaction, account, this.name, { behind: after, upTo: null }, []);
      if (mark) await this.tools.marks.set(transaction, account, this.name, mark);
    });
  }

  /**
   * A change upstream shows in the mark. Then the rows modified since are looked through for one that isn't here, and the
   * number of rows for one that is older than it should be.
   */
  async isBehind({ account, session }: LevelQuestion): Promise<boolean> {
    const newest = await newestRows(session, this.name, newestLookedAt);
    const { count } = newest;
    if (await this.lacks(account, keyedOf(newest.rows))) return true;
    if (count !== undefined && count <= newest.rows.length) return false;
    const mark = await this.tools.marks.of(account, this.name);
    if (!mark) return true;
    if (isSameMark(mark, markOf(newest))) return false;
    if (count !== undefined && count > (await this.known(account))) return true;
    for await (const page of keysetPages(session, { resource: this.name, after: null, where: mark.modified ? { modified_date__gte: mark.modified } : {} })) {
      if (await this.lacks(account, page)) return true;
    }
    return false;
  }

  private async writePage(run: LevelRun, page: readonly KeyedRow[]): Promise<void> {
    const { account, after: behind } = run;
    const { rows, unreadable } = this.readRows(page);
    const upTo = page.at(-1)?.pk ?? null;
    await run.commit(async (transaction) => {
      const { inserted, problems } = await this.options.table.write(transaction, account, rows);
      await this.tools.problems.replace(transaction, account, this.name, { behind, upTo }, [...unreadable, ...problems]);
      return { seen: page.length, inserted, ...(upTo !== null && { after: upTo }) };
    });
  }

  private readRows(page: readonly KeyedRow[]): { rows: T[]; unreadable: SyncProblem[] } {
    const rows: T[] = [];
    const unreadable: SyncProblem[] = [];
    for (const { pk, row } of page) {
      try {
        rows.push(read(this.options.of, row));
      } catch (error) {
        if (!(error instanceof Failure)) throw error;
        unreadable.push({ omnitronId: pk, reason: `It makes no sense: ${JSON.stringify(error.fields)}` });
      }
    }
    return { rows, unreadable };
  }

  private lacks(account: number, rows: readonly KeyedRow[]): Promise<boolean> {
    return this.options.table.lacks(this.tools.lane, account, this.name, rows);
  }

  /** How many rows are here, or known to be a problem. */
  private async known(account: number): Promise<number> {
    const [row] = await this.tools.lane.rows({
      text: `select (select count(*) from ${this.options.table.name} where account_id = $1) + (select count(*) from sync_problem where account_id = $1 and level = $2)`,
      values: [account, this.name],
      isCommon: true,
    });
    return Number(row?.[0]);
  }
}

/** A row without a key can't be asked for; a run fails over it and says so. */
const keyedOf = (rows: readonly unknown[]): KeyedRow[] =>
  rows.map((row) => ({ pk: (row as { pk?: unknown } | null)?.pk, row })).filter((row): row is KeyedRow => Number.isSafeInteger(row.pk));
