import 'reflect-metadata';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { hashApiKey, scopes, Encrypter } from '@refundry/auth';
import { issueToken, listCancellationReasons, listSupplierRefunds, verifyCredential } from '@refundry/contracts';
import { Reply, Streamed, RpcServer, type Frame } from '@refundry/messaging';
import { createLog, flushLog } from '@refundry/observability';
import { type Running } from '@refundry/service';
import { NatsServer, waitUntil } from '@refundry/testing';
import { gatewayApp } from '../gateway.app.js';
import { TrustedProxies } from '../addresses/trusted-proxies.js';
import { defaultLimits, type LimitsConfig } from './limits.js';

const [reasons, refunds, tokens] = ['/api/v1/oms/cancellation-reasons/', '/api/v1/supplier-refunds/', '/api/o/token/'];
const page = '{"count":0,"next":null,"previous":null,"results":[]}';
const throttled = (seconds: number): object => ({
  detail: `Request was throttled. Expected available in ${seconds} seconds.`,
});
/** A rate so slow that nothing is refilled while a test runs. */
const hardlyEver = 0.001;

const rpcEncryptionKey = randomBytes(32).toString('base64');

let nats: NatsServer;
let gateway: Running;
const services: RpcServer[] = [];
/** The hashes that accounts was asked about. */
const asked: string[] = [];
let list: () => Promise<Reply | Streamed>;
let login: () => Promise<Reply>;

async function serve(
  name: string,
  handlers: Record<string, (frame: Frame) => Promise<Reply | Streamed>>,
): Promise<void> {
  const service = new RpcServer({
    url: nats.url(),
    name,
    limit: 100,
    graceMs: 100,
    observe: () => undefined,
    encrypter: new Encrypter(rpcEncryptionKey),
  });
  for (const [subject, handler] of Object.entries(handlers))
    service.addHandler(subject, handler, false, { isEncrypted: subject === issueToken.subject });
  await new Promise<void>((resolve) => {
    void service.listen(() => {
      resolve();
    });
  });
  services.push(service);
}

/** Accounts: a key that begins with a number is that account's; one that ends in `reader` may only read. */
const known = new Map<string, object>();
function key(account: number, name = 'all'): string {
  const text = `${account}-${name}`;
  known.set(hashApiKey(text), {
    found: true,
    account,
    is_active: true,
    scope: `${name === 'writer' ? scopes.oms.sync : scopes.oms.read} ${scopes.retail.read}`,
    expires: null,
  });
  return text;
}

function verify({ body }: Frame): Promise<Reply> {
  const { hash } = JSON.parse(Buffer.from(body).toString()) as { hash: string };
  asked.push(hash);
  return Promise.resolve(Reply.json(JSON.stringify(known.get(hash) ?? { found: false })));
}

beforeAll(async () => {
  nats = await NatsServer.start();
  await serve('accounts', { [verifyCredential.subject]: verify, [issueToken.subject]: () => login() });
  await serve('oms', { [listCancellationReasons.subject]: () => list() });
  await serve('supplier-refund', { [listSupplierRefunds.subject]: () => list() });
});

afterAll(async () => {
  for (const service of services) await service.close();
  await nats.stop();
});

beforeEach(() => {
  asked.length = 0;
  list = () => Promise.resolve(Reply.json(page));
  login = () => Promise.resolve(Reply.json('{}'));
});

afterEach(() => gateway.close());

async function start(
  limits: Partial<LimitsConfig>,
  trustedProxies: string[] = [],
  log = createLog('gateway', 'silent'),
): Promise<void> {
  const config = {
    host: '127.0.0.1',
    port: 0,
    publicUrl: undefined,
    trustedProxies: new TrustedProxies(trustedProxies),
    connections: 0,
    limits: { ...defaultLimits, ...limits },
    natsUrl: nats.url(),
    rpcEncryptionKey,
    logLevel: 'silent',
    operationsHost: '127.0.0.1',
    operationsPort: 0,
  };
  gateway = await gatewayApp.serve(config, log);
}

