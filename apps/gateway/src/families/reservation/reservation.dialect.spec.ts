import 'reflect-metadata';
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { inspect } from 'node:util';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Module } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { scopes, Encrypter } from '@refundry/auth';
import { numberOfFailure, reservationErrors, verifyDomain, type PresentedDomain } from '@refundry/contracts';
import { Failure, failures, invalid, wrongState, type FailureCode } from '@refundry/errors';
import { Reply, Streamed, RpcClient, RpcConnection, RpcServer, type Frame } from '@refundry/messaging';
import { createLog, Metrics } from '@refundry/observability';
import { IntegerField, resource, StringField } from '@refundry/resource';
import { NatsServer } from '@refundry/testing';
import { CredentialCaches } from '../../credentials/credential-caches.js';
import { recordRequests } from '../../http/access-log.js';
import { CrossOrigin } from '../../http/cross-origin.js';
import { FailureFilter } from '../../http/failure.filter.js';
import { fastifyAdapter } from '../../http/fastify-adapter.js';
import { Forwarder } from '../../http/forwarder.js';
import { AccessGuard } from '../../http/access.guard.js';
import { PublicAddress } from '../../addresses/public-address.js';
import { TrustedProxies } from '../../addresses/trusted-proxies.js';
import { Limits, defaultLimits } from '../../limits/limits.js';
import { mountsOf } from '../../mounts/mount.js';
import { mountedControllers } from '../../http/mounted-controllers.js';
import { dialects } from '../dialects.js';
import { UsageCounter } from '../../usage/usage-counter.js';
import { UsageMeter } from '../../usage/usage-meter.js';

class Booking {
  @IntegerField({ label: 'ID', readOnly: true }) id!: number;
  @StringField({ label: 'PNR' }) pnr!: string;
}

const { read, write, manage } = scopes.reservation;
const bookings = resource({ family: 'reservation', path: 'bookings', of: Booking });
const endpoints = [
  bookings.list({ scope: read, order: ['id'] }),
  bookings.detail({ scope: read }),
  bookings.action('quote', {
    scope: read,
    methods: ['GET', 'POST'],
    input: Booking,
    output: Booking,
    mergesQuery: true,
  }),
  bookings.action('request', { scope: write, methods: ['POST'], input: Booking, output: Booking }),
  bookings.action('close', { scope: manage, methods: ['POST'] }),
  bookings.action('numbers', { isPublic: true, methods: ['GET'], output: Booking }),
];

const encrypter = new Encrypter(Buffer.alloc(32, 7).toString('base64'));
const organisationToken = 'the characters of the organisation token';
const timestamp = expect.any(Number);

let nats: NatsServer;
let rpc: RpcClient;
let spy: RpcConnection;
let app: NestFastifyApplication;
let url: string;
const services: RpcServer[] = [];
/** The request to the service, and its answer. */
let asked: Frame[] = [];
let answer: () => Reply | Streamed | Failure;
/** All that was logged, and all that passed through NATS. */
const logged: string[] = [];
const heard: Buffer[] = [];

async function serve(server: RpcServer): Promise<void> {
  await new Promise<void>((resolve) => {
    void server.listen(() => {
      resolve();
    });
  });
  services.push(server);
}

function verdict({ body }: Frame): Reply {
  const { domain } = JSON.parse(Buffer.from(body).toString()) as PresentedDomain;
  const account = { 'shop.example': 7, 'closed.example': 7, 'second.example': 7, 'other.example': 8 }[domain];
  return Reply.json(
    JSON.stringify(
      account !== undefined
        ? {
            found: true,
            account,
            is_active: domain !== 'closed.example',
            organisation_token: organisationToken,
            scope: `${read} ${write}`,
            expires: Date.now() + 86_400_000,
          }
        : { found: false },
    ),
  );
}

