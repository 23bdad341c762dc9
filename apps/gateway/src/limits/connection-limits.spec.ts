import { once } from 'node:events';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, it } from '@jest/globals';
import { mebibyte } from '@refundry/concurrency';
import type { Failure } from '@refundry/errors';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { refuse } from '../http/answers.js';
import { fastifyAdapter } from '../http/fastify-adapter.js';
import { readRequestBody } from '../http/request-body.js';
import type { BodyRate, ConnectionLimits } from './connection-limits.js';

const path = '/api/v1/oms/anything';
let server: FastifyInstance;
const sockets: Socket[] = [];

/** A server that answers one path. */
async function start(
  limits: Partial<ConnectionLimits>,
  answer: (request: FastifyRequest, reply: FastifyReply) => unknown,
): Promise<void> {
  server = fastifyAdapter(undefined, { lookEveryMs: 5, ...limits }).getInstance();
  server.all(path, answer);
  await server.listen({ port: 0, host: '127.0.0.1' });
}

async function open(localAddress = '127.0.0.1'): Promise<Socket> {
  const socket = connect({ port: (server.server.address() as AddressInfo).port, host: '127.0.0.1', localAddress });
  sockets.push(socket);
  await once(socket, 'connect');
  return socket;
}

afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await server.close();
});

/** A server that reads whatever it is sent. */
const startReading = (rate: BodyRate): Promise<void> =>
  start({}, async (request, reply) => {
    await readRequestBody(request.raw, {
      maxBytes: mebibyte,
      hold: () => undefined,
      turn: () => Promise.resolve(),
      rate,
    }).then(
      () => reply.code(204).send(),
      (failure: unknown) => {
        void refuse(failure as Failure, request, reply, null);
      },
    );
  });

/** Begins a request with a body of 100,000 bytes. */
async function post(beginning: string): Promise<Socket> {
  const socket = await open();
  socket.write(`POST ${path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 100000\r\n\r\n${beginning}`);
  return socket;
}

async function statusOf(socket: Socket): Promise<string | undefined> {
  socket.write(`GET ${path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`);
  return (await text(socket)).split('\r\n')[0];
}

const requestTimeout = '{"detail":"The request did not arrive in time."}';
const nothing = (_request: FastifyRequest, reply: FastifyReply): void => {
  void reply.code(204).send();
};

describe('a connection', () => {
  it('is closed when it sends nothing', async () => {
    await start({ headersMs: 20 }, nothing);
    expect(await text(await open())).toContain(' 408 ');
  });

  it('is closed when its headers trickle in, and told why', async () => {
    await start({ headersMs: 40 }, nothing);
    const socket = await open();
    socket.write(`GET ${path} HTTP/1.1\r\n`);
    const trickle = setInterval(() => {
      socket.write('X-Slow: 1\r\n');
    }, 5);
    socket.once('end', () => {
      clearInterval(trickle);
    });
    const answer = await text(socket);
    expect([answer.split('\r\n')[0], answer.endsWith(requestTimeout)]).toEqual(['HTTP/1.1 408 Request Timeout', true]);
  });

  it('is closed when its body trickles in', async () => {
    await start({ headersMs: 20, requestMs: 60 }, async (request) => {
      await readRequestBody(request.raw, { maxBytes: mebibyte, hold: () => undefined, turn: () => Promise.resolve() });
    });
    const socket = await open();
    socket.write(`POST ${path} HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n`);
    // Nothing is sent behind the answer, which would reset the connection before it is read.
    let left = 3;
    const trickle = setInterval(() => {
      socket.write('x');
      if (--left === 0) clearInterval(trickle);
    }, 5);
    const answer = await text(socket);
    expect([answer.split('\r\n')[0], /^connection: close\r$/im.test(answer), answer.endsWith(requestTimeout)]).toEqual([
      'HTTP/1.1 408 Request Timeout',
      true,
      true,
    ]);
  });

  it('is read while its body comes as fast as it has to, also when others have been closed meanwhile', async () => {
    await startReading({ bodyGraceMs: 30, bodyBytesPerSecond: 10 });
    const [steady, silent] = [await post('x'.repeat(99_999)), await post('')];
    expect(await text(silent)).toContain(' 408 ');
    steady.write('x');
    expect((await text(steady)).split('\r\n')[0]).toBe('HTTP/1.1 204 No Content');
  });

  it('is closed when no other request comes over it', async () => {
    await start({ idleMs: 20 }, nothing);
    const socket = await open();
    socket.write(`GET ${path} HTTP/1.1\r\nHost: a\r\n\r\n`);
    expect((await text(socket)).split('\r\n')[0]).toBe('HTTP/1.1 204 No Content');
  });

  it('is closed when its client reads nothing of an answer', async () => {
    const large = Buffer.alloc(64 * mebibyte);
    await start({ readingMs: 50 }, (_request, reply) => {
      void reply.send(large);
    });
    const accepted = once(server.server, 'connection') as Promise<[Socket]>;
    const socket = await open();
    const [atServer] = await accepted;
    socket.pause().write(`GET ${path} HTTP/1.1\r\nHost: a\r\n\r\n`);
    await once(atServer, 'close');
    expect(atServer.bytesWritten).toBeGreaterThan(0);
  });

  it('is ended on both sides, though its client keeps its own open', async () => {
    await start({ headersMs: 20 }, nothing);
    const accepted = once(server.server, 'connection') as Promise<[Socket]>;
    const socket = connect({
      port: (server.server.address() as AddressInfo).port,
      host: '127.0.0.1',
      allowHalfOpen: true,
    });
    sockets.push(socket);
    const [atServer] = await accepted;
    socket.resume();
    await once(atServer, 'close');
    expect(socket.writable).toBe(true);
  });

  it('is not taken when its address has its share of them, and is when one of these has ended', async () => {
    await start({ connections: 100, connectionsPerAddress: 2, idleMs: 60_000 }, nothing);
    const accepted = once(server.server, 'connection');
    const first = await open();
    const [atServer] = (await accepted) as [Socket];
    await open();
    expect(await text(await open())).toBe('');
    expect(await statusOf(await open('127.0.0.2'))).toBe('HTTP/1.1 204 No Content');
    const ended = once(atServer, 'close');
    first.destroy();
    await ended;
    expect(await statusOf(await open())).toBe('HTTP/1.1 204 No Content');
  });

  it('is taken from a proxy in front, however many that has', async () => {
    await start({ connections: 100, connectionsPerAddress: 1, isProxy: (address) => address === '127.0.0.1' }, nothing);
    await open();
    expect(await statusOf(await open())).toBe('HTTP/1.1 204 No Content');
  });

  it('is not taken when there are too many', async () => {
    await start({ connections: 1 }, nothing);
    await open();
    expect(await text(await open())).toBe('');
  });
});