const ask = (
  path: string,
  authorization = '',
  { method = 'GET', headers = {} }: { method?: string; headers?: Record<string, string> } = {},
): Promise<Response> =>
  fetch(new URL(path, gateway.addresses.url), { method, headers: { connection: 'close', authorization, ...headers } });
const byToken = (path: string, name: string, method = 'GET'): Promise<Response> =>
  ask(path, `Token ${name}`, { method });
const statuses = async (answers: Iterable<Promise<Response>>): Promise<number[]> =>
  (await Promise.all(answers)).map(({ status }) => status);
const limitsSaid = ({ headers }: Response): (string | null)[] =>
  ['limit', 'remaining', 'reset'].map((name) => headers.get(`x-ratelimit-${name}`));

async function refusals(): Promise<Record<string, number>> {
  const text = await (await fetch(new URL('/metrics', gateway.addresses.operations))).text();
  return Object.fromEntries(
    [...text.matchAll(/^http_requests_refused_total\{.*?reason="(\w+)".*?\} (\d+)$/gm)].map(
      ([, reason = '', count]) => [reason, Number(count)],
    ),
  );
}

async function inFlight(): Promise<number> {
  const text = await (await fetch(new URL('/metrics', gateway.addresses.operations))).text();
  return Number(/^http_requests_in_flight\{.*?\} (\d+)$/m.exec(text)?.[1]);
}

async function untilInFlight(requests: number): Promise<void> {
  await waitUntil(async () => (await inFlight()) === requests);
}

/** Lists that are answered when they are told to, and how many have been asked for. */
class HeldRequest {
  private readonly answers: (() => void)[] = [];
  private onAsked = (): void => undefined;

  readonly list = (): Promise<Reply> =>
    new Promise((resolve) => {
      this.answers.push(() => {
        resolve(Reply.json(page));
      });
      this.onAsked();
    });

  async untilAsked(times: number): Promise<void> {
    while (this.answers.length < times)
      await new Promise<void>((resolve) => {
        this.onAsked = resolve;
      });
  }

  answer(): void {
    for (const one of this.answers) one();
  }
}

describe('a client that disconnected', () => {
  it('keeps nobody waiting in the line of the account', async () => {
    await start({ maxConcurrentRequestsPerAccount: 1 });
    const held = new HeldRequest();
    list = held.list;
    const first = byToken(reasons, key(1));
    await held.untilAsked(1);
    const { hostname, port } = new URL(gateway.addresses.url!);
    await Promise.all(
      Array.from({ length: 10 }, async () => {
        const socket = connect(Number(port), hostname);
        socket.write(`GET ${reasons} HTTP/1.1\r\nHost: a\r\nAuthorization: Token ${key(1)}\r\n\r\n`, () => {
          socket.destroy();
        });
        await once(socket, 'close');
      }),
    );
    await waitUntil(async () => (await inFlight()) <= 1);
    let asked = 0;
    list = () => {
      asked += 1;
      return Promise.resolve(Reply.json(page));
    };
    const last = byToken(reasons, key(1));
    held.answer();
    expect(await statuses([first, last])).toEqual([200, 200]);
    expect(asked).toBe(1);
  });
});

describe('a forwarded name that is none', () => {
  it('is not what links begin with', async () => {
    await start({}, ['127.0.0.0/8']);
    for (const name of ['a:99999', '[::::]', '1.2.3.4.5']) {
      const headers = { 'x-forwarded-host': name };
      const asked = [
        ask('/api/docs', '', { headers }),
        ask('/api/v1/supplier-refunds/.api', 'Bearer nobody', { headers }),
      ];
      expect(await statuses(asked)).toEqual([200, 401]);
    }
  });
});

