import { describe, expect, it } from '@jest/globals';
import { JsonText, type ListRequest } from '@refundry/resource';
import { envelope } from './index.js';
import { cursorLink, pageLink } from './page-link.js';

const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString();

const publicUrl = 'https://shop.example/api/v1/oms/items';

interface Envelope {
  count: number;
  next: string | null;
  previous: string | null;
  results: unknown[];
}

const wrap = (
  page: number | 'last',
  size: number,
  count: number,
  query = '',
  results = '{"id":1},{"id":2}',
): Envelope =>
  JSON.parse(text(envelope({ page, size, query, publicUrl }, { count, results: JsonText.from(results) }))) as Envelope;

describe('the envelope of a page', () => {
  it('holds count, links and rows in the order of Django REST framework', () => {
    expect(
      text(
        envelope(
          { page: 1, size: 10, query: '', publicUrl },
          { count: 2, results: JsonText.from('{"id":1},{"id":2}') },
        ),
      ),
    ).toBe('{"count":2,"next":null,"previous":null,"results":[{"id":1},{"id":2}]}');
  });

  it('links the first page to the second only', () => {
    expect(wrap(1, 10, 25)).toMatchObject({ next: `${publicUrl}?page=2`, previous: null });
  });

  it('links a page to both neighbours, to the first without a number', () => {
    expect(wrap(2, 10, 25)).toMatchObject({ next: `${publicUrl}?page=3`, previous: publicUrl });
  });

  it('links the last page to the one before it', () => {
    expect(wrap(3, 10, 25, 'page=3')).toMatchObject({ next: null, previous: `${publicUrl}?page=2` });
    expect(wrap('last', 10, 25, 'page=last')).toMatchObject({ next: null, previous: `${publicUrl}?page=2` });
  });

  it('ends where the rows end exactly', () => {
    expect(wrap(2, 10, 20)).toMatchObject({ next: null });
    expect(wrap(2, 10, 21)).toMatchObject({ next: `${publicUrl}?page=3` });
  });

  it.each([1, 'last'] as const)('has page %p of an empty table', (page) => {
    expect(wrap(page, 10, 0, `page=${page}`, '')).toEqual({ count: 0, next: null, previous: null, results: [] });
  });

  it.each([
    [2, 0],
    [3, 20],
    [999_999_999, 20],
  ])('has no page %p of %p rows', (page, count) => {
    expect(() => wrap(page, 10, count)).toThrow('invalid_page');
  });
});

describe('the envelope of a page of a cursor read', () => {
  const readByCursor = (nextCursor?: string, cursor: ListRequest['cursor'] = 'beginning'): Envelope => {
    const request = { page: 1, cursor, size: 10, query: 'sort=-id&page=3&cursor=*', publicUrl } as const;
    return JSON.parse(
      text(envelope(request, { count: 25, results: JsonText.from('{"id":1}'), ...(nextCursor && { nextCursor }) })),
    ) as Envelope;
  };

  it('links what follows, and nothing that went before', () => {
    const next = `${publicUrl}?cursor=WzI1XQ&sort=-id`;
    expect(readByCursor('WzI1XQ')).toEqual({ count: 25, next, previous: null, results: [{ id: 1 }] });
    expect(readByCursor('WzI1XQ', { count: 25, after: [] })).toMatchObject({ next, previous: null });
  });

  it('ends where nothing follows', () => {
    expect(readByCursor()).toMatchObject({ next: null, previous: null });
  });
});

describe('the link to what follows in a cursor read', () => {
  it.each([
    ['cursor=*', '?cursor=a-_'],
    ['cursor=*&page=2&page_size=5&utm=', '?cursor=a-_&page_size=5&utm='],
    ['cursor=x&sort=id&cursor=y', '?cursor=a-_&sort=id'],
  ])('from %p ends in %p', (query, expected) => {
    expect(cursorLink(publicUrl, query, 'a-_')).toBe(publicUrl + expected);
  });
});

describe('the link to a page', () => {
  it.each([
    ['', 1, ''],
    ['', 2, '?page=2'],
    ['page=2', 1, ''],
    ['page=2', 3, '?page=3'],
    ['page=1&page=2', 3, '?page=3'],
    ['page=last', 4, '?page=4'],
    ['page_size=5&page=2', 1, '?page_size=5'],
    ['sort=id&page=2&is_active=true', 3, '?is_active=true&page=3&sort=id'],
    ['b=2&a=1&b=1', 2, '?a=1&b=2&b=1&page=2'],
    ['colour=red&empty=', 2, '?colour=red&empty=&page=2'],
    ['flag', 2, '?flag=&page=2'],
    ['name=a+b%20c', 2, '?name=a+b+c&page=2'],
    ['name=a%2Bb', 2, '?name=a%2Bb&page=2'],
    ['modified_date__gt=2023-07-04T10:30', 2, '?modified_date__gt=2023-07-04T10%3A30&page=2'],
    ["q=~*-._!'()", 2, '?page=2&q=~%2A-._%21%27%28%29'],
    ['q=%7E%2A%257E', 2, '?page=2&q=~%2A%257E'],
    ['name=%C5%9Eeker', 2, '?name=%C5%9Eeker&page=2'],
    ['name=Şeker', 2, '?name=%C5%9Eeker&page=2'],
    ['name=100%', 2, '?name=100%25&page=2'],
    ['name=%22%3Cscript%3E', 2, '?name=%22%3Cscript%3E&page=2'],
    ['&&a=1&', 2, '?a=1&page=2'],
    ['cursor=', 2, '?cursor=&page=2'],
  ])('from %p to page %p ends in %p', (query, page, expected) => {
    expect(pageLink(publicUrl, query, page)).toBe(publicUrl + expected);
  });

  it('replaces its number in whatever case where case is ignored, and only there', () => {
    expect(pageLink(publicUrl, 'Page=2&Page_size=3', 3, true)).toBe(`${publicUrl}?Page_size=3&page=3`);
    expect(pageLink(publicUrl, 'Page=2&Page_size=3', 1, true)).toBe(`${publicUrl}?Page_size=3`);
    expect(pageLink(publicUrl, 'Page=2', 3)).toBe(`${publicUrl}?Page=2&page=3`);
  });
});
