import { Failure } from '@refundry/errors';
import type { ReadPool } from '@refundry/persistence';
import { read, type Class } from '@refundry/resource';
import type { KeyedRow } from '../omnitron/keyset-pages.js';
import type { Changes, CompareOptions, MirrorTable, UpstreamRow } from './mirror-table.js';
import { modifiedOf } from './newest-rows.js';
import type { SyncProblem, SyncProblems } from './sync-problems.sql.js';

interface PageComparisonOptions<T extends UpstreamRow> {
  readonly readPool: ReadPool;
  readonly problems: SyncProblems;
  /** Level of the problems. */
  readonly level: string;
  readonly of: Class<T>;
  readonly table: MirrorTable<T>;
}

/** The new part of a page's changes. */
export interface Novelty {
  /** Number of rows that are neither stored nor listed as a problem yet. */
  readonly newKeys: number;
  /** Whether writing the page makes a difference: a row, or a problem that isn't listed yet. */
  readonly isAny: boolean;
}

/** Rows of a page that can be read, and a problem for each of the others. */
interface PageContent<T> {
  readonly rows: readonly T[];
  readonly unreadable: readonly SyncProblem[];
}

/** Compares pages of upstream rows with what is here: the one rule by which a run writes and `is_required` answers. */
export class PageComparison<T extends UpstreamRow> {
  constructor(private readonly options: PageComparisonOptions<T>) {}

  /**
   * Finds out what a page changes, problems of rows that can't be read included.
   *
   * @param page in the order of its keys
   */
  async compare(account: number, page: readonly KeyedRow[], options: CompareOptions): Promise<Changes> {
    const { rows, unreadable } = this.read(page);
    const changes = await this.options.table.changes(this.options.readPool, account, rows, options);
    const { counts, problems } = changes;
    return {
      ...changes,
      counts: { ...counts, seen: page.length, refused: counts.refused + unreadable.length },
      problems: [...unreadable, ...problems],
    };
  }

  async noveltyOf(account: number, { problems, insertedKeys, insertion, update }: Changes): Promise<Novelty> {
    const keys = [...new Set([...insertedKeys, ...problems.map(({ omnitronId }) => omnitronId)])];
    const listed = await this.options.problems.listed(account, this.options.level, keys);
    const unlisted = keys.filter((key) => !listed.has(key));
    const stored = await this.options.table.storedKeys(this.options.readPool, account, unlisted);
    return {
      newKeys: unlisted.filter((key) => !stored.has(key)).length,
      isAny:
        insertion !== undefined ||
        update !== undefined ||
        problems.some(({ omnitronId, modified }) => listed.get(omnitronId) !== modified),
    };
  }

  private read(page: readonly KeyedRow[]): PageContent<T> {
    const rows: T[] = [];
    const unreadable: SyncProblem[] = [];
    for (const keyed of page) {
      try {
        rows.push(read(this.options.of, keyed.row));
      } catch (error) {
        if (!(error instanceof Failure)) throw error;
        unreadable.push({
          omnitronId: keyed.pk,
          modified: modifiedOf(keyed),
          reason: `It makes no sense: ${JSON.stringify(error.fields)}`,
        });
      }
    }
    return { rows, unreadable };
  }
}