describe('a credential', () => {
  it("is refused in its family's words when it has asked as often as it may, and told when to come again", async () => {
    await start({ requestsPerSecond: hardlyEver, requestsBurst: 3 });
    const retail = `Bearer ${key(1)}`;
    for (const [path, authorization] of [
      [reasons, `Token ${key(1)}`],
      [refunds, retail],
    ] as const) {
      for (let request = 1; request <= 3; request += 1) expect((await ask(path, authorization)).status).toBe(200);
      const refused = await ask(path, authorization);
      expect([
        refused.status,
        refused.headers.get('retry-after'),
        refused.headers.get('cache-control'),
        refused.headers.get('allow')?.includes('GET'),
      ]).toEqual([429, '1000', 'no-store', true]);
      expect(await refused.json()).toEqual(throttled(1000));
      expect(limitsSaid(refused)).toEqual(['3', '0', '3000']);
    }
    expect((await byToken(reasons, key(1, 'other'))).status).toBe(200);
    expect(await refusals()).toEqual({ throttled: 2 });
  });

  it('hears on every answer what it may still ask', async () => {
    await start({ requestsPerSecond: hardlyEver, requestsBurst: 10 });
    const name = key(1);
    const answers = [
      await byToken(reasons, name),
      await byToken(reasons, name, 'OPTIONS'),
      await byToken(`${reasons}?format=pdf`, name),
      await byToken(reasons, name, 'DELETE'),
      await byToken(`${reasons}?page=2`, name, 'HEAD'),
    ];
    expect(answers.map((answer) => [answer.status, ...limitsSaid(answer)])).toEqual([
      [200, '10', '9', '1000'],
      [200, '10', '8', '2000'],
      [404, null, null, null],
      [405, '10', '7', '3000'],
      [200, '10', '6', '4000'],
    ]);
    list = () => Promise.resolve(Streamed.whole(Buffer.from(page)));
    expect(limitsSaid(await byToken(reasons, name))).toEqual(['10', '5', '5000']);
  });

  it('is throttled after it was found wanting, and before its method is looked at', async () => {
    await start({ requestsPerSecond: hardlyEver, requestsBurst: 1 });
    await byToken(reasons, key(1));
    expect(
      await statuses([
        byToken(reasons, key(1), 'DELETE'),
        byToken(`${reasons}?format=pdf`, key(1)),
        ask(reasons, key(1)),
      ]),
    ).toEqual([429, 404, 401]);
    const writer = key(1, 'writer');
    expect([...(await statuses([byToken(reasons, writer)])), ...(await statuses([byToken(reasons, writer)]))]).toEqual([
      403, 403,
    ]);
  });

  it('that has asked too often, or may not, is in the log with its account', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'refundry-limits-'));
    const log = createLog('gateway', 'info', join(folder, 'log'));
    await start({ requestsPerSecond: hardlyEver, requestsBurst: 1 }, [], log);
    for (const name of [key(8), key(8), key(8, 'writer'), 'nobody']) await byToken(reasons, name);
    await flushLog(log);
    const lines = readFileSync(join(folder, 'log'), 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { msg: string; status: number; account?: number });
    expect(lines.filter(({ msg }) => msg === 'request').map(({ status, account }) => [status, account])).toEqual([
      [200, 8],
      [429, 8],
      [403, 8],
      [401, undefined],
    ]);
    rmSync(folder, { recursive: true });
  });

  it('may ask without end where that is so configured, and hears nothing of it', async () => {
    await start({ requestsPerSecond: 0, requestsBurst: 1 });
    const answers = await Promise.all(Array.from({ length: 20 }, () => byToken(reasons, key(1))));
    expect(new Set(answers.map((answer) => [answer.status, ...limitsSaid(answer)].join())).size).toBe(1);
    expect(limitsSaid(answers[0]!)).toEqual([null, null, null]);
  });
});

