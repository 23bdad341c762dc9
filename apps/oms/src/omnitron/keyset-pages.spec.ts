import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { mebibyte } from '@refundry/concurrency';
import { keysetPages } from './keyset-pages.js';
import { OmnitronSession } from './omnitron-session.js';
import { AdaptiveConcurrency } from './adaptive-concurrency.js';
import { upstreamError } from './upstream-failure.js';
import type { UpstreamPage } from './upstream-page.js';

interface Row {
  readonly pk: number;
}

type Query = Readonly<Record<string, string | number>>;
/** The changes that a fault makes to a right answer. */
type Trouble = (page: UpstreamPage, query: Query) => UpstreamPage | undefined;

/** The largest page of this Omnitron, whatever is asked for. */
const maxPage = 3;

const rightPage = (rows: readonly Row[], query: Query, hasCount: boolean): UpstreamPage => {
  const behind = rows.filter(({ pk }) => query.pk__gt === undefined || pk > Number(query.pk__gt));
  const start = (Number(query.page) - 1) * maxPage;
  return {
    rows: behind.slice(start, start + maxPage),
    count: hasCount ? behind.length : undefined,
    hasNext: hasCount ? start + maxPage < behind.length : undefined,
    bytes: 100,
  };
};

/** An Omnitron with these rows. */
function omnitron(
  rows: readonly Row[],
  { trouble = (page) => page, hasCount = true }: { trouble?: Trouble; hasCount?: boolean } = {},
): OmnitronSession {
  const page = (_resource: string, query: Query): Promise<UpstreamPage | undefined> =>
    Promise.resolve(trouble(rightPage(rows, query, hasCount), query));
  return sessionOf(page);
}

const sessionOf = (page: OmnitronSession['page']): OmnitronSession =>
  Object.assign(Object.create(OmnitronSession.prototype) as OmnitronSession, {
    page,
    concurrency: new AdaptiveConcurrency(),
  });

/**
 * An Omnitron that sends as many rows as it is asked for, each of a size of its own, in bytes; more than `maxBytes` are
 * no answer.
 */
function omnitronOfLargeRows(rows: readonly (Row & { readonly bytes: number })[], maxBytes: number): OmnitronSession {
  return sessionOf((_resource, { page, limit, pk__gt: key = -Infinity }) => {
    const behind = rows.filter(({ pk }) => pk > Number(key));
    const sent = behind.slice((Number(page) - 1) * Number(limit)).slice(0, Number(limit));
    const bytes = sent.reduce((sum, row) => sum + row.bytes, 0);
    if (bytes > maxBytes)
      return Promise.reject(
        upstreamError(Object.assign(new Error(), { code: 'UND_ERR_RES_EXCEEDED_MAX_SIZE' })).failure,
      );
    return Promise.resolve({ rows: sent, count: behind.length, hasNext: sent.length < behind.length, bytes });
  });
}

async function keysOf(session: OmnitronSession, after: number | null = null): Promise<number[]> {
  const keys: number[] = [];
  for await (const page of keysetPages(session, { resource: 'districts', after }))
    keys.push(...page.map(({ pk }) => pk));
  return keys;
}

const list = fc
  .uniqueArray(fc.integer({ min: -50, max: 50 }), { maxLength: 40 })
  .map((keys) => keys.toSorted((one, other) => one - other).map((pk) => ({ pk })));

/** The faults of pages after the first: they shrink, overlap, lose rows, vanish, or state another count. */
const troubles: readonly Trouble[] = [
  (page) => ({ ...page, rows: page.rows.slice(0, -1) }),
  (page) => ({ ...page, rows: [] }),
  () => undefined,
  (page) => ({ ...page, rows: [{ pk: -1000 }, ...page.rows] }),
  (page) => ({ ...page, count: (page.count ?? 0) - 1, rows: page.rows.slice(1) }),
  (page) => ({ ...page, hasNext: !page.hasNext }),
];

describe('the pages behind a key', () => {
  it('hold every row once and in order, whatever happens to those that are not the first', async () => {
    await fc.assert(
      fc.asyncProperty(
        list,
        fc.boolean(),
        fc.option(fc.integer({ min: -60, max: 60 })),
        fc.infiniteStream(fc.integer({ min: -5, max: troubles.length - 1 })),
        async (rows, hasCount, after, fate) => {
          const trouble: Trouble = (page, query) =>
            Number(query.page) === 1 || !hasCount
              ? page
              : (troubles[fate.next().value as number]?.(page, query) ?? (page.rows.length > 0 ? page : undefined));
          expect(await keysOf(omnitron(rows, { trouble, hasCount }), after)).toEqual(
            rows.map(({ pk }) => pk).filter((pk) => after === null || pk > after),
          );
        },
      ),
      { numRuns: 1000 },
    );
  });

  it('hold every row once and in order, however large the rows are', async () => {
    const row = fc.record({
      pk: fc.integer({ min: 1, max: 5000 }),
      bytes: fc.oneof(fc.constant(300), fc.integer({ min: 1, max: 16 * mebibyte })),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(row, { selector: ({ pk }) => pk, maxLength: 60 }),
        fc.nat(3000),
        async (large, small) => {
          const rows = [
            ...large,
            ...Array.from({ length: small }, (_, index) => ({ pk: 10_000 + index, bytes: 300 })),
          ].toSorted((one, other) => one.pk - other.pk);
          expect(await keysOf(omnitronOfLargeRows(rows, 16 * mebibyte))).toEqual(rows.map(({ pk }) => pk));
        },
      ),
      { numRuns: 200 },
    );
  });

  it('hold a mebibyte at the most once their rows are known to be large', async () => {
    const rows = Array.from({ length: 500 }, (_, index) => ({ pk: index, bytes: 100 * 1024 }));
    const lengths: number[] = [];
    for await (const page of keysetPages(omnitronOfLargeRows(rows, 16 * 1024 * 1024), {
      resource: 'channels',
      after: null,
    }))
      lengths.push(page.length);
    expect(lengths[0]).toBe(100);
    expect(Math.max(...lengths.slice(1))).toBe(10);
  });

  it('are refused where a single row is too large', async () => {
    await expect(
      keysOf(
        omnitronOfLargeRows(
          [
            { pk: 1, bytes: 1 },
            { pk: 2, bytes: 17 },
          ],
          16,
        ),
      ),
    ).rejects.toMatchObject({ code: 'upstream_failed', detail: 'Omnitron sent an answer that is too large.' });
  });

  const five = [1, 2, 3, 4, 5].map((pk) => ({ pk }));

  it('are all asked for, though the first says that nothing follows it', async () => {
    expect(await keysOf(omnitron(five, { trouble: (page) => ({ ...page, hasNext: false }) }))).toEqual([1, 2, 3, 4, 5]);
  });

  it.each<[string, Trouble]>([
    ['says that there are rows and sends none', (page) => ({ ...page, rows: [] })],
    ['ignores the key', (_page, query) => rightPage(five, { page: query.page ?? 1 }, true)],
    ['ignores the order', (page) => ({ ...page, rows: page.rows.toReversed() })],
    ['sends rows without a key', (page) => ({ ...page, rows: [{ name: 'Bebek' }, ...page.rows] })],
    ['sends something else than rows', (page) => ({ ...page, rows: ['Bebek', ...page.rows] })],
  ])('are refused from an Omnitron that %s', async (_what, trouble) => {
    await expect(keysOf(omnitron(five, { trouble }), 2)).rejects.toMatchObject({ code: 'upstream_failed' });
  });
});
