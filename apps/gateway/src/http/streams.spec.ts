import 'reflect-metadata';
import { once } from 'node:events';
import { request as httpRequest, type ClientRequest, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { scopes } from '@refundry/auth';
import { mebibyte } from '@refundry/concurrency';
import { listCancellationReasons, verifyCredential } from '@refundry/contracts';
import { Failure, invalid } from '@refundry/errors';
import { Reply, Streamed, RpcServer } from '@refundry/messaging';
import { createLog } from '@refundry/observability';
import { type Running } from '@refundry/service';
import { NatsServer } from '@refundry/testing';
import { gatewayApp } from '../gateway.app.js';
import { defaultLimits } from '../limits/limits.js';
import { TrustedProxies } from '../addresses/trusted-proxies.js';

const path = '/api/v1/oms/cancellation-reasons/';
const headers = { authorization: 'Token any', connection: 'close' };
const csv = { contentType: 'text/csv; charset=utf-8', fileName: 'müşteriler "2026".csv' };

let nats: NatsServer;
let gateway: Running;
const services: RpcServer[] = [];
/** The gateway's access log. */
const lines: { method: string; status: number }[] = [];
/** The answer of the service. */
let answer: () => Reply | Streamed | Failure;

async function serve(name: string, subject: string, handler: () => Reply | Streamed | Failure): Promise<void> {
  const server = new RpcServer({ url: nats.url(), name, limit: 100, graceMs: 100, observe: () => undefined });
  server.addHandler(subject, () => Promise.resolve(handler()));
  await new Promise<void>((resolve) => {
    void server.listen(() => {
      resolve();
    });
  });
  services.push(server);
}

beforeAll(async () => {
  nats = await NatsServer.start();
  await serve('accounts', verifyCredential.subject, () =>
    Reply.json(JSON.stringify({ found: true, account: 1, is_active: true, scope: scopes.oms.read, expires: null })),
  );
  await serve('oms', listCancellationReasons.subject, () => answer());
  const log = createLog('gateway', 'silent');
  log.child = (() => ({
    info: (line: { method: string; status: number }) => {
      lines.push(line);
    },
  })) as unknown as typeof log.child;
  gateway = await gatewayApp.serve(
    {
      host: '127.0.0.1',
      port: 0,
      publicUrl: undefined,
      trustedProxies: new TrustedProxies([]),
      connections: 0,
      limits: defaultLimits,
      natsUrl: nats.url(),
      logLevel: 'silent',
      operationsHost: '127.0.0.1',
      operationsPort: 0,
    },
    log,
  );
});

afterAll(async () => {
  await gateway.close();
  for (const service of services) await service.close();
  await nats.stop();
});

beforeEach(() => {
  lines.length = 0;
});

const urlOf = (): URL => new URL(path, gateway.addresses.url);
const get = (): Promise<Response> => fetch(urlOf(), { headers });

/** A source of so many pieces of 64 KiB that counts what it was asked for, and knows when it was closed. */
function pieces(count: number, end?: () => Error): { answer: Streamed; asked(): number; closed: Promise<void> } {
  const closed = Promise.withResolvers<void>();
  let asked = 0;
  const answer = new Streamed(csv, async function* () {
    try {
      for (; asked < count; asked += 1) yield await Promise.resolve(Buffer.alloc(64 * 1024, `${asked},`));
      if (end) throw end();
    } finally {
      closed.resolve();
    }
  });
  return { answer, asked: () => asked, closed: closed.promise };
}

/** A request whose answer nobody reads yet. */
async function unread(): Promise<{ sent: ClientRequest; response: IncomingMessage }> {
  const sent = httpRequest(urlOf(), { headers }).end();
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  return { sent, response };
}

describe('an answer that is made while it is sent', () => {
  it('arrives whole, under the name and type its service gave it', async () => {
    answer = () => pieces(320).answer;
    const response = await get();
    const body = Buffer.from(await response.arrayBuffer());
    expect(response.status).toBe(200);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'text/csv; charset=utf-8',
      'content-disposition':
        'attachment; filename="m__teriler _2026_.csv"; filename*=UTF-8\'\'m%C3%BC%C5%9Fteriler%20%222026%22.csv',
      'x-request-id': expect.stringMatching(/^[0-9a-f-]{36}$/),
      allow: 'GET, HEAD, OPTIONS',
      'cache-control': 'private',
    });
    expect(response.headers.has('content-length')).toBe(false);
    expect(
      body.equals(Buffer.concat(Array.from({ length: 320 }, (_, index) => Buffer.alloc(64 * 1024, `${index},`)))),
    ).toBe(true);
    expect(lines).toMatchObject([{ method: 'GET', status: 200 }]);
  });

  it('is JSON where a page is only too large for one message', async () => {
    const page = Buffer.from(JSON.stringify({ results: ['x'.repeat(5 * mebibyte)] }));
    answer = () => new Reply(page);
    const response = await get();
    expect(response.headers.get('content-type')).toBe('application/json');
    expect(response.headers.has('content-disposition')).toBe(false);
    expect(page.equals(Buffer.from(await response.arrayBuffer()))).toBe(true);
  });

  it('is not made for HEAD, which learns what it would be', async () => {
    const source = pieces(10);
    answer = () => source.answer;
    const response = await fetch(urlOf(), { method: 'HEAD', headers });
    expect(response.status).toBe(200);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': csv.contentType,
      'content-disposition': expect.any(String),
      'x-request-id': expect.any(String),
    });
    expect(response.headers.has('content-length')).toBe(false);
    expect(source.asked()).toBe(0);
  });

  it('is refused in the words of its family while nothing is sent', async () => {
    answer = () => pieces(0, () => invalid({ id: ['Enter a number.'] })).answer;
    const response = await get();
    expect([response.status, await response.json()]).toEqual([400, { id: ['Enter a number.'] }]);
  });
});

