import { describe, expect, it } from '@jest/globals';
import { MinLength } from 'class-validator';
import {
  BooleanField,
  DateTimeField,
  DecimalField,
  IntegerField,
  JsonField,
  ListField,
  resource,
  StringField,
  TextsField,
} from '@refundry/resource';
import fc from 'fast-check';
import { dialects } from '../families/dialects.js';
import { mountsOf } from '../mounts/mount.js';
import { renderPage } from './page.js';
import { maxShown, type PageView } from './shown.js';

class Line {
  @StringField({ label: 'Product', maxLength: 150 }) product!: string;
  @DecimalField({ label: 'Price', maxDigits: 19, decimalPlaces: 4 }) price!: string;
}

class Parcel {
  @IntegerField({ label: 'ID', readOnly: true }) id!: number;
  @StringField({ label: 'Number', maxLength: 20 }) @MinLength(3) number!: string;
  @StringField({ label: 'Alias', sameAs: 'number' }) alias!: string;
  @StringField({ label: '<b>Note</b>', required: false, allowNull: true }) note?: string | null;
  @IntegerField({ label: 'Weight', minValue: 0, maxValue: 70 }) weight!: number;
  @BooleanField({ label: 'Fragile', required: false }) fragile?: boolean;
  @DateTimeField({ label: 'Sent' }) sent!: string;
  @JsonField({ label: 'Extra', required: false }) extra?: unknown;
  @ListField({ label: 'Lines', of: Line }) lines!: readonly Line[];
}

class Numbers {
  @TextsField({ label: 'Numbers', atMost: 10 }) numbers!: readonly string[];
}

const parcels = resource({ family: 'retail', path: 'parcels', of: Parcel, title: 'Parcel' });
const orders = resource({ family: 'oms', path: 'order-items', of: Parcel });
const [scope, formats] = ['read', ['json', 'api'] as const];
const mounts = mountsOf(
  [
    parcels.list({
      scope,
      formats,
      order: ['id'],
      filters: {
        number: ['exact'],
        weight: ['gte'],
        sent: { from: 'sent_from', through: 'sent_to' },
        fragile: ['exact'],
      },
      itemFilters: { lines: ['product'] },
      sort: ['id', 'sent'],
    }),
    parcels.create({ scope, formats, atMost: 10, output: Parcel }),
    parcels.removeMany({ scope, formats, input: Numbers }),
    parcels.detail({ scope, formats }),
    parcels.replace({ scope, formats }),
    parcels.update({ scope, formats }),
    parcels.remove({ scope, formats }),
    parcels.part('lines', { scope, formats, of: Line }),
    orders.list({ scope, formats: ['json', 'csv'], order: ['id'] }),
  ],
  dialects,
);

const publicBase = 'https://api.example.com';
const row = {
  id: 7,
  number: 'A-7',
  note: 'two\nlines',
  weight: 3,
  fragile: true,
  sent: '2026-01-31T15:39:00.123456Z',
  extra: { amount: 1 },
  lines: [{ product: 'p', price: '12345678901234.5678' }],
};

/** The page of an answer of 200 to a GET, but for what is said. */
function page(
  path: string,
  {
    body = {},
    text = JSON.stringify(body),
    ...shown
  }: Partial<Omit<PageView, 'mount' | 'body'>> & { body?: unknown; text?: string } = {},
): string {
  const mount = mounts.find((candidate) => candidate.path === path);
  if (!mount) throw new Error(path);
  return renderPage({
    mount,
    method: 'GET',
    target: `${path}/`,
    keys: {},
    publicBase,
    status: 200,
    headers: mount.headers,
    body: Buffer.from(text),
    ...shown,
  });
}

const list = (query = '', envelope: object = {}): string =>
  page('/api/v1/parcels', {
    target: `/api/v1/parcels/${query}`,
    body: { count: 0, next: null, previous: null, results: [], ...envelope },
  });
const detail = (shown: Parameters<typeof page>[1] = {}): string =>
  page('/api/v1/parcels/:key', { target: '/api/v1/parcels/A-7/', keys: { key: 'A-7' }, body: row, ...shown });

