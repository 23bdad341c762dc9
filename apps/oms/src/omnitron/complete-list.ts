import { Failure } from '@refundry/errors';
import { read, type Class } from '@refundry/resource';
import type { OmnitronSession } from './omnitron-session.js';
import { unusable } from './upstream-failure.js';
import type { UpstreamPage } from './upstream-page.js';

/** The fields of every upstream row. */
interface Keyed {
  pk: number;
}

interface CompleteListOptions<T extends Keyed> {
  resource: string;
  of: Class<T>;
  /** An upstream with more is taken for broken. */
  maxRows: number;
}

const pageSize = 100;
const maxConcurrentPages = 4;
const passes = 3;

/**
 * All rows of an upstream list, known to be complete: what is missing from it is gone upstream.
 *
 * Rows shift between pages while they are read, so a pass counts only when its rows, each taken once, are as many as
 * every page said. Without a count nothing says so, and two passes must agree. Otherwise it is read again.
 *
 * @throws Failure `upstream_failed` when Omnitron keeps contradicting itself, is too large, or sends rows that make no
 * sense
 */
export async function readCompleteList<T extends Keyed>(
  session: OmnitronSession,
  options: CompleteListOptions<T>,
): Promise<T[]> {
  let previous: Map<number, T> | undefined;
  for (let pass = 1; pass <= passes; pass++) {
    const { rows, isConsistent } = await readOnce(session, options);
    if (isConsistent || (isConsistent === undefined && previous && sameKeys(previous, rows))) return [...rows.values()];
    previous = rows;
  }
  throw unusable('Omnitron contradicted itself: its pages do not add up to its count.');
}

interface Pass<T> {
  rows: Map<number, T>;
  /** Undefined when the pass itself can't tell. */
  isConsistent: boolean | undefined;
}

async function readOnce<T extends Keyed>(
  session: OmnitronSession,
  { resource, of, maxRows }: CompleteListOptions<T>,
): Promise<Pass<T>> {
  const rows = new Map<number, T>();
  const counts = new Set<number | undefined>();
  let received = 0;
  let endsWhereItSays = true;
  for await (const page of pagesOf(session, resource)) {
    for (const row of page.rows) {
      const value = readRow(of, row, resource);
      rows.set(value.pk, value);
    }
    received += page.rows.length;
    if (received > maxRows) throw unusable(`Omnitron sent more than ${maxRows} rows of ${resource}.`);
    counts.add(page.count);
    endsWhereItSays = page.hasNext !== true;
  }
  const [count] = counts;
  if (count === undefined && counts.size === 1) return { rows, isConsistent: undefined };
  return { rows, isConsistent: counts.size === 1 && rows.size === count && endsWhereItSays };
}

/**
 * The pages of a list in order, a few at a time. With a count the last page is known; without one the list ends at the
 * first page that is shorter than the first.
 */
async function* pagesOf(session: OmnitronSession, resource: string): AsyncGenerator<UpstreamPage> {
  const first = await session.page(resource, { page: 1, limit: pageSize, sort: 'pk' });
  if (!first) return;
  yield first;
  const size = first.rows.length;
  const last = first.count === undefined ? Infinity : Math.ceil(first.count / Math.max(1, size));
  if (size === 0) return;
  const window: Promise<UpstreamPage | undefined>[] = [];
  let asked = 1;
  const ask = (): void => {
    if (asked >= last) return;
    const page = session.page(resource, { page: ++asked, limit: pageSize, sort: 'pk' });
    // A page that fails before its turn must not end the process; its turn throws.
    page.catch(() => undefined);
    window.push(page);
  };
  while (window.length < maxConcurrentPages && asked < last) ask();
  for (let next = window.shift(); next; next = window.shift()) {
    const page = await next;
    if (!page) return;
    yield page;
    if (page.rows.length < size && first.count === undefined) return;
    ask();
  }
}

function readRow<T extends Keyed>(of: Class<T>, row: unknown, resource: string): T {
  try {
    return read(of, row);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    throw unusable(`Omnitron sent a row of ${resource} that makes no sense: ${JSON.stringify(error.fields)}`, error);
  }
}

const sameKeys = (one: ReadonlyMap<number, unknown>, other: ReadonlyMap<number, unknown>): boolean =>
  one.size === other.size && one.keys().every((key) => other.has(key));
