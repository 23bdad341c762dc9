import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { reasonsPath, type Client } from '../system/client.js';
import { idsOf, ofUpstream, upstreamReasons, type Reason, type ReasonPage } from '../system/reasons.js';
import { SharedSystem } from '../system/shared-system.js';

let system: SharedSystem;
let client: Client;

beforeAll(async () => {
  system = await SharedSystem.withSimulator();
  client = await system.newClient({ scopes: 'oms:read,oms:sync,oms:manage' });
  await system.simulator.setReasons(upstreamReasons(123));
  await client.pull();
});

afterAll(() => system.leave());

describe('pages', () => {
  it.each([
    { size: 1, pages: 123 },
    { size: 10, pages: 13 },
    { size: 100, pages: 2 },
  ])('of $size give every reason once to who walks along `next`', async ({ size, pages }) => {
    const walked: ReasonPage[] = [];
    for (let next: string | null = `?page_size=${size}`; next !== null; next = walked.at(-1)!.next)
      walked.push(await client.page(next));
    expect(walked).toHaveLength(pages);
    expect(new Set(walked.map(({ count }) => count))).toEqual(new Set([123]));
    const ids = walked.flatMap(({ results }) => idsOf(results));
    expect([ids.length, new Set(ids).size]).toEqual([123, 123]);
  });

  it('have links in the order of the parameters’ names, that to page 1 without `page`', async () => {
    const base = `${system.url}${reasonsPath}`;
    const links = async (query: string): Promise<unknown[]> => {
      const { next, previous } = await client.page(query);
      return [next, previous];
    };
    expect(await links('')).toEqual([`${base}?page=2`, null]);
    expect(await links('?page=2')).toEqual([`${base}?page=3`, base]);
    expect(await links('?page=3')).toEqual([`${base}?page=4`, `${base}?page=2`]);
    expect(await links('?utm=x&page=2&page_size=20&is_active=true')).toEqual([
      `${base}?is_active=true&page=3&page_size=20&utm=x`,
      `${base}?is_active=true&page_size=20&utm=x`,
    ]);
    expect(await links('?page=last')).toEqual([null, `${base}?page=12`]);
  });

  it('do not take the host of their links from the request', async () => {
    const answer = await client.get('', {
      host: 'evil.example',
      'x-forwarded-host': 'evil.example',
      'x-forwarded-proto': 'https',
    });
    expect((answer.json as ReasonPage).next).toBe(`${system.url}${reasonsPath}?page=2`);
  });

  it.each(['0', '-5', 'x', '', '1.5'])('have the default size when `page_size` is %p', async (size) => {
    expect((await client.page(`?page_size=${size}`)).results).toHaveLength(10);
  });

  it('hold at most 100 reasons, also by the alias `limit`', async () => {
    for (const query of ['?page_size=1000000', '?limit=101', '?page_size=100'])
      expect((await client.page(query)).results).toHaveLength(100);
    expect((await client.page('?limit=7')).results).toHaveLength(7);
  });

  it.each(['0', '-1', 'abc', '14', '999999999', '99999999999999999999', '1.5'])(
    'are refused when there is no page %p',
    async (page) => {
      const answer = await client.get(`?page=${page}`);
      expect([answer.status, answer.json]).toEqual([404, { detail: 'Invalid page.' }]);
    },
  );

  it('of an account without reasons are one, and it is empty', async () => {
    const empty = await system.newToken(await system.newAccount());
    for (const query of ['', '?page=1', '?page=last'])
      expect(await empty.page(query)).toEqual({ count: 0, next: null, previous: null, results: [] });
    expect((await empty.get('?page=2')).status).toBe(404);
  });
});