beforeAll(async () => {
  nats = await NatsServer.start();
  spy = await RpcConnection.open(nats.url(), 'spy');
  spy.nats.subscribe('>', {
    callback: (_error, { subject, data }) => {
      heard.push(Buffer.from(subject), Buffer.from(data));
    },
  });
  await spy.nats.flush();
  const options = { url: nats.url(), limit: 100, graceMs: 100, observe: () => undefined, encrypter };
  const accounts = new RpcServer({ ...options, name: 'accounts' });
  accounts.addHandler(verifyDomain.subject, (frame: Frame) => Promise.resolve(verdict(frame)), false, {
    isEncrypted: true,
  });
  await serve(accounts);
  const service = new RpcServer({ ...options, name: 'reservation-refund' });
  for (const { subject } of endpoints) {
    service.addHandler(subject, (frame: Frame) => {
      asked.push(frame);
      return Promise.resolve(answer());
    });
  }
  await serve(service);
  rpc = await RpcClient.open({ url: nats.url(), name: 'gateway', limit: 100, encrypter });
  @Module({
    controllers: mountedControllers(mountsOf(endpoints, dialects)),
    providers: [
      {
        provide: PublicAddress,
        useValue: new PublicAddress({
          host: '127.0.0.1',
          port: 0,
          publicUrl: undefined,
          trustedProxies: new TrustedProxies([]),
        }),
      },
      { provide: RpcClient, useValue: rpc },
      {
        provide: Limits,
        useValue: new Limits({
          config: defaultLimits,
          trustedProxies: new TrustedProxies([]),
          countRefused: () => undefined,
        }),
      },
      { provide: APP_GUARD, useClass: AccessGuard },
      { provide: APP_FILTER, useClass: FailureFilter },
      Forwarder,
      CredentialCaches,
      CrossOrigin,
      UsageCounter,
      UsageMeter,
    ],
  })
  class BookingsGateway {}
  const record = (...said: unknown[]): void => {
    logged.push(inspect(said, { depth: 10 }));
  };
  const log = createLog('gateway', 'silent');
  log.child = (() => ({ info: record })) as unknown as typeof log.child;
  const adapter = fastifyAdapter();
  recordRequests(adapter.getInstance(), { log, metrics: new Metrics('gateway'), addressOf: () => '127.0.0.1' });
  app = await NestFactory.create<NestFastifyApplication>(BookingsGateway, adapter, {
    logger: { log: record, warn: record, error: record },
    bodyParser: false,
    abortOnError: false,
  });
  await app.listen(0, '127.0.0.1');
  url = await app.getUrl();
});

beforeEach(() => {
  asked = [];
  answer = () => Reply.json('{"id":10011}');
});

afterAll(async () => {
  await app.close();
  await rpc.close();
  for (const service of services) await service.close();
  await spy.close();
  await nats.stop();
});

const encode = (segment: object): string => Buffer.from(JSON.stringify(segment)).toString('base64url');
function token(exp = Math.floor(Date.now() / 1000) + 3600): string {
  const input = `${encode({ alg: 'HS256' })}.${encode({ exp })}`;
  return `${input}.${createHmac('sha256', organisationToken).update(input).digest('base64url')}`;
}

interface ReservationResponse {
  status: number;
  headers: IncomingMessage['headers'];
  text: string;
  json: unknown;
}

interface ReservationRequest {
  method?: string;
  headers?: Record<string, string>;
  body?: string;
}

/** fetch sends no body with a GET. */
async function ask(
  path: string,
  { method = 'GET', headers = {}, body }: ReservationRequest = {},
  unsent: readonly string[] = [],
): Promise<ReservationResponse> {
  const all = {
    authorization: `Bearer ${token()}`,
    domain: 'Shop.example',
    connection: 'close',
    ...headers,
    ...(body !== undefined && { 'content-length': String(Buffer.byteLength(body)) }),
  };
  const sent = httpRequest(url + path, {
    method,
    headers: Object.fromEntries(Object.entries(all).filter(([name]) => !unsent.includes(name))),
  }).end(body);
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  const answered = await text(response);
  return {
    status: response.statusCode ?? 0,
    headers: response.headers,
    text: answered,
    json: answered === '' ? undefined : (JSON.parse(answered) as unknown),
  };
}