/** Every tag of a page, without the values of its attributes. */
const skeleton = (markup: string): string[] =>
  (markup.match(/<[^>]*>/g) ?? []).map((tag) => tag.replace(/"[^"]*"/g, '""'));

describe('a page', () => {
  it('never shows data as markup, whatever it is and wherever it stands', () => {
    const hostile = fc.oneof(
      fc.string(),
      fc.constantFrom(
        '<script>alert(1)</script>',
        '"><img src=x onerror=alert(1)>',
        "'-alert(1)-'",
        '</code></pre>',
        '&lt;',
        '<!--',
        ']]>',
        'javascript:alert(1)',
      ),
    );
    const shown = (text: string, value: string) => ({
      target: `/api/v1/parcels/?${encodeURIComponent(text)}=${encodeURIComponent(text)}`,
      keys: { key: text },
      headers: { 'x-anything': text },
      body: {
        ...row,
        count: 1,
        next: null,
        previous: null,
        results: [],
        number: value,
        note: value,
        extra: { [`-${text}`]: text },
        lines: [{ product: value, price: value }],
      },
    });
    fc.assert(
      fc.property(
        hostile.map((text) => `<${text}`),
        (text) => {
          // A line break makes another control of a field; what the field holds is the question here.
          const value = text.replace(/[\r\n]/g, ' ');
          for (const path of ['/api/v1/parcels/:key', '/api/v1/parcels'])
            expect(skeleton(page(path, shown(text, value)))).toEqual(
              skeleton(page(path, shown('harmless', 'harmless'))),
            );
        },
      ),
      { seed: 21, numRuns: 200 },
    );
  });

  it('escapes what a contract says too', () => {
    expect(detail()).toContain('&lt;b&gt;Note&lt;/b&gt;');
    expect(detail()).not.toContain('<b>Note</b>');
  });

  it('has nothing inline that a policy would have to allow', () => {
    expect(detail()).not.toMatch(/<style|<script(?! type="module" src=)|\sstyle=|\son[a-z]+=/);
  });

  it('links our addresses only, to pages, on the host of the browser', () => {
    const markup = detail({
      body: {
        a: 'https://api.example.com/api/v1/parcels/B/',
        b: 'https://api.example.com.evil.example/',
        c: 'javascript:alert(1)',
        d: 'see https://api.example.com/api/',
      },
    });
    const inJson = [...markup.matchAll(/<a class="string" href="([^"]*)"/g)].map(([, href]) => href);
    expect(inJson).toEqual(['/api/v1/parcels/B/']);
  });

  const linksIn = (text: string, base = publicBase): (string | undefined)[] =>
    [...detail({ publicBase: base, body: { text } }).matchAll(/<a class="string" href="([^"]*)"/g)].map(
      ([, href]) => href,
    );

  it.each([
    '/\t/evil.example/login',
    '/\n/evil.example',
    '/\\evil.example',
    '//evil.example',
    '/x/..//evil.example',
    '/./\t/evil.example',
    '/%2e%2e//evil.example',
    '\t//evil.example',
    '@evil.example/',
    ':443@evil.example/',
    '.evil.example/',
    '\u3002evil.example/',
    ':444/api/',
    '',
    '\\@evil.example/',
  ])('links nothing that a browser reads as another address: our own with %j behind', (end) => {
    for (const base of ['https://api.example.com', 'https://api.example.com/refundry']) {
      for (const href of linksIn(base + end, base))
        expect(new URL(href ?? '', 'https://api.example.com/x').href).toMatch(/^https:\/\/api\.example\.com\/(?!\/)/);
    }
  });

  it.each(['/\t/evil.example/login', '//evil.example', '/x/..//evil.example'])(
    'links nothing whose path is another host: %j',
    (end) => {
      expect(linksIn(publicBase + end)).toEqual([]);
    },
  );

  it.each([
    'http://api.example.com/api/',
    'https://user@api.example.com/api/',
    'https://:x@api.example.com/api/',
    'javascript:https://api.example.com/',
    'blob:https://api.example.com/x',
    'data:text/html,https://api.example.com/',
    '//api.example.com/api/',
    '/api/',
    'https:api/v1/',
    'https://xn--api-example-com/',
    'filesystem:https://api.example.com/x',
    'ws://api.example.com/',
  ])('links no address that is not of our origin, with its own scheme: %s', (text) => {
    expect(linksIn(text)).toEqual([]);
  });

  it.each([
    ['HTTPS://API.Example.COM:443/api/v1/parcels/B/', '/api/v1/parcels/B/'],
    ['https://api.example.com/api/x/../v1/?a=b?c&d#e', '/api/v1/?a=b%3Fc&amp;d='],
    ['https://api.example.com/\tapi/"><x>', '/api/%22%3E%3Cx%3E'],
    ['https://\uff41pi.example.com/api/', '/api/'],
  ])('links ours as a browser reads it: %s', (text, href) => {
    expect(linksIn(text)).toEqual([href]);
  });

  it('links nothing outside the prefix of a public address', () => {
    const base = 'https://example.com/refundry';
    expect(
      [
        '/refundry/api/',
        '/other/api/',
        '/refundryapi/',
        '/refundry/../other/',
        '/refundry',
        '/refundry//evil.example',
      ].map((path) => linksIn(`https://example.com${path}`, base)),
    ).toEqual([['/refundry/api/'], [], [], [], [], []]);
  });

  it('keeps to the prefix of a public address that has one', () => {
    const markup = detail({
      publicBase: 'https://example.com/refundry',
      body: { a: 'https://example.com/refundry/api/v1/parcels/B/' },
    });
    expect(markup).toContain('href="/refundry/api/v1/parcels/B/"');
    expect(markup).toMatch(/src="\/refundry\/api\/assets\/[\w-]+\/page\.js"/);
  });

  it('shows the beginning of what is too large, and how to get the rest', () => {
    const results = Array.from({ length: 10_000 }, () => ({ text: 'ü'.repeat(50) }));
    const markup = list('?page_size=10000', {
      count: 25_000,
      next: `${publicBase}/api/v1/parcels/?page=2&page_size=10000`,
      results,
    });
    expect(markup.length).toBeLessThan(2 * maxShown);
    expect(markup).toContain('larger than 128 KiB');
    expect(markup).toContain('href="/api/v1/parcels/?page_size=10000&amp;format=json"');
    expect(markup).toContain('<a href="/api/v1/parcels/?page=2&amp;page_size=10000">Next</a>');
    expect(markup).not.toContain('\uFFFD');
  });

  it('asks who is there where nobody is signed in, and offers nothing else', () => {
    const markup = detail({ status: 401, body: { detail: 'Authentication credentials were not provided.' } });
    expect(markup).toContain('data-token-url="/api/o/token/"');
    expect(markup).not.toContain('data-method');
    const oms = page('/api/v1/oms/order-items', { status: 401 });
    expect(oms).toContain('data-scheme="Token"');
    expect(oms).not.toContain('password"><');
  });

  it('says where one is', () => {
    const markup = page('/api/v1/parcels/:within/lines/:key', { keys: { within: 'A/7 ~', key: '4' } });
    expect(markup).toContain('<li><a href="/api/v1/parcels/">Parcel List</a></li>');
    expect(markup).toContain('<li><a href="/api/v1/parcels/A%2F7%20~/">A/7 ~</a></li>');
    expect(markup).toContain('<h1 tabindex="-1">Parcel Instance</h1>');
    expect(page('/api/v1/oms/order-items', { body: { count: 0, next: null, previous: null, results: [] } })).toContain(
      '<h1 tabindex="-1">Order items</h1>',
    );
  });
});

