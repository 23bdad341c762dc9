import { hash } from 'node:crypto';
import { parseTimestamp } from '@refundry/resource';
import type { KeyedRow } from '../omnitron/keyset-pages.js';
import type { OmnitronSession } from '../omnitron/omnitron-session.js';
import type { Watermark } from './watermarks.sql.js';

/** Time for which Omnitron's own transactions may hide a row that is dated before others that can be read already. */
const overlapMs = 5 * 60_000;

/** Omnitron's longest page. */
const maxRows = 1000;

const firstMoment = Date.parse('0001-01-01T00:00:00Z');

/** Upstream dates are compared as PostgreSQL's text in UTC, whose order is that of the instants. */
const asText = (date: Date): string | undefined => parseTimestamp(date.toISOString());

/**
 * When an upstream row was last modified, whatever else is wrong with it, as PostgreSQL writes it; null when it doesn't
 * say.
 */
export const modifiedOf = ({ row }: KeyedRow): string | null => {
  const { modified_date: date } = row as { modified_date?: unknown };
  const instant = typeof date === 'string' ? parseTimestamp(date) : undefined;
  return instant === undefined || instant.endsWith('infinity') ? null : instant;
};

/** The rows of an upstream list that were modified last, and what they tell of the whole list. One request. */
export class NewestRows {
  private constructor(
    /** In the order of their keys. */
    readonly rows: readonly KeyedRow[],
    /** Number of all rows of the list; undefined where Omnitron doesn't say. */
    readonly count: number | undefined,
    /** Start of the read, in ISO 8601. */
    readonly started: string,
    /** In Omnitron's order, as PostgreSQL's text. */
    private readonly dates: readonly (string | null)[],
    private readonly areUsable: boolean,
  ) {}

  /** @throws Failure as `OmnitronSession.page` does */
  static async read(session: OmnitronSession, resource: string): Promise<NewestRows> {
    const started = new Date();
    const page = await session.fittingPage(resource, { page: 1, sort: '-modified_date,-pk' }, maxRows);
    const rows = (page?.rows ?? []).map((row) => ({ pk: (row as { pk?: unknown } | null)?.pk, row }));
    const keyed = rows.filter((row): row is KeyedRow => Number.isSafeInteger(row.pk));
    const areUsable = keyed.length === rows.length && new Set(keyed.map(({ pk }) => pk)).size === rows.length;
    return new NewestRows(
      keyed.toSorted((a, b) => a.pk - b.pk),
      page ? page.count : 0,
      started.toISOString(),
      keyed.map(modifiedOf),
      areUsable,
    );
  }

  /** Whether these are all rows that there are. */
  get areAll(): boolean {
    return this.areUsable && this.rows.length === this.count;
  }

  /** The latest date that is not after the start of the read: others are no measure of what comes next. */
  get latest(): string | null {
    const now = asText(new Date(this.started)) ?? '';
    return this.dates.reduce(
      (latest, date) => (date !== null && date <= now && (latest === null || date > latest) ? date : latest),
      null,
    );
  }

  /** Whether no row that was modified since then is missing here. */
  reachBackTo(date: string): boolean {
    if (this.areAll) return true;
    const dated = this.dates.filter((known) => known !== null);
    return (
      this.areUsable &&
      dated.every((known, index) => index === 0 || known <= (dated[index - 1] as string)) &&
      (dated.at(-1) ?? date) < date
    );
  }

  /** Changes with every key and date. */
  get fingerprint(): string {
    return hash('sha256', JSON.stringify(this.rows.map((row) => [row.pk, modifiedOf(row)])));
  }

  /** The part of a watermark that these rows make; their latest date counts, or else that of the watermark before. */
  watermarkAfter(before: Watermark | undefined): Pick<Watermark, 'modified' | 'newest'> {
    return { modified: this.latest ?? before?.modified ?? null, newest: this.fingerprint };
  }

  /** Rows that no filter by date finds. */
  get undated(): readonly KeyedRow[] {
    return this.rows.filter((row) => modifiedOf(row) === null);
  }
}

/**
 * The date since which rows have to be read beside those modified last, to have all that may be new: null for all rows,
 * undefined for none. Rows that look as they did before hide nothing, unless all are dated in the future: what is new
 * comes behind those.
 */
export function restOf(newest: NewestRows, before: Watermark): string | null | undefined {
  if (newest.areAll) return undefined;
  if (before.modified === null) return null;
  const overlap = overlapOf(before.modified);
  const isUnmoved = newest.latest !== null && newest.fingerprint === before.newest;
  return isUnmoved || newest.reachBackTo(overlap.text) ? undefined : overlap.parameter;
}

/** The moment from which on rows are read again after everything up to a date has been read. */
function overlapOf(date: string): { readonly text: string; readonly parameter: string } {
  const moment = new Date(Math.max(firstMoment, Date.parse(date.replace(' ', 'T').replace('+00', 'Z')) - overlapMs));
  return { text: asText(moment) ?? date, parameter: moment.toISOString() };
}

/**
 * Number of all rows of an upstream list; undefined where Omnitron doesn't say.
 *
 * @throws Failure as `OmnitronSession.page` does
 */
export const countOf = async (session: OmnitronSession, resource: string): Promise<number | undefined> =>
  (await session.page(resource, { page: 1, limit: 1, sort: 'pk' }))?.count;
