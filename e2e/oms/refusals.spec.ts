import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { reasonsPath, type Client } from '../system/client.js';
import { send, sendRaw, type Answer } from '../system/http.js';
import { idsOf, upstreamReasons } from '../system/reasons.js';
import { SharedSystem } from '../system/shared-system.js';

let system: SharedSystem;
let client: Client;
/** May read the client's account and nothing else. */
let reader: Client;
let id: number;

beforeAll(async () => {
  system = await SharedSystem.withSimulator();
  client = await system.newClient();
  reader = await system.newToken(client.account, { scopes: 'oms:read' });
  await system.simulator.setReasons(upstreamReasons(12));
  await client.pull();
  id = idsOf(await client.reasons())[0]!;
});

afterAll(() => system.leave());

const doubled = '/api/v1/oms/api/v1/oms/cancellation-reasons/';
const notFound = { detail: 'Not found.' };
const forbidden = { detail: 'You do not have permission to perform this action.' };
const notAllowed = (method: string): object => ({ detail: `Method "${method}" not allowed.` });
const setOf = (header: string | undefined): Set<string> => new Set(header?.split(/, ?/));

/** The status and the body, after checking what every refusal has. */
function refusal(answer: Answer): [number, unknown] {
  expect(answer.headers).toMatchObject({
    'content-type': 'application/json',
    'x-request-id': expect.stringMatching(/^[\w-]{8,}$/),
  });
  return [answer.status, answer.json];
}

describe('a caller without a valid token', () => {
  it.each([
    ['no header', undefined],
    ['an empty header', ''],
    ['another scheme', 'Bearer 1234567890'],
    ['basic authentication', 'Basic dXNlcjpwYXNzd29yZA=='],
    ['Token alone', 'Token'],
    ['Token and spaces', 'Token   '],
    ['a token with spaces', 'Token 1234 5678'],
    ['a token of bad bytes', 'Token \u00ff\u00fe'],
    ['an unknown token', `Token ${'0'.repeat(40)}`],
    ['a token of 4,000 characters', `Token ${'a'.repeat(4000)}`],
  ])('with %s is refused without a word everywhere under the reasons', async (_what, authorization) => {
    for (const path of ['', '1/', 'pull_from_omnitron/', 'abc/'].flatMap((below) => [
      reasonsPath + below,
      doubled + below,
    ])) {
      const answer = await send('GET', system.url + path, {
        headers: { 'content-type': 'application/json', ...(authorization !== undefined && { authorization }) },
      });
      expect([...refusal(answer), answer.headers['www-authenticate'], answer.headers.allow === undefined]).toEqual([
        401,
        {},
        'Token',
        false,
      ]);
    }
  });

  it('whatever the method, is refused before the method is', async () => {
    for (const method of ['GET', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'PROPFIND'])
      expect(refusal(await send(method, system.url + reasonsPath))).toEqual([401, {}]);
  });

  it('by the same key in another case is a stranger, by the same word in another case is not', async () => {
    expect((await client.get('', { authorization: `Token ${client.token.toUpperCase()}` })).status).toBe(
      client.token === client.token.toUpperCase() ? 200 : 401,
    );
    for (const word of ['token', 'TOKEN', 'tOkEn'])
      expect((await client.get('', { authorization: `${word} ${client.token}` })).status).toBe(200);
  });
});

describe('a row that is not there', () => {
  it.each([
    'abc/',
    '999999/',
    '99999999999999999999/',
    '0/',
    '-1/',
    '1.0/',
    '1e0/',
    '%201/',
    '1_0/',
    '%00/',
    '%F0%9F%98%80/',
    '9{1900}/',
  ])('%s is not found', async (spelling) => {
    const key = spelling.replace('9{1900}', '9'.repeat(1900));
    for (const base of [reasonsPath, doubled]) expect(refusal(await client.get(base + key))).toEqual([404, notFound]);
  });

  it.each([
    '/',
    '/api',
    '/api/v1/oms/',
    '/api/v1/oms/nothing/',
    '/api/v1/oms/cancellation-reasons/1/2/',
    '/api/v1/oms/Cancellation-Reasons/',
    '/api/v2/oms/cancellation-reasons/',
    '/favicon.ico',
    '/health',
    '/metrics',
  ])('%s leads nowhere, with and without a token', async (path) => {
    expect(refusal(await client.get(path))).toEqual([404, notFound]);
    expect(refusal(await send('GET', system.url + path))).toEqual([404, notFound]);
  });
});