describe('a client', () => {
  it('that does not read holds the service back', async () => {
    const source = pieces(16 * 1024);
    answer = () => source.answer;
    const { sent } = await unread();
    answer = () => Reply.json('{}');
    for (let turn = 0; turn < 100; turn += 1) await (await get()).text();
    expect(source.asked()).toBeLessThan(1024);
    sent.destroy();
    await source.closed;
  });

  it('that disconnects ends the work behind it', async () => {
    const source = pieces(16 * 1024);
    answer = () => source.answer;
    const { sent, response } = await unread();
    await once(response, 'data');
    sent.destroy();
    await source.closed;
    expect(source.asked()).toBeLessThan(16 * 1024);
    await until(() => lines.length > 0);
    expect(lines).toMatchObject([{ method: 'GET', status: 200 }]);
  });

  it('that disconnects before the first byte ends it too', async () => {
    const [started, stopped] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    answer = () =>
      new Streamed(csv, async function* (left) {
        started.resolve();
        await once(left, 'abort');
        stopped.resolve();
        yield new Uint8Array(0);
      });
    const sent = httpRequest(urlOf(), { headers })
      .on('error', () => undefined)
      .end();
    await started.promise;
    sent.destroy();
    await stopped.promise;
  });

  it('that closes its sending half gets all of it, and then the end', async () => {
    answer = () => pieces(320).answer;
    const socket = connect({ port: Number(urlOf().port), host: '127.0.0.1', allowHalfOpen: true });
    socket.end(`GET ${path} HTTP/1.0\r\nAuthorization: Token any\r\n\r\n`);
    const bytes = await buffer(socket);
    expect(bytes.subarray(0, 17).toString()).toBe('HTTP/1.1 200 OK\r\n');
    expect(bytes.length - bytes.indexOf('\r\n\r\n') - 4).toBe(320 * 64 * 1024);
    expect(lines).toMatchObject([{ method: 'GET', status: 200 }]);
  });

  it('that closes its sending half, and the other later, ends the work behind it', async () => {
    const source = pieces(16 * 1024);
    answer = () => source.answer;
    const socket = connect({ port: Number(urlOf().port), host: '127.0.0.1', allowHalfOpen: true });
    socket.end(`GET ${path} HTTP/1.0\r\nAuthorization: Token any\r\n\r\n`);
    await once(socket, 'data');
    socket.destroy();
    await source.closed;
    expect(source.asked()).toBeLessThan(16 * 1024);
  });

  it('never takes a part for the whole', async () => {
    answer = () => pieces(64, () => new Failure('upstream_failed')).answer;
    await expect((await get()).arrayBuffer()).rejects.toThrow();
    await until(() => lines.length > 0);
    expect(lines).toMatchObject([{ method: 'GET', status: 200 }]);
  });

  it('never takes a part for the whole, even where the end of the connection is the end of the answer', async () => {
    answer = () => pieces(64, () => new Failure('upstream_failed')).answer;
    const socket = connect(Number(urlOf().port), '127.0.0.1');
    socket.write(`GET ${path} HTTP/1.0\r\nAuthorization: Token any\r\n\r\n`);
    socket.resume();
    await expect(once(socket, 'end')).rejects.toMatchObject({ code: 'ECONNRESET' });
  });
});

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve));
}
