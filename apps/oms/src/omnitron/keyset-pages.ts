import { unusable } from './upstream-failure.js';
import type { OmnitronSession } from './omnitron-session.js';
import type { UpstreamPage } from './upstream-page.js';

/** A row as it came, and its key, by which it was ordered. */
export interface KeyedRow {
  readonly pk: number;
  readonly row: unknown;
}

export interface KeysetOptions {
  resource: string;
  /** Rows with this key and below have been read; null for none. */
  after: number | null;
  /** Further parameters, e.g. `modified_date__gte`. */
  where?: Readonly<Record<string, string>>;
}

const pageSize = 1000;

/**
 * The rows of an upstream list behind a key, in the order of their keys, page by page, each row once.
 *
 * A few pages behind the same key are asked for at once. Rows that come or go upstream meanwhile shift those pages against
 * each other: their counts differ then, or they overlap. From there on it asks anew behind the last key it has, so that
 * nothing is missed and nothing stands there twice (docs/adr/0012).
 *
 * @throws Failure `upstream_failed`, also for an upstream that doesn't order or doesn't start behind the key; `upstream_timeout`
 */
export async function* keysetPages(session: OmnitronSession, { resource, after, where = {} }: KeysetOptions): AsyncGenerator<readonly KeyedRow[]> {
  const ask = (key: number | null, pages: number): AskedPage[] =>
    Array.from({ length: pages }, (_, index) => new AskedPage(session.page(resource, { ...where, ...(key !== null && { pk__gt: key }), sort: 'pk', limit: pageSize, page: index + 1 })));

  let last = after;
  let window = ask(last, 1);
  while (window.length > 0) {
    let next: AskedPage[] = [];
    let count: number | undefined;
    if (window.at(-1)?.hasArrived) session.pace.pagesWaited();
    else session.pace.readerWaited();
    for (const [index, { answer }] of window.entries()) {
      const page = await answer;
      const rows = keyed(page?.rows ?? [], resource);
      const isShifted = index > 0 && (page?.count !== count || isNotBehind(rows, last));
      if (isShifted) next = ask(last, 1);
      if (isShifted || !page || rows.length === 0) break;
      if (isNotBehind(rows, last)) throw unusable(`Omnitron does not send the ${resource} behind a key when it is asked to.`);
      count = page.count;
      last = rows.at(-1)?.pk ?? last;
      // Asked for before these rows are worked on, so that the upstream is never left waiting.
      if (index === window.length - 1) next = ask(last, pagesLeft(session, page, index));
      yield rows;
    }
    window = next;
  }
}

/** A page that is on its way. */
class AskedPage {
  hasArrived = false;

  constructor(readonly answer: Promise<UpstreamPage | undefined>) {
    // A page that fails before its turn must not end the process; its turn throws.
    answer.then(() => { this.hasArrived = true; }, () => undefined);
  }
}

/** How many pages to ask for next. A page without a count says nothing of what is behind it but that it wasn't empty. */
function pagesLeft(session: OmnitronSession, { rows, count, hasNext }: UpstreamPage, index: number): number {
  if (count === undefined) return 1;
  if (!hasNext) return 0;
  return Math.min(session.pace.pagesAtOnce, Math.ceil((count - (index + 1) * rows.length) / rows.length) || 1);
}

const isNotBehind = ([first]: readonly KeyedRow[], key: number | null): boolean => key !== null && (first?.pk ?? key) <= key;

function keyed(rows: readonly unknown[], resource: string): KeyedRow[] {
  let last = -Infinity;
  return rows.map((row) => {
    const pk = (row as { pk?: unknown } | null)?.pk;
    if (typeof pk !== 'number' || !Number.isSafeInteger(pk)) throw unusable(`Omnitron sent one of the ${resource} without a key.`);
    if (pk <= last) throw unusable(`Omnitron does not order the ${resource} by their keys when it is asked to.`);
    last = pk;
    return { pk, row };
  });
}
