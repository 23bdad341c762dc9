import { brotliCompressSync, constants, deflateSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { send, sendAndShutDown, type Answer } from '../system/http.js';
import { postedLine, postedRefund, refundsPath, type Refund } from '../system/refunds.js';
import { retailPath, type RetailClient } from '../system/retail-client.js';
import { SharedSystem } from '../system/shared-system.js';

type Headers = Readonly<Record<string, string>>;

const mebibyte = 1024 * 1024;
const limit = 16 * mebibyte;
const form = 'application/x-www-form-urlencoded';

let system: SharedSystem;
let client: RetailClient;
let credentials: Headers;

beforeAll(async () => {
  system = await SharedSystem.join();
  client = await system.newRetailClient();
  const owner = ['--account', client.account];
  const [application, user] = await Promise.all([
    system.command<{ client_id: string; client_secret: string }>('oauth-client', 'create', ...owner, '--name', 'ERP 2'),
    system.command<{ password: string }>('oauth-user', 'create', ...owner, '--username', 'erp-2'),
  ]);
  credentials = {
    grant_type: 'password',
    client_id: application.client_id,
    client_secret: application.client_secret,
    username: 'erp-2',
    password: user.password,
  };
});

afterAll(() => system.leave());

/** A request as it stands over RPC. */
function written(body: string | Uint8Array, headers: Headers, version = '1.1'): Buffer {
  const bytes = Buffer.from(body as string);
  const all = {
    host: 'a',
    authorization: `Bearer ${client.token}`,
    'content-length': String(bytes.length),
    ...headers,
  };
  const lines = Object.entries(all)
    .filter(([, value]) => value !== '')
    .map(([name, value]) => `${name}: ${value}`);
  return Buffer.concat([
    Buffer.from(`POST ${retailPath}${refundsPath} HTTP/${version}\r\n${lines.join('\r\n')}\r\n\r\n`),
    bytes,
  ]);
}

const json = { 'content-type': 'application/json' };
const cyrillic = (text: string): Buffer =>
  Buffer.from(
    Array.from(text, (character) => (character > '\x7f' ? character.charCodeAt(0) - 0x350 : character.charCodeAt(0))),
  );
const percentEncoded = (text: string): string =>
  cyrillic(text)
    .toString('latin1')
    .replace(/[^\w.]/g, (byte) => `%${byte.charCodeAt(0).toString(16).padStart(2, '0')}`);
function chunked(body: string | Uint8Array): Buffer {
  const bytes = Buffer.from(body as string);
  const chunk = (at: number): Buffer =>
    Buffer.concat([
      Buffer.from(`${Math.min(50, bytes.length - at).toString(16)}\r\n`),
      bytes.subarray(at, at + 50),
      Buffer.from('\r\n'),
    ]);
  return Buffer.concat([
    ...Array.from({ length: Math.ceil(bytes.length / 50) }, (_, index) => chunk(index * 50)),
    Buffer.from('0\r\n\r\n'),
  ]);
}

function fields(documentId: string): [string, string][] {
  const { products, ...refund } = postedRefund(documentId) as { products: [object] };
  return [
    ...Object.entries<string>(refund),
    ...Object.entries(products[0]).map(([name, value]): [string, string] => [`products[0]${name}`, String(value)]),
  ];
}
const urlEncoded = (documentId: string): string =>
  fields(documentId)
    .map(([name, value]) => `${name}=${percentEncoded(value)}`)
    .join('&');
const multipart = (documentId: string): string =>
  `${fields(documentId)
    .map(([name, value]) => `--b\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`)
    .join('')}--b--\r\n`;

const documents = async (documentId: string): Promise<Refund[]> =>
  (await client.rows<Refund>(`${refundsPath}?page_size=10000`)).filter(({ document_id: id }) => id === documentId);

describe('a batch', () => {
  const ways: [way: string, request: (documentId: string) => Buffer][] = [
    ['with the end of input behind it', (id) => written(JSON.stringify(postedRefund(id)), json)],
    ['by HTTP/1.0', (id) => written(JSON.stringify(postedRefund(id)), json, '1.0')],
    ['in gzip', (id) => written(gzipSync(JSON.stringify(postedRefund(id))), { ...json, 'content-encoding': 'gzip' })],
    [
      'in x-gzip, its header in capitals',
      (id) => written(gzipSync(JSON.stringify(postedRefund(id))), { ...json, 'content-encoding': 'X-GZIP' }),
    ],
    [
      'in deflate, and then in Brotli',
      (id) =>
        written(brotliCompressSync(deflateSync(JSON.stringify(postedRefund(id)))), {
          ...json,
          'content-encoding': 'deflate, br',
        }),
    ],
    [
      'in no coding, which is named',
      (id) => written(JSON.stringify(postedRefund(id)), { ...json, 'content-encoding': 'identity' }),
    ],
    [
      'in chunks',
      (id) =>
        written(chunked(JSON.stringify(postedRefund(id))), {
          ...json,
          'content-length': '',
          'transfer-encoding': 'chunked',
        }),
    ],
    [
      'in gzip, a coding of its transfer',
      (id) =>
        written(chunked(gzipSync(JSON.stringify(postedRefund(id)))), {
          ...json,
          'content-length': '',
          'transfer-encoding': 'gzip, chunked',
        }),
    ],
    ['as a form in windows-1251', (id) => written(urlEncoded(id), { 'content-type': `${form}; charset=windows-1251` })],
    [
      'as a form in windows-1251, in gzip',
      (id) =>
        written(gzipSync(urlEncoded(id)), {
          'content-type': `${form}; charset=windows-1251`,
          'content-encoding': 'gzip',
        }),
    ],
    ['as a multipart form', (id) => written(multipart(id), { 'content-type': 'multipart/form-data; boundary=b' })],
    [
      'as a multipart form in windows-1251',
      (id) =>
        written(cyrillic(multipart(id)), { 'content-type': 'multipart/form-data; boundary=b; charset=windows-1251' }),
    ],
    [
      'as JSON in windows-1251',
      (id) =>
        written(cyrillic(JSON.stringify(postedRefund(id))), {
          'content-type': 'application/json; charset="Windows-1251"',
        }),
    ],
    [
      'as JSON in UTF-16',
      (id) =>
        written(Buffer.from(`\ufeff${JSON.stringify(postedRefund(id))}`, 'utf16le'), {
          'content-type': 'application/json; charset=utf-16',
        }),
    ],
  ];

  it.each(ways)('%s is stored once, answered, and read back as it was', async (way, request) => {
    const documentId = `Приход ${way.length} ${ways.findIndex(([one]) => one === way)}`;
    const answer = await sendAndShutDown(system.url, request(documentId));
    expect([answer.status, answer.json]).toEqual([201, { created: 1, updated: 0 }]);
    expect((await documents(documentId)).map(({ document_id: id, products }) => [id, products.length])).toEqual([
      [documentId, 1],
    ]);
  });

  it('of two documents whose names are bytes of another charset is two documents', async () => {
    for (const name of ['%CF%F0%E8%F5%EE%E4', '%CE%F2%EF%F3%F1%EA']) {
      const answer = await client.post(refundsPath, urlEncoded('x').replace('document_id=x', `document_id=${name}`), {
        'content-type': `${form}; charset=windows-1251`,
      });
      expect([answer.status, answer.json]).toEqual([201, { created: 1, updated: 0 }]);
    }
    expect([(await documents('Приход')).length, (await documents('Отпуск')).length]).toEqual([1, 1]);
  });

  it.each([
    ['a form without its charset', form, urlEncoded('Приход')],
    ['a form in windows-1251', `${form}; charset=windows-1251`, `${urlEncoded('x')}&description=%98`],
    ['a multipart form', 'multipart/form-data; boundary=b', cyrillic(multipart('Приход'))],
    ['JSON', 'application/json; charset=utf-8', cyrillic(JSON.stringify(postedRefund('Приход')))],
  ])('is refused where the bytes of %s mean nothing', async (_, contentType, body) => {
    const answer = await client.post(refundsPath, body, { 'content-type': contentType });
    expect([answer.status, answer.json]).toEqual([
      400,
      { detail: expect.stringMatching(/^JSON parse error - the body is not (?:UTF-8|windows-1251)$/) },
    ]);
    expect(await documents('\ufffd'.repeat(6))).toEqual([]);
  });
});

describe('a coded body', () => {
  const posted = (body: Uint8Array, coding: string, headers: Headers = {}): Promise<Answer> =>
    client.post(refundsPath, body, { 'content-encoding': coding, ...headers });
  const batch = JSON.stringify(
    Array.from({ length: 1500 }, (_, index) =>
      postedRefund(`coded ${index}`, { products: Array.from({ length: 15 }, () => postedLine()) }),
    ),
  );

  it('may be larger than a message when it is decoded', async () => {
    expect(batch.length).toBeGreaterThan(2 * mebibyte);
    const answer = await posted(gzipSync(batch), 'gzip');
    expect([answer.status, answer.json]).toEqual([201, { created: 1500, updated: 0 }]);
  });

  it.each([
    ['gzip', gzipSync],
    ['gzip, gzip', (bytes: Uint8Array) => gzipSync(gzipSync(bytes))],
    ['br', (bytes: Uint8Array) => brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 1 } })],
  ])('of more than may be sent in plain is refused: %s', async (coding, encode) => {
    const answer = await posted(encode(Buffer.alloc(2 * limit, ' ')), coding);
    expect([answer.status, answer.json]).toEqual([413, { detail: `Request body must not exceed ${limit} bytes.` }]);
  });

  it.each([
    ['breaks off', gzipSync(batch).subarray(0, -20)],
    ['is damaged', Buffer.from(gzipSync(batch)).fill(0x55, 300, 400)],
    ['is not coded at all', Buffer.from('{}')],
  ])('that %s is refused', async (_, body) => {
    const answer = await posted(body, 'gzip');
    expect([answer.status, answer.json]).toEqual([400, { detail: 'JSON parse error - the body is not gzip' }]);
  });

  it.each([
    ['zstd', 'zstd'],
    ['gzip, Zstd', 'zstd'],
    ['gzip, gzip, gzip, gzip', 'gzip, gzip, gzip, gzip'],
  ])('of %s is refused by its name, and what is taken is said', async (coding, name) => {
    const answer = await posted(gzipSync('{}'), coding);
    expect([answer.status, answer.json, answer.headers['accept-encoding']]).toEqual([
      415,
      { detail: `Unsupported content coding "${name}" in request.` },
      'gzip, deflate, br',
    ]);
  });

  it('is the same request as one in plain, where a key says that they are one', async () => {
    const key = { 'idempotency-key': 'coded or not' };
    const body = JSON.stringify(postedRefund('by a key'));
    expect((await posted(gzipSync(body), 'gzip', key)).json).toEqual({ created: 1, updated: 0 });
    expect((await client.post(refundsPath, body, key)).json).toEqual({ created: 1, updated: 0 });
  });

  it("of the reservation family is refused in that family's words", async () => {
    const agency = await system.newReservationClient();
    const headers = { authorization: `Bearer ${agency.newToken()}`, domain: agency.domain, ...json };
    const path = `${system.url}/api/reservation/v1/refund/procedure`;
    for (const [status, coding, body] of [
      [415, 'zstd', '{}'],
      [400, 'gzip', '{}'],
      [400, '', '\xff'],
    ] as const) {
      const answer = await send('POST', path, {
        headers: { ...headers, 'content-encoding': coding },
        body: Buffer.from(body, 'latin1'),
      });
      expect([answer.status, answer.json]).toEqual([
        status,
        { error: { code: 1002 }, meta: { timestamp: expect.any(Number) } },
      ]);
    }
    const encoded = await send('POST', path, {
      headers: { ...headers, 'content-encoding': 'gzip' },
      body: gzipSync('{"reserve_id":"1"}'),
    });
    expect([encoded.status, encoded.json]).toMatchObject([422, { error: { code: 3001 } }]);
  });
});