describe('a path', () => {
  it('with `//` or `;` leads nowhere', async () => {
    for (const path of [
      '//api/v1/oms/cancellation-reasons/',
      '/api//v1/oms/cancellation-reasons/',
      `${reasonsPath}/`,
      `${reasonsPath.slice(0, -1)};a=1/`,
      `${reasonsPath};`,
      `${reasonsPath}${id};/`,
      `${reasonsPath};a=1/${id}/`,
      `${reasonsPath}${id}//`,
      `${reasonsPath}/${id}/`,
    ]) {
      expect([path, ...refusal(await client.get(path))]).toEqual([path, 404, notFound]);
    }
  });

  it('may have both in its query', async () => {
    expect((await client.get('?next=http://shop.example//;a')).status).toBe(200);
  });

  it('with an escaped slash is no path of two parts', async () => {
    for (const path of [`${reasonsPath}${id}%2F`, `${reasonsPath}%2F${id}/`])
      expect([path, ...refusal(await client.get(path))]).toEqual([path, 404, notFound]);
    // It is below `/api/v1/`, where the retail family is.
    expect(refusal(await client.get('/api/v1/oms%2Fcancellation-reasons/'))).toEqual([404, { detail: 'Not found' }]);
  });

  it('with an escape that is none leads nowhere', async () => {
    for (const path of [
      `${reasonsPath}%zz/`,
      `${reasonsPath}%/`,
      '/%zz',
      `${reasonsPath}%C3%28/`,
      `${reasonsPath}%FF/`,
    ])
      expect([path, ...refusal(await client.get(path))]).toEqual([path, 404, notFound]);
  });

  it('with dots is not resolved', async () => {
    for (const path of [
      '/api/v1/oms/x/../cancellation-reasons/',
      `${reasonsPath}../cancellation-reasons/`,
      `${reasonsPath}%2e%2e/cancellation-reasons/`,
    ])
      expect([path, ...refusal(await client.get(path))]).toEqual([path, 404, notFound]);
  });
});

describe('a format', () => {
  it.each(['pdf', 'csv', 'API', 'JSON', 'json '])('%p is not offered', async (format) => {
    expect(refusal(await client.get(`?format=${encodeURIComponent(format)}`))).toEqual([404, notFound]);
  });

  it('that is offered, or empty, is', async () => {
    for (const format of ['json', '']) expect((await client.get(`?format=${format}`)).status).toBe(200);
  });

  it.each(['image/png', 'text/html', 'text/*', 'application/xml, text/csv', 'nonsense', 'application/'])(
    'is not found for `Accept: %s`',
    async (accept) => {
      expect(refusal(await client.get('', { accept }))).toEqual([
        406,
        { detail: 'Could not satisfy the request Accept header.' },
      ]);
    },
  );

  it.each(['*/*', 'application/*', 'application/json', 'text/html, */*;q=0.1', 'image/png, application/json;q=0'])(
    'is found for `Accept: %s`',
    async (accept) => {
      expect((await client.get('', { accept })).status).toBe(200);
    },
  );
});

