import type { Lane } from '@refundry/persistence';
import { Failure, read, type Class } from '@refundry/resource';
import { keysetPages, type KeyedRow } from '../omnitron/keyset-pages.js';
import type { LevelRun } from './level-run.js';
import { modifiedOf, type Changes, type MirrorTable, type UpstreamRow } from './mirror-table.js';
import type { KeyRange, SyncProblem, SyncProblems } from './sync-problems.js';
import type { Level, LevelQuestion } from './sync-step.js';
import { isSameMark, markOf, newestRows, type UpstreamMark, type UpstreamMarks } from './upstream-mark.js';

export interface PagedLevelOptions<T extends UpstreamRow> {
  /** As `last_run` shows it, and as the upstream's path names the list. */
  name: string;
  of: Class<T>;
  table: MirrorTable<T>;
  /** Whether, once it was read to its end, only what was modified since is read. */
  isIncremental?: boolean;
}

/** What levels share. */
export interface LevelTools {
  readonly lane: Lane;
  readonly marks: UpstreamMarks;
  readonly problems: SyncProblems;
}

/** What a page holds: the rows that make sense, and those that don't. */
interface PageContent<T> {
  readonly rows: readonly T[];
  readonly unreadable: readonly SyncProblem[];
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
    if (!run.mark || run.isContinued) {
      // Before the first row is read: what changes from now on makes the mark another.
      const mark = markOf(await newestRows(session, this.name, 1));
      if (!run.mark || !isSameMark(run.mark, mark)) run.begin(mark);
    }
    await this.adopt(run);
    const before = this.options.isIncremental ? await this.tools.marks.of(account, this.name) : undefined;
    const hasMoved = !before || !run.mark || !isSameMark(before, run.mark);
    if (hasMoved) await this.writePages(run, keysetPages(session, { resource: this.name, after: run.after, where: since(before) }), before !== undefined);
    const { after, mark } = run;
    await run.complete(async (transaction) => {
      if (!before) await this.tools.problems.replace(transaction, account, this.name, { behind: after, upTo: null }, []);
      if (mark) await this.tools.marks.set(transaction, account, this.name, mark);
    });
  }

  /** Rows that waited for a parent get it, whether they were modified or not. */
  private async adopt(run: LevelRun): Promise<void> {
    if (!this.options.table.canAdopt) return;
    await run.commit(async (transaction) => {
      const adopted = await this.options.table.adopt(transaction, run.account);
      await this.tools.problems.remove(transaction, run.account, this.name, adopted);
      return { seen: 0, inserted: 0 };
    });
  }

  /**
   * A change upstream shows in the mark. While there are as many rows as before, those modified since are looked through for
   * one that isn't here; otherwise all are, because one that came may be older than one that was modified.
   */
  async isBehind({ account, session }: LevelQuestion): Promise<boolean> {
    const newest = await newestRows(session, this.name, newestLookedAt);
    if (await this.lacks(account, keyedOf(newest.rows))) return true;
    if (newest.count !== undefined && newest.count <= newest.rows.length) return false;
    const before = await this.tools.marks.of(account, this.name);
    const now = markOf(newest);
    if (!before) return true;
    if (isSameMark(before, now)) return false;
    const modified = now.count === before.count ? before.modified : null;
    for await (const page of keysetPages(session, { resource: this.name, after: null, where: modified ? { modified_date__gte: modified } : {} })) {
      if (await this.lacks(account, page)) return true;
    }
    if (!modified) await this.tools.marks.confirm(account, this.name, now);
    return false;
  }

  /** Two pages are written at a time, while the next is made ready. */
  private async writePages(run: LevelRun, pages: AsyncIterable<readonly KeyedRow[]>, isPartial: boolean): Promise<void> {
    const parents = await this.options.table.parentKeys(this.tools.lane, run.account);
    let behind = run.after;
    let [lastButOne, last] = [Promise.resolve(), Promise.resolve()];
    try {
      for await (const page of pages) {
        const upTo = page.at(-1)?.pk ?? behind;
        const { rows, unreadable } = this.readRows(page);
        const changes = await this.options.table.changes(this.tools.lane, run.account, rows, parents);
        await lastButOne;
        lastButOne = last;
        last = this.writePage(run, { behind, upTo, ...(isPartial && { keys: page.map(({ pk }) => pk) }) }, page.length, { ...changes, problems: [...unreadable, ...changes.problems] });
        // A page that follows it throws, or else the end; until then there is no use in waiting for Omnitron.
        last.catch(() => { run.session.close(); });
        behind = upTo;
      }
    } finally {
      await Promise.allSettled([lastButOne, last]);
    }
    await last;
  }

  private writePage(run: LevelRun, range: KeyRange, seen: number, changes: Changes): Promise<void> {
    return run.commit(async (transaction) => {
      await this.options.table.write(transaction, changes);
      await this.tools.problems.replace(transaction, run.account, this.name, range, changes.problems);
      return { seen, inserted: changes.inserted, ...(range.upTo !== null && { after: range.upTo }) };
    });
  }

  private readRows(page: readonly KeyedRow[]): PageContent<T> {
    const rows: T[] = [];
    const unreadable: SyncProblem[] = [];
    for (const keyed of page) {
      try {
        rows.push(read(this.options.of, keyed.row));
      } catch (error) {
        if (!(error instanceof Failure)) throw error;
        unreadable.push({ omnitronId: keyed.pk, modified: modifiedOf(keyed), reason: `It makes no sense: ${JSON.stringify(error.fields)}` });
      }
    }
    return { rows, unreadable };
  }

  private lacks(account: number, rows: readonly KeyedRow[]): Promise<boolean> {
    return this.options.table.lacks(this.tools.lane, account, this.name, rows);
  }
}

/** Modified while an earlier one was not yet to be seen: Omnitron's transactions take their time. */
const overlapMs = 5 * 60_000;

/** What asks for the rows modified since a list was read to its end; for all, where it never was. */
function since(mark: UpstreamMark | undefined): Record<string, string> {
  const modified = Date.parse(mark?.modified ?? '');
  return Number.isNaN(modified) ? {} : { modified_date__gte: new Date(modified - overlapMs).toISOString() };
}

/** A row without a key can't be asked for; a run fails over it and says so. */
const keyedOf = (rows: readonly unknown[]): KeyedRow[] =>
  rows.map((row) => ({ pk: (row as { pk?: unknown } | null)?.pk, row })).filter((row): row is KeyedRow => Number.isSafeInteger(row.pk));
