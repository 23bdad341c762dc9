import type { ReadPool } from '@refundry/persistence';
import type { Class } from '@refundry/resource';
import type { EntityManager } from 'typeorm';
import { keysetPages, type KeyedRow } from '../omnitron/keyset-pages.js';
import type { OmnitronSession } from '../omnitron/omnitron-session.js';
import type { LevelRun } from './level-run.js';
import type { Changes, CompareOptions, MirrorTable, UpstreamRow } from './mirror-table.js';
import { countOf, NewestRows, restOf } from './newest-rows.js';
import { PageComparison } from './page-comparison.js';
import { noRows } from './row-counts.js';
import type { RowsPublisher } from './row-events.js';
import type { KeyRange, SyncProblems } from './sync-problems.sql.js';
import type { Scan } from './sync-progress.js';
import type { Level, LevelQuestion } from './sync-step.js';
import type { Watermark, Watermarks } from './watermarks.sql.js';

export interface PagedLevelOptions<T extends UpstreamRow> {
  /** As `last_run` shows it, and as the upstream's path names the list. */
  name: string;
  of: Class<T>;
  table: MirrorTable<T>;
  /** Called in the transaction that has written rows. */
  onWritten: RowsPublisher;
  /** Whether, once it was read to its end, only what was modified since is read. */
  isIncremental?: boolean;
}

/** The dependencies of all levels. */
export interface LevelTools {
  readonly readPool: ReadPool;
  readonly watermarks: Watermarks;
  readonly problems: SyncProblems;
  /** Time from one full comparison of an incremental level to the next. */
  readonly comparisonIntervalMs: number;
}

/** A page to be written, and how far it leads. */
interface PageWrite {
  readonly range: KeyRange;
  readonly changes: Changes;
  readonly newKeys: number;
  readonly after?: number | null;
}

const wholeList: KeyRange = { behind: null, upTo: null };

/**
 * A level that is read page by page, each written as it comes: an interrupted run goes on behind the last page written.
 *
 * A run and `is_required` judge by the same rows and rule (docs/adr/0042): the rows modified last; more of those
 * modified since the watermark, where there are more; all rows, where Omnitron then has another number of them than is
 * accounted for.
 */
export class PagedLevel<T extends UpstreamRow> implements Level {
  readonly name: string;
  private readonly comparison: PageComparison<T>;

  constructor(
    private readonly tools: LevelTools,
    private readonly options: PagedLevelOptions<T>,
  ) {
    const { name, of, table } = options;
    this.name = name;
    this.comparison = new PageComparison({
      readPool: tools.readPool,
      problems: tools.problems,
      level: name,
      of,
      table,
    });
  }

  async sync(run: LevelRun): Promise<void> {
    await this.linkOrphans(run);
    const isResumed = run.scan !== null;
    if (run.scan) await this.readOn(run, run.scan);
    if (isResumed || this.options.isIncremental) await this.catchUp(run);
    else await this.readAll(run, await this.newest(run), await this.watermarkOf(run));
    await run.complete();
  }

  async isStale(question: LevelQuestion): Promise<boolean> {
    const { account, session } = question;
    const { watermarks, problems, readPool } = this.tools;
    if (await problems.areSolved(account, this.name, this.options.table.parentTables)) return true;
    const newest = await NewestRows.read(session, this.name);
    const mark = await watermarks.of(account, this.name);
    const before = mark?.source === session.source ? mark : undefined;
    const options = { parents: await this.options.table.parentKeys(readPool, account), takesOlder: !before };
    if (await this.brings(account, newest.rows, options)) return true;
    if (newest.areAll) return false;
    if (!before) return newest.rows.length > 0;
    const since = restOf(newest, before);
    if (since !== undefined && (await this.bringsAny(question, since, options))) return true;
    if (newest.count === undefined || newest.count === before.known) return false;
    if (await this.bringsAny(question, null, options)) return true;
    await watermarks.exchange(account, this.name, before, { ...before, known: newest.count });
    return false;
  }

  /** Whether a run would write any of these rows, or list a problem of theirs. */
  private async brings(account: number, rows: readonly KeyedRow[], options: CompareOptions): Promise<boolean> {
    const changes = await this.comparison.compare(account, rows, options);
    return (await this.comparison.noveltyOf(account, changes)).isAny;
  }