describe('a method', () => {
  it.each(['PUT', 'PATCH', 'POST', 'DELETE', 'TRACE', 'PROPFIND', 'MKCOL', 'SEARCH', 'LOCK'])(
    '%s is not allowed for the list and for one reason',
    async (method) => {
      for (const path of ['', `${id}/`, doubled]) {
        const answer = await client.request(method, path);
        expect(refusal(answer)).toEqual([405, notAllowed(method)]);
        expect(setOf(answer.headers.allow)).toEqual(new Set(['GET', 'HEAD', 'OPTIONS']));
      }
    },
  );

  it.each(['PUT', 'PATCH', 'DELETE'])('%s is not allowed for a pull', async (method) => {
    const answer = await client.request(method, 'pull_from_omnitron/');
    expect(refusal(answer)).toEqual([405, notAllowed(method)]);
    expect(setOf(answer.headers.allow)).toEqual(new Set(['GET', 'POST', 'HEAD', 'OPTIONS']));
  });
});

describe('a token that may only read', () => {
  it('may not pull, and what it may not is refused before the method', async () => {
    await system.simulator.forgetRequests();
    for (const method of ['GET', 'POST', 'HEAD'])
      expect((await reader.request(method, 'pull_from_omnitron/')).status).toBe(403);
    expect(refusal(await reader.pull())).toEqual([403, forbidden]);
    expect(refusal(await reader.request('DELETE', 'pull_from_omnitron/'))).toEqual([403, forbidden]);
    expect((await system.simulator.requests()).total).toBe(0);
    expect((await reader.get()).status).toBe(200);
  });
});

describe('the order of refusals', () => {
  const wrong = (
    without: { path?: boolean; format?: boolean; accept?: boolean; token?: boolean; method?: boolean } = {},
  ): Promise<Answer> => {
    const path = `${without.path ? reasonsPath : '/api/v1/oms/nothing/'}abc/${without.format ? '' : '?format=pdf'}`;
    return send(without.method ? 'GET' : 'PUT', system.url + path, {
      headers: {
        ...(!without.accept && { accept: 'image/png' }),
        ...(without.token && { authorization: `Token ${client.token}` }),
      },
    });
  };

  it('is route, format, Accept, credential, method, row', async () => {
    expect(refusal(await wrong())).toEqual([404, notFound]);
    expect(refusal(await wrong({ path: true }))).toEqual([404, notFound]);
    expect((await wrong({ path: true, format: true })).status).toBe(406);
    expect((await wrong({ path: true, format: true, accept: true })).status).toBe(401);
    expect((await wrong({ path: true, format: true, accept: true, token: true })).status).toBe(405);
    expect(refusal(await wrong({ path: true, format: true, accept: true, token: true, method: true }))).toEqual([
      404,
      notFound,
    ]);
  });
});

describe('HTTP that is none', () => {
  const request = (line: string, ...headers: string[]): Promise<Answer> => {
    const { host } = new URL(system.url);
    return sendRaw(
      system.url,
      `${[line, `Host: ${host}`, `Authorization: Token ${client.token}`, 'Connection: close', ...headers].join(
        '\r\n',
      )}\r\n\r\n`,
    );
  };

  it.each([
    ['a header without a name', `GET ${reasonsPath} HTTP/1.1`, ': value'],
    ['a header with a space in its name', `GET ${reasonsPath} HTTP/1.1`, 'Bad Header: value'],
    ['a NUL in a header', `GET ${reasonsPath} HTTP/1.1`, 'X-Bad: a\0b'],
    ['a NUL in the path', `GET ${reasonsPath}\0/ HTTP/1.1`],
    ['a byte beyond ASCII in the path', `GET ${reasonsPath}?\u00ff HTTP/1.1`],
    ['a space in the path', `GET ${reasonsPath} / HTTP/1.1`],
    ['two lengths', `GET ${reasonsPath} HTTP/1.1`, 'Content-Length: 1', 'Content-Length: 2'],
    ['a length and chunks', `POST ${reasonsPath} HTTP/1.1`, 'Content-Length: 5', 'Transfer-Encoding: chunked'],
    ['a method nobody knows', `BREW ${reasonsPath} HTTP/1.1`],
    ['no HTTP at all', 'hello'],
  ])('such as %s is refused as JSON', async (_what, ...lines) => {
    const [status, body] = refusal(await request(...(lines as [string, ...string[]])));
    expect([status, body]).toEqual([400, { detail: expect.stringMatching(/./) }]);
  });

  it('such as 100 kB of headers is refused as JSON', async () => {
    const [status, body] = refusal(await request(`GET ${reasonsPath} HTTP/1.1`, `X-Long: ${'a'.repeat(100_000)}`));
    expect([status, body]).toEqual([431, { detail: expect.stringMatching(/./) }]);
  });

  it('does not stop others from being answered', async () => {
    const answers = await Promise.all([request('hello'), client.get(), request('hello'), client.get()]);
    expect(answers.map(({ status }) => status)).toEqual([400, 200, 400, 200]);
  });

  it('is not what a request with a whole URL is', async () => {
    expect((await request(`GET ${system.url}${reasonsPath} HTTP/1.1`)).status).toBe(200);
  });
});

