import { once } from 'node:events';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { text } from 'node:stream/consumers';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterEach, describe, expect, it } from '@jest/globals';
import { localCertificate } from '@refundry/testing';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { fastifyAdapter } from './fastify-adapter.js';

const path = '/api/v1/oms/anything';
let server: FastifyInstance;
const sockets: Socket[] = [];
/** Requests that were received and wait for their answer. */
let received: { request: FastifyRequest; reply: FastifyReply }[] = [];

async function start(...parameters: Parameters<typeof fastifyAdapter>): Promise<void> {
  received = [];
  server = fastifyAdapter(...parameters).getInstance();
  server.all(path, async (request, reply) => {
    received.push({ request, reply });
    await once(reply.raw, 'close');
  });
  await server.listen({ port: 0, host: '127.0.0.1' });
}

const port = (): number => (server.server.address() as AddressInfo).port;

async function open(): Promise<Socket> {
  const socket = connect({ port: port(), host: '127.0.0.1', allowHalfOpen: true });
  sockets.push(socket);
  await once(socket, 'connect');
  return socket;
}

/** Until so many requests were received, and the end of input behind them. */
const untilShutDown = (count: number): Promise<void> =>
  until(() => received.length === count && received.every(({ request: { raw } }) => raw.socket.readableEnded));

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await nextTurn();
}

const request = (version = '1.1', method = 'GET'): string => `${method} ${path} HTTP/${version}\r\nHost: a\r\n\r\n`;
const bodiesOf = (answers: string): string[] =>
  answers
    .split(/HTTP\/1\.1 200 OK\r\n/)
    .slice(1)
    .map((answer) => answer.slice(answer.indexOf('\r\n\r\n') + 4));

afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await server.close();
});

describe('a connection whose client has closed its sending half', () => {
  it.each(['1.0', '1.1'])('gets the answer to its request of HTTP/%s whole, then the end', async (version) => {
    await start();
    const socket = await open();
    socket.end(request(version));
    await untilShutDown(1);
    void received[0]?.reply.send('answer');
    const answer = await text(socket);
    expect(answer.startsWith('HTTP/1.1 200 OK\r\n')).toBe(true);
    expect(bodiesOf(answer)).toEqual(['answer']);
  });

  it('gets the answers to all requests that it has sent, in their order', async () => {
    await start();
    const socket = await open();
    socket.end(request() + request() + request());
    await untilShutDown(3);
    for (const index of [2, 0, 1]) void received[index]?.reply.send(`answer ${index}`);
    expect(bodiesOf(await text(socket))).toEqual(['answer 0', 'answer 1', 'answer 2']);
  });

  it('gets an answer that is begun before it is there as one that is not', async () => {
    await start();
    const socket = await open();
    socket.end(request() + request());
    await untilShutDown(2);
    const parts: string[] = [];
    const ended = once(
      socket.setEncoding('latin1').on('data', (part: string) => {
        parts.push(part);
      }),
      'end',
    );
    for (const { reply } of received) {
      await once(socket, 'data');
      await once(socket, 'data');
      void reply.send(Buffer.from('answer'));
      await once(reply.raw, 'close');
    }
    await ended;
    expect(parts.slice(0, 2)).toEqual(['H', 'T']);
    expect(bodiesOf(parts.join(''))).toEqual(['answer', 'answer']);
  });

  it('gets a stream that stands still whole, and is over when its client leaves meanwhile', async () => {
    await start();
    const [staying, leaving] = [await open(), await open()];
    staying.end(request());
    leaving.end(request());
    await untilShutDown(2);
    const whole = text(staying);
    for (const { reply } of received) reply.raw.writeHead(200).write('begun ');
    const remaining = received.find(({ request: { raw } }) => raw.socket.remotePort === staying.localPort);
    const left = received.find((one) => one !== remaining);
    await once(leaving, 'data');
    leaving.destroy();
    await once(left?.reply.raw ?? leaving, 'close');
    remaining?.reply.raw.end('and ended');
    expect((await whole).split('\r\n\r\n').slice(1).join('\n')).toMatch(/^6\r\nbegun \r\n0{1,9}9\r\nand ended\r\n0\n$/);
  });

  it('is over when the client closes the other half too, though it was told nothing', async () => {
    await start();
    const socket = await open();
    socket.write(request() + request());
    await until(() => received.length === 2);
    socket.destroy();
    await Promise.all(received.map(({ reply }) => once(reply.raw, 'close')));
    expect(received.map(({ request: { raw } }) => raw.socket.destroyed)).toEqual([true, true]);
  });

  it('ends when nothing was asked, or the request breaks off', async () => {
    await start();
    const [silent, broken] = [await open(), await open()];
    silent.end();
    broken.end(`POST ${path} HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nab`);
    expect(await text(silent)).toBe('');
    expect((await text(broken)).split('\r\n')[0]).toBe('HTTP/1.1 400 Bad Request');
  });

  it('is cut off when it takes nothing of its answer', async () => {
    await start(undefined, { readingMs: 50 });
    const socket = await open();
    socket.pause().end(request());
    await untilShutDown(1);
    const [
      {
        request: {
          raw: { socket: atServer },
        },
        reply,
      },
    ] = received as [(typeof received)[number]];
    void reply.send(Buffer.alloc(64 * 1024 * 1024));
    await once(atServer, 'close');
    expect(atServer.bytesWritten).toBeGreaterThan(0);
  });

  it('is answered over TLS too', async () => {
    const { certificate: cert, key } = await localCertificate();
    await start({ cert, key });
    const options = { port: port(), host: '127.0.0.1', ca: cert, servername: 'localhost', allowHalfOpen: true };
    const socket = connectTls(options);
    sockets.push(socket);
    await once(socket, 'secureConnect');
    socket.end(request());
    await untilShutDown(1);
    await once(socket, 'readable');
    void received[0]?.reply.send('answer');
    expect(bodiesOf(await text(socket))).toEqual(['answer']);
  });
});
