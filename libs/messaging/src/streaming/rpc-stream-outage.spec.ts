import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { connect, type Msg, type NatsConnection } from '@nats-io/transport-node';
import { NatsServer } from '@refundry/testing';
import { encodeFrame, IncomingStream, Reply, Streamed, RpcClient, RpcServer, type Head } from '../index.js';
import { headersOfPart } from './stream-part.js';

Logger.overrideLogger(false);

const hour = 3_600_000;
const part = 32 * 1024;
const head = (values: Partial<Head> = {}): Head => ({ requestId: 'r1', deadline: Date.now() + hour, ...values });
const unavailable = { code: 'unavailable' };
const goesOn = ['setTimeout', 'clearTimeout', 'setImmediate', 'clearImmediate', 'nextTick', 'queueMicrotask'] as const;
const clocks = ['Date', 'performance', 'hrtime'] as const;

let nats: NatsServer;
let client: RpcClient;
let server: RpcServer;
let bare: NatsConnection;
let closed: PromiseWithResolvers<void>;

/** Gives for ever, as fast as it is asked. */
const endless = (): Streamed =>
  new Streamed({}, async function* () {
    try {
      for (;;) yield await Promise.resolve(new Uint8Array(part));
    } finally {
      closed.resolve();
    }
  });

beforeAll(async () => {
  nats = await NatsServer.start();
});
afterAll(() => nats.stop());

/** Intervals stand still until time is told to pass. The clock goes on where it is needed to reconnect. */
async function start({ clockStands = true } = {}): Promise<void> {
  jest.useFakeTimers({ doNotFake: [...goesOn, ...(clockStands ? [] : clocks)] });
  closed = Promise.withResolvers();
  server = new RpcServer({ url: nats.url(), name: 'oms', limit: 100, graceMs: 100, observe: () => undefined });
  server.addHandler('oms.endless', () => Promise.resolve(endless()));
  server.addHandler('oms.echo', () => Promise.resolve(Reply.json('{}')));
  await new Promise<void>((resolve) => {
    void server.listen(() => {
      resolve();
    });
  });
  client = await RpcClient.open({ url: nats.url(), name: 'gateway', limit: 100 });
  bare = await connect({ servers: `127.0.0.1:${nats.port}` });
}

afterEach(async () => {
  await client.close();
  await server.close();
  await bare.close();
  jest.useRealTimers();
});

async function passSeconds(seconds: number): Promise<void> {
  for (let passed = 0; passed < seconds; passed += 0.5) {
    jest.advanceTimersByTime(500);
    await bare.flush();
    await client.request('oms.echo', head());
  }
}

async function streamFrom(subject: string, values?: Partial<Head>): Promise<IncomingStream> {
  const answer = await client.exchange(subject, head(values));
  if (!(answer instanceof IncomingStream)) throw new Error('It was answered in one message.');
  return answer;
}

const readAll = async (stream: AsyncIterable<Buffer>): Promise<void> => {
  for await (const bytes of stream) expect(bytes.length).toBeGreaterThan(0);
};

/** A service in one hand: what it was asked and told. */
async function listen(): Promise<{ asked: Promise<Msg>; told: string[] }> {
  const asked = Promise.withResolvers<Msg>();
  const told: string[] = [];
  bare.subscribe('oms.bare', {
    callback: (_error, message) => {
      asked.resolve(message);
    },
  });
  bare.subscribe('oms._streams.bare.1', {
    callback: (_error, message) => {
      told.push(message.string());
    },
  });
  await bare.flush();
  return { asked: asked.promise, told };
}

const sendPart = (to: Msg, number: number, text: string): void => {
  to.respond(text, { headers: headersOfPart({ number }), reply: 'oms._streams.bare.1' });
};

describe('a stream while time passes', () => {
  it('goes on for a reader who pauses', async () => {
    await start();
    const stream = await streamFrom('oms.endless');
    await passSeconds(30);
    for (let number = 0; number < 20; number += 1)
      expect((await stream.iterator({ destroyOnReturn: false }).next()).done).toBe(false);
    expect(stream.destroyed).toBe(false);
  });

  it('outlives its deadline, which is that of the first bytes', async () => {
    await start();
    const stream = await streamFrom('oms.endless', { deadline: Date.now() + 1000 });
    await passSeconds(10);
    expect(stream.destroyed).toBe(false);
  });

  it('ends when nothing is read for a minute', async () => {
    await start();
    const stream = await streamFrom('oms.endless');
    await passSeconds(61);
    await closed.promise;
    expect(stream.errored).toMatchObject({ code: 'deadline_exceeded' });
  });

  it('ends when its client stops sending heartbeats, without a sign that it died', async () => {
    await start();
    const inbox = `_INBOX.${crypto.randomUUID()}`;
    const received: Msg[] = [];
    bare.subscribe(inbox, {
      callback: (_error, message) => {
        received.push(message);
      },
    });
    bare.publish('oms.endless', encodeFrame(head()), { reply: inbox });
    await passSeconds(10);
    await closed.promise;
    expect(received.reduce((sum, message) => sum + message.data.length, 0)).toBe(4 * part);
  });

  it('ends when its client died while the window was full', async () => {
    await start();
    await streamFrom('oms.endless');
    await (client as unknown as { connection: { close(): Promise<void> } }).connection.close();
    client = await RpcClient.open({ url: nats.url(), name: 'gateway', limit: 100 });
    await passSeconds(5.5);
    await closed.promise;
  });

  it('fails when the service died', async () => {
    await start();
    const stream = await streamFrom('oms.endless');
    const failed = expect(readAll(stream)).rejects.toMatchObject(unavailable);
    await (server as unknown as { connection: { close(): Promise<void> } }).connection.close();
    while (!stream.destroyed) {
      jest.advanceTimersByTime(500);
      await bare.flush();
    }
    await failed;
  });

  it('fails when the service stops sending heartbeats', async () => {
    await start();
    const { asked, told } = await listen();
    const answer = streamFrom('oms.bare');
    sendPart(await asked, 0, 'first');
    const failed = expect(readAll(await answer)).rejects.toMatchObject(unavailable);
    await passSeconds(7);
    await failed;
    expect(told.at(-1)).toBe('left');
  });

  it('fails when a part of it is lost', async () => {
    await start();
    const { asked, told } = await listen();
    const answer = streamFrom('oms.bare');
    sendPart(await asked, 0, 'first');
    sendPart(await asked, 2, 'third');
    await expect(readAll(await answer)).rejects.toMatchObject(unavailable);
    await passSeconds(1);
    expect(told).toEqual(['left']);
  });
});

describe('a stream while NATS is away', () => {
  it('fails on both sides, and the next one works when NATS is back', async () => {
    await start({ clockStands: false });
    const failed = expect(readAll(await streamFrom('oms.endless'))).rejects.toMatchObject(unavailable);
    await nats.kill();
    await Promise.all([failed, closed.promise]);
    nats = await NatsServer.start({ port: nats.port });
    closed = Promise.withResolvers();
    const stream = await again(() => streamFrom('oms.endless'));
    stream.destroy();
    await closed.promise;
  });
});

async function again<T>(attempt: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await attempt();
    } catch {
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
}
