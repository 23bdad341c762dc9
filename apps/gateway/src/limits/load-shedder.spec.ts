import { once } from 'node:events';
import { Agent, createServer, get, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { LoadShedder } from './load-shedder.js';

const agent = new Agent({ keepAlive: true });
let server: Server;
let loadShedder: LoadShedder;
let held: ServerResponse[];
let isHolding: boolean;

beforeEach(async () => {
  jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'performance'] });
  held = [];
  isHolding = true;
  server = createServer((_, response) => {
    if (isHolding) held.push(response);
    else response.end();
  });
  loadShedder = new LoadShedder({ inFlight: 1, onRefused: () => undefined });
  loadShedder.watch(server);
  await once(server.listen(0, '127.0.0.1'), 'listening');
});

afterEach(() => {
  jest.useRealTimers();
  server.close();
  server.closeAllConnections();
});

/** Asks so often, and gives the statuses of the answers as they come, when all of it has arrived. */
async function ask(times: number): Promise<number[]> {
  let arrived = 0;
  const all = new Promise<void>((resolve) => {
    server.on('request', () => {
      if (++arrived === times) resolve();
    });
  });
  const answered: number[] = [];
  for (let queued = 0; queued < times; queued += 1) void status().then((one) => answered.push(one));
  await all;
  return answered;
}

const nextTurn = (): Promise<void> =>
  new Promise((resolve) => {
    setImmediate(resolve);
  });

const status = async (): Promise<number> => {
  const { port } = server.address() as AddressInfo;
  const [response] = (await once(get({ agent, port, path: '/api/v1/oms/cancellation-reasons/' }), 'response')) as [
    IncomingMessage,
  ];
  response.resume();
  return response.statusCode!;
};

describe('the guard against overload', () => {
  it('refuses so many at a time of those that waited in vain, and lets the others in when there is room', async () => {
    const answered = await ask(100);
    jest.advanceTimersByTime(75);
    while (answered.length < 20) await nextTurn();
    isHolding = false;
    for (const response of held) response.end();
    while (answered.length < 100) await nextTurn();
    expect(answered.filter((one) => one === 503)).toHaveLength(20);
    expect(answered.filter((one) => one === 200)).toHaveLength(80);
  });

  it('gives the place of a request to one other, though it gave way before it was answered', async () => {
    const first = await ask(1);
    loadShedder.releaseEarly(held[0]!.req);
    await ask(1);
    held[0]!.end();
    while (first.length < 1) await nextTurn();
    await ask(1);
    expect(held).toHaveLength(2);
  });
});