describe('an address', () => {
  const bare = { method: 'GET' };

  it('is refused what needs no credential when it has asked as often as it may', async () => {
    await start({ anonymousRequestsPerSecond: 1 / 4 });
    expect((await ask(tokens, '', bare)).status).toBe(405);
    const refused = await ask(tokens, '', bare);
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '4']);
    expect(await refused.json()).toMatchObject({ error: 'invalid_request' });
    expect((await byToken(reasons, key(1))).status).toBe(200);
  });

  it('is that which a trusted proxy names, and no other', async () => {
    await start({ anonymousRequestsPerSecond: 1 / 4 }, ['127.0.0.1', '10.0.0.0/8']);
    const from = (forwarded: string): Promise<Response> =>
      ask(tokens, '', { ...bare, headers: { 'x-forwarded-for': forwarded } });
    expect((await from('203.0.113.1')).status).toBe(405);
    expect((await from('203.0.113.2')).status).toBe(405);
    expect((await from('forged, 203.0.113.1')).status).toBe(429);
    expect((await from('forged, 203.0.113.1, 10.1.2.3')).status).toBe(429);
    expect((await from('2001:db8::1')).status).toBe(405);
    expect((await from('2001:db8::ffff')).status).toBe(429);
    expect((await from('203.0.113.2:51000, 10.1.2.3:443')).status).toBe(429);
    for (const forwarded of [
      'for=203.0.113.3;for=x, for="203.0.113.1:51000", for=10.1.2.3',
      'for="[2001:db8::1]:51000"',
    ])
      expect((await ask(tokens, '', { ...bare, headers: { forwarded } })).status).toBe(429);
  });

  it('is believed of nobody else', async () => {
    await start({ anonymousRequestsPerSecond: 1 / 4 });
    const from = (forwarded: string): Promise<Response> =>
      ask(tokens, '', { ...bare, headers: { 'x-forwarded-for': forwarded } });
    expect([(await from('203.0.113.1')).status, (await from('203.0.113.2')).status]).toEqual([405, 429]);
  });

  it('that guesses keys is slowed down, and those who were let in before are not', async () => {
    await start({ failedAuthPerSecond: 1 / 4 });
    const good = key(1);
    expect([(await byToken(reasons, good)).status, (await byToken(reasons, 'guess')).status]).toEqual([200, 401]);
    const refused = await byToken(reasons, 'another');
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '4']);
    expect((await byToken(reasons, key(2))).status).toBe(429);
    expect((await byToken(reasons, good)).status).toBe(200);
    expect(asked).not.toContain(hashApiKey('another'));
  });
});

describe('an account', () => {
  it('has a share of the requests under way, and others have theirs', async () => {
    await start({ requestsInFlightOfAccount: 2 });
    const held = new HeldRequest();
    list = held.list;
    const running = [byToken(reasons, key(1)), byToken(reasons, key(1, 'second'))];
    await held.untilAsked(2);
    const refused = await byToken(reasons, key(1, 'third'));
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '1']);
    expect(await refused.json()).toEqual(throttled(1));
    running.push(byToken(reasons, key(2)));
    await held.untilAsked(3);
    held.answer();
    expect(await statuses(running)).toEqual([200, 200, 200]);
    list = () => Promise.resolve(Reply.json(page));
    expect(await statuses([byToken(reasons, key(1)), byToken(reasons, key(1))])).toEqual([200, 200]);
    expect(await refusals()).toEqual({ busy_account: 1 });
  });
});

describe('the requests of an account', () => {
  it('wait for each other, and those of others do not', async () => {
    await start({ maxConcurrentRequestsPerAccount: 1 });
    const held = new HeldRequest();
    list = held.list;
    const running = [byToken(reasons, key(1)), byToken(reasons, key(1))];
    await held.untilAsked(1);
    list = () => Promise.resolve(Reply.json(page));
    expect((await byToken(reasons, key(2))).status).toBe(200);
    held.answer();
    expect(await statuses(running)).toEqual([200, 200]);
  });
});