describe('whatever is asked', () => {
  const character = fc.constantFrom(
    '%2F',
    '%00',
    '%C3%BC',
    '%zz',
    ...Array.from('abz019%/?&=+.~*\'()-_,;:@!$[]{}|^`"<>\\#'),
  );
  const junk = fc.array(character, { maxLength: 30 }).map((characters) => characters.join(''));
  const names = [
    'page',
    'page_size',
    'limit',
    'sort',
    'format',
    'id__gt',
    'id__lte',
    'id',
    'cancellation_type',
    'is_active',
    'omnitron_id',
    'modified_date',
    'modified_date__gte',
    'force',
    '',
  ];
  const values = fc.oneof(
    junk,
    fc.integer().map(String),
    fc.double().map(String),
    fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
    fc.string({ unit: 'binary' }).map(escaped),
    fc.constantFrom(
      'last',
      '-id,ordering',
      ',',
      '1e999',
      '9'.repeat(400),
      '0001-01-01T00:00:00+14:00',
      '9999-12-31T23:59:59-14:00',
      '%ED%A0%80',
      '%00',
    ),
  );
  const query = fc
    .array(fc.tuple(fc.oneof(fc.constantFrom(...names), junk), values), { maxLength: 5 })
    .map((parameters) => parameters.map(([name, value]) => `${name}=${value}`).join('&'));
  const below = fc.oneof(
    junk,
    fc.constantFrom('', '1/', 'pull_from_omnitron'),
    fc.string({ unit: 'binary' }).map(escaped),
  );
  const method = fc.constantFrom('GET', 'HEAD', 'OPTIONS', 'POST', 'PUT', 'PATCH', 'DELETE', 'PROPFIND');

  it('in the query of the list, is answered by JSON and by no fault of ours', async () => {
    await fc.assert(
      fc.asyncProperty(query, async (text) => {
        answersDecently(await client.get(`?${text}`));
      }),
      { seed: 20260701, numRuns: 500 },
    );
  });

  it('by any method and at any path, is answered by JSON and by no fault of ours', async () => {
    await fc.assert(
      fc.asyncProperty(
        method,
        fc.constantFrom(reasonsPath, doubled, '/api/v1/oms/', '/'),
        below,
        query,
        async (name, base, rest, text) => {
          const answer = await client.request(name, `${base}${rest}?${text}`);
          if (name === 'HEAD') expect(answer.status).toBeLessThan(500);
          else answersDecently(answer);
        },
      ),
      { seed: 20260701, numRuns: 500 },
    );
  });

  function answersDecently({ status, headers, json }: Answer): void {
    expect(status).toBeLessThan(500);
    expect(status).not.toBe(301);
    expect(headers['content-type']).toBe('application/json');
    expect(typeof json).toBe('object');
  }
});

/** Lone surrogates have no escape. */
function escaped(text: string): string {
  return encodeURIComponent(text.toWellFormed());
}