describe('the pages of a list', () => {
  const pages = (markup: string): string[] =>
    [
      ...(/<nav class="pages".*?<\/nav>/s.exec(markup)?.[0] ?? '').matchAll(/<a href="([^"]*)">(\w+)<|<b>([^<]*)</g),
    ].map(([, href, name, rows]) => rows ?? `${name}: ${href}`);
  const link = (query: string): string => `${publicBase}/api/v1/parcels/${query}`;

  it('are linked in all directions', () => {
    expect(
      pages(
        list('?note=x&page=2', {
          count: 25,
          next: link('?note=x&page=3'),
          previous: link('?note=x'),
          results: Array(10).fill(0),
        }),
      ),
    ).toEqual([
      '11–20 of 25 rows',
      'First: /api/v1/parcels/?note=x',
      'Previous: /api/v1/parcels/?note=x',
      'Next: /api/v1/parcels/?note=x&amp;page=3',
      'Last: /api/v1/parcels/?note=x&amp;page=last',
    ]);
  });

  it('keep the format that was asked for behind the path', () => {
    const listPath = '/api/v1/parcels.api';
    const markup = page('/api/v1/parcels', {
      target: `${listPath}?page=2`,
      listPath,
      body: {
        count: 25,
        next: `${publicBase}${listPath}?page=3`,
        previous: `${publicBase}${listPath}`,
        results: Array(10).fill(0),
      },
    });
    expect(pages(markup)).toEqual([
      '11–20 of 25 rows',
      `First: ${listPath}`,
      `Previous: ${listPath}`,
      `Next: ${listPath}?page=3`,
      `Last: ${listPath}?page=last`,
    ]);
    expect(markup).toContain(`<form id="filters" class="card filters" method="get" action="${listPath}">`);
    expect(markup).toContain('href="/api/v1/parcels/?page=2&amp;format=json"');
  });

  it.each([
    ['', { count: 0 }, ['0 rows']],
    ['', { count: 1, results: [0] }, ['1–1 of 1 row']],
    [
      '?Page=LAST',
      { count: 25, previous: link('?page=2'), results: [0, 0, 0, 0, 0] },
      ['21–25 of 25 rows', 'First: /api/v1/parcels/', 'Previous: /api/v1/parcels/?page=2'],
    ],
  ])('say which rows are shown: %s %p', (query, envelope, expected) => {
    expect(pages(list(query, envelope))).toEqual(expected);
  });

  it('stay pages in a family whose browsers are shown JSON', () => {
    const markup = page('/api/v1/oms/order-items', {
      target: '/api/v1/oms/order-items/?format=api',
      body: { count: 11, next: `${publicBase}/api/v1/oms/order-items/?format=api&page=2`, previous: null, results: [] },
    });
    expect(pages(markup)).toEqual([
      '11 rows',
      'Next: /api/v1/oms/order-items/?format=api&amp;page=2',
      'Last: /api/v1/oms/order-items/?format=api&amp;page=last',
    ]);
    expect(markup).toContain('<input type="hidden" name="format" value="api">');
  });
});

