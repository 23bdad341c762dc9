import { mebibyte } from '@refundry/concurrency';
import { isTooLarge, unusable } from './upstream-failure.js';
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

const maxRows = 1000;
/** Size that answers are kept below by asking for fewer rows: each job holds a few of them. */
const maxBytes = mebibyte;

/**
 * The rows of an upstream list behind a key, in the order of their keys, page by page, each row once.
 *
 * A few pages behind the same key are asked for at once. Rows that come or go upstream meanwhile shift those pages
 * against each other: their counts differ then, they overlap, or one is short. From there on it asks anew behind the
 * last key it has, so that nothing is missed and nothing stands there twice (docs/adr/0012). It ends when it has as
 * many rows as Omnitron says there are. If rows are large, it asks for fewer of them.
 *
 * @throws Failure `upstream_failed`, also for an upstream that doesn't order, doesn't start behind the key, or has
 * fewer rows than it says; `upstream_timeout`
 */
export async function* keysetPages(
  session: OmnitronSession,
  { resource, after, where = {} }: KeysetOptions,
): AsyncGenerator<readonly KeyedRow[]> {
  let size = maxRows;
  const ask = (key: number | null, pages: number): RequestedPage[] => {
    const query = { ...where, ...(key !== null && { pk__gt: key }), sort: 'pk' };
    if (pages === 1) return [new RequestedPage(session.fittingPage(resource, { ...query, page: 1 }, size))];
    const page = (number: number): Promise<UpstreamPage | undefined> =>
      session.page(resource, { ...query, limit: size, page: number }).catch(orTooLarge);
    return Array.from({ length: pages }, (_, index) => new RequestedPage(page(index + 1)));
  };

  let last = after;
  let window = ask(last, 1);
  while (window.length > 0) {
    if (window.at(-1)?.hasArrived) session.concurrency.pagesWaited();
    else session.concurrency.readerWaited();
    let next: RequestedPage[] = [];
    let first: UpstreamPage | undefined;
    let received = 0;
    for (const [index, { answer }] of window.entries()) {
      const page = (await answer) ?? nothing;
      if (page === tooLarge) {
        next = ask(last, 1);
        break;
      }
      const rows = keyed(page.rows, resource);
      first ??= page;
      if (index === 0) size = fittingSize(page, size);
      if (index === 0) refuseContradiction(page, rows, last, resource);
      else if (page.count !== first.count || isNotBehind(rows, last)) next = ask(last, 1);
      if (next.length > 0 || rows.length === 0) break;
      last = rows.at(-1)?.pk ?? last;
      received += rows.length;
      const isShort = rows.length < first.rows.length;
      // Asked for before these rows are worked on, so that the upstream is never left waiting.
      if (isShort || index === window.length - 1) next = ask(last, pagesLeft(session, first, { received, size }));
      yield rows;
      if (isShort) break;
    }
    window = next;
  }
}

const nothing: UpstreamPage = { rows: [], count: undefined, hasNext: false, bytes: 0 };

/** One of several pages that was refused for its size. */
const tooLarge: UpstreamPage = { ...nothing };

/** @throws every other failure */
function orTooLarge(error: unknown): UpstreamPage {
  if (isTooLarge(error)) return tooLarge;
  throw error;
}

/** Number of rows to ask for next, by the size of those of a page. */
function fittingSize({ rows, bytes }: UpstreamPage, size: number): number {
  const fitting = bytes > 0 ? Math.floor((rows.length * maxBytes) / bytes) : maxRows;
  return Math.max(1, Math.min(fitting, 2 * size, maxRows));
}

/** The first page behind a key holds rows behind that key, and is empty only when there are none. */
function refuseContradiction(
  { count = 0 }: UpstreamPage,
  rows: readonly KeyedRow[],
  key: number | null,
  resource: string,
): void {
  if (isNotBehind(rows, key) && rows.length > 0)
    throw unusable(`Omnitron does not send the ${resource} behind a key when it is asked to.`);
  if (rows.length === 0 && count > 0)
    throw unusable(`Omnitron says that there are ${count} more ${resource} and sends none.`);
}

/** A page that is on its way. */
class RequestedPage {
  hasArrived = false;

  constructor(readonly answer: Promise<UpstreamPage | undefined>) {
    // A page that fails before its turn must not end the process; its turn throws.
    answer.then(
      () => {
        this.hasArrived = true;
      },
      () => undefined,
    );
  }
}

/**
 * How many pages to ask for next, by the first page behind a key and the rows received behind it. If no count is given,
 * one more; the empty one is the end.
 */
function pagesLeft(
  session: OmnitronSession,
  { rows, count, hasNext }: UpstreamPage,
  { received, size }: { readonly received: number; readonly size: number },
): number {
  if (count === undefined) return 1;
  if (received === count) return hasNext && received === rows.length ? 1 : 0;
  return Math.max(
    1,
    Math.min(session.concurrency.concurrentPages, Math.ceil((count - received) / Math.min(rows.length, size))),
  );
}

const isNotBehind = ([first]: readonly KeyedRow[], key: number | null): boolean =>
  key !== null && (first?.pk ?? key) <= key;

function keyed(rows: readonly unknown[], resource: string): KeyedRow[] {
  let last = -Infinity;
  return rows.map((row) => {
    const pk = (row as { pk?: unknown } | null)?.pk;
    if (typeof pk !== 'number' || !Number.isSafeInteger(pk))
      throw unusable(`Omnitron sent one of the ${resource} without a key.`);
    if (pk <= last) throw unusable(`Omnitron does not order the ${resource} by their keys when it is asked to.`);
    last = pk;
    return { pk, row };
  });
}