  /** As `brings`, of all rows modified since; null for all rows. */
  private async bringsAny(
    { account, session }: LevelQuestion,
    since: string | null,
    options: CompareOptions,
  ): Promise<boolean> {
    for await (const page of this.pages(session, since)) {
      if (await this.brings(account, page, options)) return true;
    }
    return false;
  }

  /** Rows that waited for a parent get it, whether they were modified or not. */
  private async linkOrphans(run: LevelRun): Promise<void> {
    if (!this.options.table.mayHaveOrphans) return;
    await run.commit(async (transaction) => {
      const linked = await this.options.table.linkOrphans(transaction, run.account);
      await this.tools.problems.remove(
        transaction,
        run.account,
        this.name,
        linked.map(({ pk }) => pk),
      );
      await this.options.onWritten(
        transaction,
        run.account,
        linked.map(({ id }) => id),
      );
      return { counts: { ...noRows, seen: linked.length, updated: linked.length } };
    });
  }

  /** Syncs what is new since the watermark. */
  private async catchUp(run: LevelRun): Promise<void> {
    const newest = await this.newest(run);
    const before = await this.watermarkOf(run);
    if (!before || this.isComparisonDue(before, newest)) return this.readAll(run, newest, before);
    const since = restOf(newest, before);
    const isDone =
      since === undefined
        ? await this.takeNewest(run, newest, before)
        : since !== null && (await this.takeModified(run, newest, before, since));
    if (!isDone) await this.readAll(run, newest, before);
  }

  /**
   * Takes over the rows modified last.
   *
   * @returns whether nothing else can be new: all upstream rows are accounted for
   */
  private async takeNewest(run: LevelRun, newest: NewestRows, before: Watermark): Promise<boolean> {
    const { rows, count, areAll } = newest;
    const changes = await this.comparison.compare(run.account, rows, {
      parents: await this.parents(run),
      takesOlder: false,
    });
    const { newKeys, isAny } = await this.comparison.noveltyOf(run.account, changes);
    const known = areAll ? rows.length : before.known + newKeys;
    if (known !== (count ?? known)) return false;
    await run.commit(async (transaction) => {
      await this.write(transaction, run.account, changes);
      // Of a whole list, problems of rows that are gone end too.
      if (isAny || areAll)
        await this.tools.problems.replace(
          transaction,
          run.account,
          this.name,
          areAll ? wholeList : { ...wholeList, keys: keysOf(rows) },
          changes.problems,
        );
      await this.tools.watermarks.set(transaction, run.account, this.name, {
        ...before,
        ...newest.watermarkAfter(before),
        known,
      });
      return { counts: isAny ? changes.counts : noRows, isLast: true };
    });
    return true;
  }

  /** Takes over all rows modified since. @returns as `takeNewest` */
  private async takeModified(run: LevelRun, newest: NewestRows, before: Watermark, since: string): Promise<boolean> {
    run.begin({
      since,
      takesOlder: false,
      ...newest.watermarkAfter(before),
      compared: before.compared,
      known: before.known,
    });
    await this.takeUndated(run, newest.undated);
    const known = await this.readOn(run, run.scan as Scan);
    const count = await countOf(run.session, this.name);
    if (count === undefined || newest.count === undefined) return true;
    // Rows that came while we read may or may not have been among them.
    return known >= Math.min(newest.count, count) && known <= Math.max(newest.count, count);
  }

  /** Compares the whole list. If it was never read, or not for long, Omnitron's version is taken whatever its date. */
  private async readAll(run: LevelRun, newest: NewestRows, before: Watermark | undefined): Promise<void> {
    const takesOlder = !before || this.isComparisonDue(before, newest);
    run.begin({
      since: null,
      takesOlder,
      ...newest.watermarkAfter(before),
      compared: takesOlder ? newest.started : before.compared,
      known: 0,
    });
    await this.writePages(run, newest.areAll ? [newest.rows] : this.pages(run.session, null));
    await this.endScan(run, { isLast: true });
  }

  /** Reads a scan to its end, from where it stands. @returns the number of upstream rows that are accounted for */
  private async readOn(run: LevelRun, { since }: Scan): Promise<number> {
    await this.writePages(run, this.pages(run.session, since, run.after));
    return this.endScan(run);
  }