describe('the filters of a list', () => {
  it('are those of the contract, with what was asked for', () => {
    const markup = list('?NUMBER=%3Cb%3E&weight__gte=1e9&other=kept&page=3&cursor=x&ordering=-sent');
    const names = [...(/<form id="filters".*?<\/form>/s.exec(markup)?.[0] ?? '').matchAll(/ name="([^"]*)"/g)].map(
      ([, name]) => name,
    );
    expect(names).toEqual([
      'other',
      'number',
      'weight__gte',
      'sent_from',
      'sent_to',
      'fragile',
      'product',
      'ordering',
      'page_size',
    ]);
    expect(markup).toContain('name="number" value="&lt;b&gt;"');
    expect(markup).toContain('name="weight__gte" value="1e9"');
    expect(markup).toContain('<option value="-sent" selected>Sent, falling</option>');
  });
});

describe('the forms of what can be written', () => {
  const fields = (markup: string): string[] =>
    [...markup.matchAll(/data-field="([^"]*)" data-kind="([^"]*)"(?: data-empty="([^"]*)")?/g)].map((match) =>
      match.slice(1).join(' ').trim(),
    );
  const formOf = (markup: string, methods: string): string =>
    new RegExp(`<section class="card write" aria-label="${methods}">.*?</section>`, 's').exec(markup)?.[0] ?? '';

  it('have a control for every field, by its kind, and none for what nobody writes', () => {
    const markup = formOf(list(), 'POST').replace(/<template>.*<\/template>/s, '');
    expect(fields(markup)).toEqual([
      'number text blank',
      'note text null',
      'weight integer blank',
      'fragile boolean nothing',
      'sent text blank',
      'extra json nothing',
      'lines items',
      'product text blank',
      'price text blank',
    ]);
    expect(markup).toContain('<input type="text" value="" required minlength="3" maxlength="20">');
    expect(markup).toContain('<input type="number" value="" required min="0" max="70">');
    expect(markup).toContain('<input type="datetime-local" value="" required step="1">');
    expect(markup).toContain('<input type="text" value="" required inputmode="decimal">');
  });

  it('hold the row that can be put back, exactly', () => {
    const markup = formOf(
      detail({ text: JSON.stringify(row).replace('"amount":1', '"amount":12345678901234567890.50') }),
      'PUT, PATCH',
    );
    expect(markup).toContain('value="2026-01-31T15:39:00.123456Z"');
    expect(markup).toContain('value="12345678901234.5678"');
    expect(markup).toContain('\ntwo\nlines</textarea>');
    expect(markup).toContain('\n{&quot;amount&quot;:12345678901234567890.5}</textarea>');
    expect(markup).not.toContain('&quot;id&quot;');
    expect([...markup.matchAll(/data-method="(\w+)"/g)].map(([, method]) => method)).toEqual([
      'PUT',
      'PATCH',
      'PUT',
      'PATCH',
    ]);
  });

  it('begin with an example where there is no row', () => {
    expect(formOf(list(), 'POST')).toContain(
      '&quot;number&quot;: &quot;number&quot;,\n    &quot;weight&quot;: 1,\n' +
        '    &quot;sent&quot;: &quot;2026-01-31T15:39:00Z&quot;,\n    &quot;lines&quot;: [\n',
    );
    expect(formOf(list(), 'DELETE')).toContain('placeholder="one on a line"');
  });

  it('are there for a row that was not found, and for what was refused', () => {
    for (const status of [400, 403, 404])
      expect(formOf(detail({ status, body: { detail: 'Not found' } }), 'PUT, PATCH')).toContain('data-send="fields"');
  });
});