describe('filters and order', () => {
  let reasons: Reason[];

  beforeAll(async () => {
    await system.simulator.setReasons(
      upstreamReasons(30).map((reason) => ({
        ...reason,
        order: reason.pk % 5,
        cancellation_type: reason.pk % 3 === 0 ? 'refund' : 'cancel',
        is_active: reason.pk % 10 !== 0,
      })),
    );
    await client.forcePull();
    await system.simulator.changeReason(17, { subject: 'The last that changed' });
    await client.forcePull();
    reasons = (await client.reasons()).filter(({ omnitron_id }) => omnitron_id <= 30);
  });

  const found = async (query: string): Promise<Reason[]> =>
    (await client.reasons(`?page_size=100&omnitron=kept&${query}`)).filter(({ omnitron_id }) => omnitron_id <= 30);
  const matching = (condition: (reason: Reason) => boolean): number[] => idsOf(reasons.filter(condition));

  it('by id compare mathematically, beyond what the column holds too', async () => {
    const { id } = reasons[7]!;
    expect(idsOf(await found(`id__gt=${id}`))).toEqual(matching((reason) => reason.id > id));
    expect(idsOf(await found(`id__gte=${id}&id__lte=${id + 3}`))).toEqual(
      matching((reason) => reason.id >= id && reason.id <= id + 3),
    );
    expect(idsOf(await found(`id__lt=${id}.5`))).toEqual(matching((reason) => reason.id <= id));
    expect(await found('id__gt=99999999999999999999')).toEqual([]);
    expect(await found('id__lt=1e30')).toHaveLength(30);
  });

  it('by the other fields find what is equal', async () => {
    expect(idsOf(await found('cancellation_type=refund'))).toEqual(
      matching((reason) => reason.cancellation_type === 'refund'),
    );
    expect(idsOf(await found('is_active=false'))).toEqual(matching((reason) => !reason.is_active));
    expect(idsOf(await found('is_active=True&cancellation_type=cancel'))).toEqual(
      matching((reason) => reason.is_active && reason.cancellation_type === 'cancel'),
    );
    expect(idsOf(await found('omnitron_id=17'))).toEqual(matching((reason) => reason.omnitron_id === 17));
    expect(await found('cancellation_type=nothing')).toEqual([]);
  });

  it('by date find what changed since, microsecond by microsecond', async () => {
    const { id, modified_date: changed } = ofUpstream(reasons, 17);
    expect(idsOf(await found(`modified_date__gte=${changed}`))).toEqual([id]);
    expect(await found(`modified_date__gt=${changed}`)).toEqual([]);
    expect(idsOf(await found(`modified_date=${changed}`))).toEqual([id]);
    expect(idsOf(await found(`modified_date__gte=${changed.replace('Z', '+00:00')}`))).toEqual([id]);
    expect(await found('modified_date__lt=2020-01-01')).toEqual([]);
    expect(await found('modified_date__gt=0001-01-01T00:00:00%2B14:00')).toHaveLength(30);
  });

  it('that are unknown, empty or an unreadable boolean are ignored; of a repeated one the last counts', async () => {
    for (const query of ['nonsense=1', 'id__gt=&cancellation_type=%20', 'is_active=perhaps', 'id__gt=999999&id__gt=0'])
      expect(await found(query)).toHaveLength(30);
  });

  it('that cannot be read are refused by name', async () => {
    const answer = await client.get('?id__gt=abc&modified_date__lt=yesterday&sort=subject');
    expect([answer.status, answer.json]).toEqual([
      400,
      {
        id__gt: ['Enter a number.'],
        modified_date__lt: ['Enter a valid date/time.'],
        sort: ['Select a valid choice. subject is not one of the available choices.'],
      },
    ]);
  });

  it('put reasons in the order of `ordering` and id, unless told otherwise', async () => {
    const ordered = async (query: string, key: (reason: Reason) => (number | string)[]): Promise<void> => {
      const rows = await found(query);
      expect(idsOf(rows)).toEqual(idsOf(rows.toSorted((one, other) => compare(key(one), key(other)))));
      expect(rows).toHaveLength(30);
    };
    await ordered('', ({ ordering, id }) => [ordering, id]);
    await ordered('sort=', ({ ordering, id }) => [ordering, id]);
    await ordered('sort=,', ({ ordering, id }) => [ordering, id]);
    await ordered('sort=-id', ({ id }) => [-id]);
    await ordered('sort=-ordering,id', ({ ordering, id }) => [-ordering, id]);
    await ordered('sort=modified_date', ({ modified_date, id }) => [modified_date, id]);
  });
});

function compare(one: readonly (number | string)[], other: readonly (number | string)[]): number {
  const at = one.findIndex((value, index) => value !== other[index]);
  if (at < 0) return 0;
  return one[at]! < other[at]! ? -1 : 1;
}