/** The last answer to what is written to the socket as it stands, each part after the answer to the one before. */
async function send(first: string, ...rest: string[]): Promise<{ status: number; json: unknown }> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  const received: Buffer[] = [];
  socket.on('data', (bytes: Buffer) => {
    received.push(bytes);
  });
  socket.write(first);
  for (const part of rest) {
    await once(socket, 'data');
    socket.write(part);
  }
  await once(socket, 'end');
  const last = Buffer.concat(received).toString().split('HTTP/1.1 ').at(-1) ?? '';
  return { status: Number(last.split(' ', 1)[0]), json: JSON.parse(last.split('\r\n\r\n')[1] ?? '') as unknown };
}

const v1 = '/api/reservation/v1';
const refusal = (code: number, more: object = {}) => ({ error: { code, ...more }, meta: { timestamp } });

describe('a success', () => {
  it('is the payload as its service wrote it, and when it was answered', async () => {
    answer = () => Reply.json('{"refundable":true,  "reserve_id":10011}');
    const began = Math.floor(Date.now() / 1000);
    const answered = await ask(`${v1}/bookings/quote`);
    const [, seconds] =
      /^\{"payload":\{"refundable":true, {2}"reserve_id":10011\},"meta":\{"timestamp":(\d+)\}\}$/.exec(answered.text) ??
      [];
    expect([answered.status, Number(seconds) >= began, Number(seconds) <= Date.now() / 1000]).toEqual([
      200,
      true,
      true,
    ]);
    expect(answered.headers).toMatchObject({
      'content-type': 'application/json',
      'cache-control': 'no-store',
      'x-request-id': expect.any(String),
      'content-length': String(answered.text.length),
    });
  });

  it.each([
    [`${v1}/bookings/`],
    [`${v1}/bookings`],
    ['/api/reservation/1/bookings'],
    ['/api/reservation/%76%31/bookings/'],
    [`${v1}/bookings?format=csv`],
    [`${v1}/bookings?format=pdf`],
  ])('is the same at %s', async (path) => {
    for (const accept of ['*/*', 'text/html', 'application/pdf'])
      expect((await ask(path, { headers: { accept } })).json).toEqual({ payload: { id: 10011 }, meta: { timestamp } });
  });

  it('is whole however long it is', async () => {
    const long = JSON.stringify({ results: 'ş'.repeat(2 * 1024 * 1024) });
    answer = () => new Reply(Buffer.from(long));
    expect((await ask(`${v1}/bookings`)).json).toEqual({ payload: JSON.parse(long) as unknown, meta: { timestamp } });
  });

  it('is the same for whoever asks what can be asked, and nothing for HEAD', async () => {
    expect((await ask(`${v1}/bookings`, { method: 'OPTIONS' })).json).toEqual({
      payload: expect.objectContaining({ name: expect.any(String) }),
      meta: { timestamp },
    });
    const head = await ask(`${v1}/bookings`, { method: 'HEAD' });
    expect([head.status, head.text]).toEqual([200, '']);
  });

  it('needs no credential where nobody does', async () => {
    expect((await ask(`${v1}/bookings/numbers`, { headers: { authorization: '', domain: '' } })).status).toBe(200);
  });

  it('tells the service for whom, and when it was asked', async () => {
    const began = Date.now();
    await ask(`${v1}/bookings/quote`, { method: 'POST', body: '{}' });
    const [frame] = asked;
    expect(frame?.head.caller).toEqual({
      account: 7,
      scopes: [read, write],
      domain: 'shop.example',
      actor: { kind: 'signed_token', id: 'shop.example' },
    });
    expect(frame!.head.receivedAt).toBeGreaterThanOrEqual(began);
    expect(frame!.head.receivedAt).toBeLessThanOrEqual(Date.now());
  });

  it('was asked when its head came, however long its body takes', async () => {
    const body = '{"pnr":"A1"}';
    const sent = httpRequest(`${url}${v1}/bookings/quote`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${token()}`,
        domain: 'shop.example',
        'content-type': 'application/json',
        'content-length': body.length,
        connection: 'close',
      },
    });
    sent.write(body.slice(0, 3));
    await ask(`${v1}/bookings`);
    const later = Date.now() + 1;
    while (Date.now() < later) await new Promise((resolve) => setImmediate(resolve));
    sent.end(body.slice(3));
    await once(sent, 'response');
    expect(asked.find(({ head }) => head.contentType !== undefined)?.head.receivedAt).toBeLessThan(later);
  });
});

describe('the input of an action that merges the query', () => {
  it.each<[string, ReservationRequest, string]>([
    ['the body of a GET', { body: '{"pnr":"A1"}', headers: { 'content-type': 'application/json' } }, '{"pnr":"A1"}'],
    [
      'the body of a POST',
      { method: 'POST', body: '{"pnr":"A1"}', headers: { 'content-type': 'application/json' } },
      '{"pnr":"A1"}',
    ],
    ['no body, announced as JSON', { headers: { 'content-type': 'application/json' } }, ''],
    ['no body at all', {}, ''],
  ])('is %s, with the query', async (_, asking, body) => {
    expect((await ask(`${v1}/bookings/quote?pnr=A1&detail=1`, asking)).status).toBe(200);
    expect(asked.map((frame) => [Buffer.from(frame.body).toString(), frame.head.query])).toEqual([
      [body, 'pnr=A1&detail=1'],
    ]);
  });

  it('is nothing else: other bodies of a GET are ignored unparsed', async () => {
    await ask(`${v1}/bookings?page=2`, { body: '{', headers: { 'content-type': 'application/json' } });
    expect(asked.map((frame) => [frame.body.length, frame.head.query, frame.head.contentType])).toEqual([
      [0, 'page=2', undefined],
    ]);
  });
});

describe('a failure', () => {
  const errorOverrides: Partial<Record<FailureCode, [number, number]>> = {
    not_found: [422, 3008],
    invalid_page: [400, 1004],
    invalid_cursor: [400, 1004],
  };

  it.each(Object.entries(numberOfFailure))('of a service is told by its number: %s', async (code, number) => {
    answer = () => new Failure(code as FailureCode, 'detail 2004');
    const expected = errorOverrides[code as FailureCode] ?? [failures[code as FailureCode].status, number];
    const { status, json } = await ask(`${v1}/bookings/1`);
    expect([status, (json as { error: { code: number } }).error.code]).toEqual(expected);
    expect(Object.keys(reservationErrors)).toContain(String(expected[1]));
    expect(Object.keys(json as object)).toEqual(['error', 'meta']);
  });

  it('that has no number is an error of ours', async () => {
    answer = () => new Failure('internal', 'what nobody should read');
    expect(await ask(`${v1}/bookings`)).toMatchObject({ status: 500, json: refusal(5000) });
  });

  it('says what is wrong with which field, and what is true instead', async () => {
    answer = () => invalid({ reserve_id: ['Not a valid string.'] });
    expect(await ask(`${v1}/bookings/quote`)).toMatchObject({
      status: 400,
      json: refusal(1004, { fields: { reserve_id: ['Not a valid string.'] } }),
    });
    answer = () => new Failure('penalty_changed', { payload: { penalty: 30 } });
    const { status, text: body } = await ask(`${v1}/bookings/request`, { method: 'POST', body: '{}' });
    expect([status, body]).toEqual([
      409,
      expect.stringMatching(/^\{"error":\{"code":4001\},"payload":\{"penalty":30\},"meta":\{"timestamp":\d+\}\}$/),
    ]);
  });

  it('says in which state what is, and which are possible, where that forbids it', async () => {
    answer = () => wrongState({ of: 'refund', state: 'requested', possible: ['approved', 'rejected'] });
    const { status, text: body } = await ask(`${v1}/bookings/request`, { method: 'POST', body: '{}' });
    expect([status, body]).toEqual([
      409,
      expect.stringMatching(
        new RegExp(
          String.raw`^\{"error":\{"code":3015,"of":"refund","state":"requested",` +
            String.raw`"possible":\["approved","rejected"\]\},"meta":\{"timestamp":\d+\}\}$`,
        ),
      ),
    ]);
  });

  it('asks to come again, or later', async () => {
    answer = () => new Failure('unavailable');
    expect((await ask(`${v1}/bookings`)).headers).toMatchObject({ 'retry-after': '1', 'cache-control': 'no-store' });
    answer = () => new Failure('throttled', '42');
    expect(await ask(`${v1}/bookings`)).toMatchObject({
      status: 429,
      headers: { 'retry-after': '42' },
      json: refusal(4291),
    });
  });

  it.each([
    `${v1}/nothing`,
    v1,
    '/api/reservation/v9/bookings',
    '/api/reservation/',
    '/api/reservation',
    '/api/reservation/v1//bookings',
    '/api/reservation/v1/bookings;x',
    '/api/reservation/v1/%zz',
    '/api/reservation/v1/bookings.json',
  ])('of the URL is a 404: %s', async (path) => {
    expect(await ask(path)).toMatchObject({ status: 404, json: refusal(4041) });
  });

  it('of the method says which there are', async () => {
    expect(await ask(`${v1}/bookings/request`, { method: 'PUT' })).toMatchObject({
      status: 405,
      headers: { allow: 'POST, OPTIONS' },
      json: refusal(4051),
    });
  });

  it.each<[string, number, number, ReservationRequest['headers']]>([
    ['no token', 401, 2001, { authorization: '' }],
    ['no domain', 401, 2002, { domain: '' }],
    ['a token of 20 KiB', 401, 2009, { authorization: `Bearer ${'x'.repeat(20 * 1024)}` }],
    ['an expired token', 401, 2005, { authorization: `Bearer ${token(1)}` }],
    ['a wrong signature', 401, 2004, { authorization: `Bearer ${token().slice(0, -19)}` }],
    ['an unknown domain', 401, 2004, { domain: 'unknown.example' }],
    ['a disabled domain', 403, 2101, { domain: 'closed.example' }],
  ])('of the credential: %s', async (_, status, code, headers = {}) => {
    const answered = await ask(`${v1}/bookings`, { headers });
    expect(answered).toMatchObject({ status, json: refusal(code) });
    expect(answered.headers['www-authenticate']).toBe(status === 401 ? 'Bearer' : undefined);
  });

  it('of what the credential allows', async () => {
    expect(await ask(`${v1}/bookings/close`, { method: 'POST' })).toMatchObject({ status: 403, json: refusal(2102) });
  });

  it('of a body that is too large', async () => {
    const sent = httpRequest(`${url}${v1}/bookings/quote`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${token()}`,
        domain: 'shop.example',
        'content-length': String(17 * 1024 * 1024),
        connection: 'close',
      },
    });
    sent.on('error', () => undefined).flushHeaders();
    const [response] = (await once(sent, 'response')) as [IncomingMessage];
    expect([response.statusCode, JSON.parse(await text(response))]).toEqual([413, refusal(1002)]);
    sent.destroy();
  });

  it.each<[string, number, [string, ...string[]]]>([
    ['too many headers', 431, [`GET ${v1}/bookings HTTP/1.1\r\nHost: x\r\nX-Long: ${'a'.repeat(40_000)}\r\n\r\n`]],
    ['a header that is none', 400, [`GET ${v1}/bookings HTTP/1.1\r\nHost x\r\n\r\n`]],
    [
      'a body of broken parts',
      400,
      [
        `POST ${v1}/bookings/quote HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token()}\r\n` +
          `Domain: shop.example\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n`,
      ],
    ],
    [
      'no HTTP at all, after something that was',
      400,
      [`GET ${v1}/nothing HTTP/1.1\r\nHost: x\r\n\r\n`, 'hello\r\n\r\n'],
    ],
  ])('of HTTP itself: %s', async (_, status, parts) => {
    expect(await send(...parts)).toEqual({ status, json: refusal(1002) });
  });
});