describe('a header that has nothing to do with a request', () => {
  const login = (headers: Headers, parameters: Headers = credentials): Promise<Answer> =>
    send('POST', `${system.url}/api/o/token/`, {
      headers: { 'content-type': form, ...headers },
      body: new URLSearchParams(parameters).toString(),
    });

  it.each(['Bearer expired', 'Token abc', 'Digest username="x"', 'Basically x', 'x', ''])(
    'does not authenticate a client: Authorization: %s',
    async (authorization) => {
      expect((await login({ authorization })).status).toBe(200);
    },
  );

  it.each([
    'Basic',
    'Basic ',
    'Basic ?',
    `basic ${Buffer.from('nobody').toString('base64')}`,
    `Basic ${Buffer.from([0xff, 0x3a, 0x31]).toString('base64')}`,
  ])('is not one that can not be read: Authorization: %s', async (authorization) => {
    const { client_id: id = '', client_secret: secret = '', ...rest } = credentials;
    expect([id, secret]).not.toContain('');
    expect(await login({ authorization }, rest)).toMatchObject({ status: 401, json: { error: 'invalid_client' } });
  });

  it.each<[string, Headers]>([
    ['Content-Encoding', { 'content-encoding': 'zstd' }],
    ['Content-Type', { 'content-type': 'text/plain; charset=cp857' }],
    ['Transfer-Encoding', { 'transfer-encoding': 'chunked', 'content-length': '' }],
    [
      'X-HTTP-Method-Override',
      { 'x-http-method-override': 'DELETE', 'x-method-override': 'DELETE', 'x-http-method': 'DELETE' },
    ],
    ['Cookie', { cookie: 'sessionid=1; csrftoken=2' }],
    ['Expect', { expect: '100-continue' }],
    ['Upgrade', { upgrade: 'h2c', connection: 'Upgrade, HTTP2-Settings', 'http2-settings': 'AAMAAABkAAQAAP__' }],
    ['Range', { range: 'bytes=0-1', 'if-none-match': '*', 'if-modified-since': 'Sun, 29 Nov 2026 00:00:00 GMT' }],
    ['Content-Length', { 'content-length': '0' }],
  ])('does not change the answer to a GET: %s', async (_, headers) => {
    const path = `${system.url}${retailPath}shops/`;
    const ask = (others: Headers): Promise<Answer> =>
      send('GET', path, { headers: { authorization: `Bearer ${client.token}`, ...omitEmpty(others) } });
    const [plain, answer] = [await ask({}), await ask(headers)];
    expect([answer.status, answer.text]).toEqual([200, plain.text]);
  });

  it('does not change what a POST without a body is', async () => {
    const empty = (headers: Headers): Promise<Answer> => client.post(refundsPath, '', headers);
    const plain = await empty({});
    for (const headers of [
      { 'content-encoding': 'gzip' },
      { 'content-encoding': 'zstd' },
      { 'content-type': 'text/plain' },
      { expect: '100-continue' },
    ] as Headers[]) {
      expect(await empty(headers)).toMatchObject({ status: plain.status, text: plain.text });
    }
  });

  it('is refused where two of them say how long a body is', async () => {
    const body = JSON.stringify(postedRefund('smuggled'));
    const answer = await sendAndShutDown(
      system.url,
      written(chunked(body), { ...json, 'transfer-encoding': 'chunked', 'content-length': '5' }),
    );
    expect([answer.status, await documents('smuggled')]).toEqual([400, []]);
  });
});

const omitEmpty = (headers: Headers): Headers =>
  Object.fromEntries(Object.entries(headers).filter(([, value]) => value !== ''));