  private async endScan(run: LevelRun, options = {}): Promise<number> {
    const { since, modified, newest, compared, known } = run.scan as Scan;
    const { after } = run;
    await run.endScan(async (transaction) => {
      if (since === null)
        await this.tools.problems.replace(transaction, run.account, this.name, { behind: after, upTo: null }, []);
      await this.tools.watermarks.set(transaction, run.account, this.name, {
        source: run.session.source,
        modified,
        newest,
        compared,
        known,
      });
    }, options);
    return known;
  }

  /** Takes over rows that no filter by date finds. They are no part of the scan's order. */
  private async takeUndated(run: LevelRun, rows: readonly KeyedRow[]): Promise<void> {
    if (rows.length === 0) return;
    const changes = await this.comparison.compare(run.account, rows, {
      parents: await this.parents(run),
      takesOlder: false,
    });
    await this.writePage(run, {
      range: { ...wholeList, keys: keysOf(rows) },
      changes,
      newKeys: (await this.comparison.noveltyOf(run.account, changes)).newKeys,
    });
  }

  /** A page is written while another waits to be and the next is prepared. */
  private async writePages(
    run: LevelRun,
    pages: Iterable<readonly KeyedRow[]> | AsyncIterable<readonly KeyedRow[]>,
  ): Promise<void> {
    const { since, takesOlder } = run.scan as Scan;
    const parents = await this.parents(run);
    let behind = run.after;
    let [lastButOne, last] = [Promise.resolve(), Promise.resolve()];
    try {
      for await (const page of pages) {
        const upTo = page.at(-1)?.pk ?? behind;
        const changes = await this.comparison.compare(run.account, page, { parents, takesOlder });
        const isWhole = since === null;
        const newKeys = isWhole ? page.length : (await this.comparison.noveltyOf(run.account, changes)).newKeys;
        const written = {
          range: { behind, upTo, ...(!isWhole && { keys: keysOf(page) }) },
          changes,
          newKeys,
          after: upTo,
        };
        await lastButOne;
        lastButOne = last;
        last = this.writePage(run, written);
        // A page that follows it throws, or else the end; until then there is no use in waiting for Omnitron.
        last.catch(() => {
          run.session.close();
        });
        behind = upTo;
      }
    } finally {
      await Promise.allSettled([lastButOne, last]);
    }
    await last;
  }

  private writePage(run: LevelRun, { range, changes, newKeys, after }: PageWrite): Promise<void> {
    return run.commit(async (transaction) => {
      await this.write(transaction, run.account, changes);
      await this.tools.problems.replace(transaction, run.account, this.name, range, changes.problems);
      return { counts: changes.counts, newKeys, ...((after ?? null) !== null && { after: after as number }) };
    });
  }

  private async write(transaction: EntityManager, account: number, changes: Changes): Promise<void> {
    const ids = await this.options.table.write(transaction, changes);
    await this.options.onWritten(transaction, account, ids);
  }

  private pages(
    session: OmnitronSession,
    since: string | null,
    after: number | null = null,
  ): AsyncGenerator<readonly KeyedRow[]> {
    return keysetPages(session, {
      resource: this.name,
      after,
      ...(since !== null && { where: { modified_date__gte: since } }),
    });
  }

  private async newest(run: LevelRun): Promise<NewestRows> {
    const newest = await NewestRows.read(run.session, this.name);
    run.expect(newest.count);
    return newest;
  }

  /**
   * The watermark of the run's source. That of another one ends here: what is read from now on is not that source's.
   */
  private async watermarkOf(run: LevelRun): Promise<Watermark | undefined> {
    const mark = await this.tools.watermarks.of(run.account, this.name);
    if (!mark || mark.source === run.session.source) return mark;
    await run.commit(async (transaction) => {
      await this.tools.watermarks.remove(transaction, run.account, [this.name]);
      return { counts: noRows };
    });
    return undefined;
  }

  private isComparisonDue({ compared }: Watermark, { started }: NewestRows): boolean {
    return Date.parse(started) - Date.parse(compared) >= this.tools.comparisonIntervalMs;
  }

  private parents(run: LevelRun): ReturnType<MirrorTable<T>['parentKeys']> {
    return this.options.table.parentKeys(this.tools.readPool, run.account);
  }
}

const keysOf = (rows: readonly KeyedRow[]): number[] => rows.map(({ pk }) => pk);