describe('a page of another site', () => {
  const origin = 'https://shop.example';
  const preflight = (headers: Record<string, string>, path = `${v1}/bookings/quote`): Promise<ReservationResponse> =>
    ask(
      path,
      {
        method: 'OPTIONS',
        headers: { authorization: '', domain: '', 'access-control-request-method': 'POST', ...headers },
      },
      ['authorization', 'domain'],
    );
  /** The headers by which a browser lets a page read. */
  const sharing = ({ headers }: ReservationResponse): string[] =>
    Object.keys(headers).filter((name) => name.startsWith('access-control-') || name === 'vary');

  it.each(['https://shop.example', 'https://www.SHOP.example:8443', 'http://shop.example', 'https://second.example'])(
    'may ask when it is of a registered site: %s',
    async (of) => {
      const {
        status,
        headers,
        text: body,
      } = await preflight({ origin: of, 'access-control-request-headers': 'authorization,content-type,domain' });
      expect([status, body]).toEqual([204, '']);
      expect(headers).toMatchObject({
        'access-control-allow-origin': of,
        'access-control-allow-methods': 'GET, POST, HEAD, OPTIONS',
        'access-control-allow-headers': 'Authorization, Content-Type, Domain, Idempotency-Key',
        'access-control-max-age': '600',
        vary: 'Origin',
        'x-request-id': expect.any(String),
      });
      expect(headers['access-control-allow-credentials']).toBeUndefined();
      expect(asked).toEqual([]);
    },
  );

  it.each([
    'https://unknown.example',
    'https://closed.example',
    'https://shop.example.evil.example',
    'null',
    'file://',
    'chrome-extension://shop.example',
    'https://shop.example/',
    'https://shop.example, https://shop.example',
    'https://bank@shop.example',
    'shop.example',
    '',
    'https://sh\u00f6p.example',
  ])('is told nothing but what it was always told when it is of another: %p', async (of) => {
    const answered = await preflight({ origin: of });
    const before = await preflight({});
    expect([answered.status, answered.json, sharing(answered)]).toEqual([401, refusal(2001), []]);
    expect([answered, before].map(({ headers }) => Object.keys(headers).toSorted())[0]).toEqual(
      Object.keys(before.headers).toSorted(),
    );
  });

  it('may ask only below the family, and for what is there', async () => {
    expect(sharing(await preflight({ origin }, '/api/v1/oms/countries'))).toEqual([]);
    expect(await preflight({ origin }, `${v1}/nothing`)).toMatchObject({ status: 404, json: refusal(4041) });
    expect((await preflight({ origin }, `${v1}/bookings/close`)).headers).toMatchObject({
      'access-control-allow-methods': 'POST, OPTIONS',
    });
    expect((await preflight({ origin }, `${v1}/bookings/numbers`)).status).toBe(204);
    expect(await preflight({ origin: 'https://unknown.example' }, `${v1}/bookings/numbers`)).toMatchObject({
      status: 200,
      json: { payload: expect.anything() },
    });
  });

  it('may read the answers to what it asks, and their headers', async () => {
    const success = await ask(`${v1}/bookings/quote`, { headers: { origin } });
    expect(success).toMatchObject({
      status: 200,
      json: { payload: { id: 10011 } },
      headers: {
        'access-control-allow-origin': origin,
        'access-control-expose-headers': 'X-Request-Id, Retry-After',
        vary: 'Origin',
      },
    });
    expect(
      await ask(`${v1}/bookings`, { method: 'OPTIONS', headers: { origin, 'access-control-request-method': 'GET' } }),
    ).toMatchObject({
      status: 200,
      json: { payload: { name: expect.any(String) } },
      headers: { 'access-control-allow-origin': origin },
    });
    expect((await ask(`${v1}/bookings/numbers`, { headers: { origin } })).headers['access-control-allow-origin']).toBe(
      origin,
    );
  });

  it.each<[string, number, ReservationRequest, Failure | undefined]>([
    ['a wrong signature', 401, { headers: { authorization: `Bearer ${token().slice(0, -19)}` } }, undefined],
    ['a disabled domain', 403, { headers: { domain: 'closed.example' } }, undefined],
    ['another method', 405, { method: 'DELETE' }, undefined],
    ['no such reservation', 422, {}, new Failure('unknown_reservation')],
    ['too many requests', 429, {}, new Failure('throttled', '42')],
    ['a service that is away', 503, {}, new Failure('unavailable')],
    ['a fault of ours', 500, {}, new Failure('internal')],
  ])('may read a refusal too: %s', async (_what, status, { headers, ...asking }, failure) => {
    if (failure) answer = () => failure;
    const answered = await ask(`${v1}/bookings/quote`, { ...asking, headers: { ...headers, origin } });
    expect(answered).toMatchObject({
      status,
      json: { error: { code: expect.any(Number) } },
      headers: { 'access-control-allow-origin': origin, vary: 'Origin' },
    });
  });

  it('may not read what another account is answered, whatever its own site is', async () => {
    for (const path of [`${v1}/bookings/quote`, `${v1}/bookings/close`])
      expect(sharing(await ask(path, { headers: { origin: 'https://other.example' } }))).toEqual([]);
    expect(sharing(await ask(`${v1}/bookings/quote`, { headers: { origin: 'https://unknown.example' } }))).toEqual([]);
    expect(
      (await ask(`${v1}/bookings/quote`, { headers: { origin: 'https://second.example' } })).headers[
        'access-control-allow-origin'
      ],
    ).toBe('https://second.example');
  });

  it('may ask no more often than others without a credential may, and accounts are not asked each time', async () => {
    const timesAsked = (): number => heard.filter((bytes) => bytes.toString() === verifyDomain.subject).length;
    await preflight({ origin });
    const before = timesAsked();
    const statuses: number[] = [];
    while (statuses.at(-1) !== 429 && statuses.length < 2000) statuses.push((await preflight({ origin })).status);
    expect(new Set(statuses)).toEqual(new Set([204, 429]));
    expect(timesAsked() - before).toBeLessThan(statuses.length / 10);
  });

  it('changes nothing of an answer to whoever names no origin', async () => {
    for (const headers of [{}, { domain: 'unknown.example' }] as Record<string, string>[])
      expect(sharing(await ask(`${v1}/bookings/quote`, { headers }))).toEqual([]);
  });
});

describe('access of others', () => {
  it('holds no token and no key: neither the log nor NATS', async () => {
    const jwt = token();
    answer = () => {
      throw new Error('a fault of ours');
    };
    for (const path of [`${v1}/bookings`, `${v1}/nothing`, `${v1}/bookings/close`])
      await ask(path, { headers: { authorization: `Bearer ${jwt}` } });
    for (const strange of [token(1), 'a.b.c'])
      await ask(`${v1}/bookings`, { headers: { authorization: `Bearer ${strange}` } });
    await spy.nats.flush();
    const seen = [...logged, ...heard.map((bytes) => bytes.toString('latin1'))].join('\n');
    expect(seen).toContain(verifyDomain.subject);
    expect(seen).toContain(`${v1}/bookings`);
    for (const secret of [
      jwt,
      jwt.split('.')[2]!,
      organisationToken,
      Buffer.from(organisationToken).toString('base64').slice(0, 40),
      Buffer.from(organisationToken).toString('hex'),
    ])
      expect(seen).not.toContain(secret);
  });
});
