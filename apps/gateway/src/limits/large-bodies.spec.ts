import { once } from 'node:events';
import { createServer, request as httpRequest, type ClientRequest, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { mebibyte } from '@refundry/concurrency';
import type { Failure } from '@refundry/errors';
import { readRequestBody } from '../http/request-body.js';
import { LargeBodies } from './large-bodies.js';

const [length, maxBytes] = [4 * mebibyte, 16 * mebibyte];
let server: Server;
let bodies: LargeBodies;
/** Requests whose bodies have come, and requests that were refused. */
let read: { name: string; answer: ServerResponse }[];
let refused: { name: string; code: string }[];
/** Bytes that are held of each body. */
let held: Map<string, number>;
const clients: ClientRequest[] = [];

beforeEach(async () => {
  [bodies, read, refused] = [new LargeBodies(), [], []];
  held = new Map();
  server = createServer((request, answer) => {
    const name = request.url!.slice(1);
    readRequestBody(request, {
      maxBytes,
      hold: (bytes) => held.set(name, (held.get(name) ?? 0) + bytes),
      turn: () => bodies.turn(Number(name[0]), request, answer),
      rate: { bodyGraceMs: 60_000, bodyBytesPerSecond: 1 },
    }).then(
      () => read.push({ name, answer }),
      (failure: unknown) => refused.push({ name, code: (failure as Failure).code }),
    );
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
});

afterEach(() => {
  jest.useRealTimers();
  for (const client of clients.splice(0)) client.destroy();
  server.closeAllConnections();
  server.close();
});

/** @param name begins with the number of the account */
function post(name: string, bytes = length): ClientRequest {
  const { port } = server.address() as AddressInfo;
  const client = httpRequest({ port, method: 'POST', path: `/${name}`, agent: false });
  client.on('error', () => undefined).on('response', (response) => response.resume());
  client.end(Buffer.alloc(bytes));
  clients.push(client);
  return client;
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise(setImmediate);
}

const names = (): string[] => read.map(({ name }) => name);
/** Waits until more than a mebibyte of a body is there, of which it has room for nothing more. */
const waits = (name: string): Promise<void> => until(() => (held.get(name) ?? 0) > mebibyte);

describe('bodies of more than a mebibyte', () => {
  it('are read one at a time, each when the one before it is answered', async () => {
    post('1a');
    await until(() => names().length === 1);
    post('2a');
    await waits('2a');
    post('3a');
    await waits('3a');
    expect([names(), held.get('2a')! < length, held.get('3a')! < length]).toEqual([['1a'], true, true]);
    read[0]!.answer.end();
    await until(() => names().length === 2);
    expect(names()).toEqual(['1a', '2a']);
    read[1]!.answer.end();
    await until(() => names().length === 3);
  });

  it('wait for one of each other account, however many that sends', async () => {
    post('1a');
    await until(() => names().length === 1);
    for (const name of ['1b', '1c', '1d']) {
      post(name);
      await waits(name);
    }
    post('2a');
    await waits('2a');
    for (const answered of [0, 1]) {
      read[answered]!.answer.end();
      await until(() => names().length === answered + 2);
    }
    expect(names()).toEqual(['1a', '2a', '1b']);
  });

  it('let the next have its turn when their client leaves', async () => {
    const leaving = post('1a');
    await until(() => names().length === 1);
    post('2a');
    await waits('2a');
    leaving.destroy();
    await until(() => names().length === 2);
  });

  it('keep no shorter one waiting', async () => {
    post('1a');
    await until(() => names().length === 1);
    post('2a', mebibyte);
    await until(() => names().length === 2);
  });

  it('let the next have its turn when they take long, and are refused when they wait too long', async () => {
    jest.useFakeTimers();
    const outcomes: string[] = [];
    const turn = (account: number): void => {
      const request = { socket: { destroyed: false, once: () => undefined } };
      bodies.turn(account, request as never, { once: () => undefined } as never).then(
        () => outcomes.push('turn'),
        (failure: unknown) => outcomes.push((failure as Failure).code),
      );
    };
    for (let account = 0; account < 14; account++) turn(account);
    await jest.advanceTimersByTimeAsync(0);
    expect(outcomes).toEqual(['turn']);
    await jest.advanceTimersByTimeAsync(3000);
    expect(outcomes).toEqual(['turn', 'turn']);
    await jest.advanceTimersByTimeAsync(27_000);
    expect(outcomes.slice(9)).toEqual(['turn', 'overloaded', 'overloaded', 'overloaded', 'overloaded']);
  });
});