describe('the gateway', () => {
  const unavailable = { detail: 'Service temporarily unavailable, try again later.' };

  it('refuses what is more than it works on, whatever it is, and never its health', async () => {
    await start({ requestsInFlight: 1 });
    const held = new HeldRequest();
    list = held.list;
    const running = byToken(reasons, key(1));
    await held.untilAsked(1);
    for (const path of [reasons, '/nowhere', refunds]) {
      const refused = await byToken(path, key(2));
      expect([refused.status, refused.headers.get('retry-after'), refused.headers.get('cache-control')]).toEqual([
        503,
        '1',
        'no-store',
      ]);
      expect(refused.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
      expect(await refused.json()).toEqual(unavailable);
    }
    expect(await (await byToken('/api/reservation/v1/refund/procedure', key(2))).json()).toMatchObject({
      error: { code: 5001 },
      meta: { timestamp: expect.any(Number) },
    });
    const head = await byToken(reasons, key(2), 'HEAD');
    expect([head.status, await head.text()]).toEqual([503, '']);
    expect(await statuses([ask('/health/live'), ask('/health/ready')])).toEqual([200, 200]);
    held.answer();
    expect((await running).status).toBe(200);
    list = () => Promise.resolve(Reply.json(page));
    expect((await byToken(reasons, key(2))).status).toBe(200);
    expect(await refusals()).toEqual({ overloaded: 5 });
  });

  it('lets a request in that waited for a moment only', async () => {
    await start({ requestsInFlight: 1, requestsInFlightOfAccount: 2 });
    const all = Array.from({ length: 8 }, () => byToken(reasons, key(1)));
    expect(await statuses(all)).toContain(200);
    expect((await byToken(reasons, key(1))).status).toBe(200);
  });

  it('has the place again of whoever left, of all requests that were sent at once too', async () => {
    await start({ requestsInFlight: 3, requestsInFlightOfAccount: 3 });
    const held = new HeldRequest();
    list = held.list;
    const { hostname, port } = new URL(gateway.addresses.url!);
    const socket = connect(Number(port), hostname);
    const request = `GET ${reasons} HTTP/1.1\r\nHost: a\r\nAuthorization: Token ${key(1)}\r\n\r\n`;
    socket.write(request.repeat(3));
    await held.untilAsked(3);
    expect((await byToken(reasons, key(1))).status).toBe(503);
    socket.destroy();
    await once(socket, 'close');
    list = () => Promise.resolve(Reply.json(page));
    let status = 503;
    while (status === 503) ({ status } = await byToken(reasons, key(1)));
    expect(await statuses(Array.from({ length: 3 }, () => byToken(reasons, key(1))))).toEqual([200, 200, 200]);
  });

  it('has room for everybody, logins too, however many send a body slowly without a credential', async () => {
    await start({ requestsInFlight: 16, anonymousRequestsPerSecond: 0 }, ['127.0.0.0/8']);
    const { hostname, port } = new URL(gateway.addresses.url!);
    const sockets = Array.from({ length: 128 }, () => connect(Number(port), hostname));
    const answered = Promise.any(sockets.map((socket) => once(socket, 'data') as Promise<[Buffer]>));
    const head =
      `POST ${tokens} HTTP/1.1\r\nHost: a\r\nContent-Type: application/x-www-form-urlencoded\r\n` +
      'Content-Length: 21';
    for (const [index, socket] of sockets.entries())
      socket.write(`${head}\r\nX-Forwarded-For: 203.0.113.${index % 4}\r\n\r\ng`);
    await Promise.race([answered, untilInFlight(128)]);
    const answers = await statuses([
      ask(tokens, '', {
        method: 'POST',
        headers: { 'x-forwarded-for': '203.0.113.9', 'content-type': 'application/x-www-form-urlencoded' },
      }),
      ask('/api/docs'),
      byToken(reasons, key(1)),
    ]);
    sockets[0]?.write('rant_type=password&x');
    const [first] = await answered;
    for (const socket of sockets) socket.destroy();
    expect([...answers, String(first).split('\r\n')[0]]).toEqual([200, 200, 200, 'HTTP/1.1 200 OK']);
  });

  it('refuses requests without credentials when very many are in work, not while their bodies arrive', async () => {
    await start({ requestsInFlight: 16, anonymousRequestsPerSecond: 0 });
    const held = new HeldRequest();
    login = held.list;
    const body = { method: 'POST', headers: { 'content-type': 'application/x-www-form-urlencoded' } };
    const first = ask(tokens, '', body);
    await held.untilAsked(1);
    expect((await ask(tokens, '', body)).status).toBe(429);
    held.answer();
    expect((await first).status).toBe(200);
  });

  it('refuses a request of very many headers', async () => {
    await start({});
    const headers = Object.fromEntries(Array.from({ length: 120 }, (_, number) => [`x-${number}`, '1']));
    expect((await ask(reasons, `Token ${key(1)}`, { headers })).status).toBe(431);
  });
});
