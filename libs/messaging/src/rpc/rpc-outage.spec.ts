import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { connect, type Msg } from '@nats-io/transport-node';
import type { Failure } from '@refundry/errors';
import { NatsServer } from '@refundry/testing';
import { repeatingReads, RpcClient, RpcServer, type Frame, type Head, Reply } from '../index.js';

Logger.overrideLogger(false);

const hour = 3_600_000;
const head = (): Head => ({ requestId: 'r1', deadline: Date.now() + hour });
const echo = ({ body }: Frame): Promise<Reply> => Promise.resolve(new Reply(body));
const unavailable = { code: 'unavailable', status: 503 };

let nats: NatsServer;
let client: RpcClient;
let server: RpcServer;
let slow: { started: PromiseWithResolvers<void>; release: PromiseWithResolvers<Reply> };

beforeAll(async () => {
  nats = await NatsServer.start();
});
afterAll(() => nats.stop());

const goesOn = ['setTimeout', 'clearTimeout', 'setImmediate', 'clearImmediate', 'nextTick', 'queueMicrotask'] as const;
const clocks = ['Date', 'performance', 'hrtime'] as const;

/**
 * Intervals stand still: what is said to happen at once must not need the sweep. The clock goes on unless told
 * otherwise: reconnecting needs it.
 */
async function start({ clockStands = false } = {}): Promise<void> {
  jest.useFakeTimers({ doNotFake: [...goesOn, ...(clockStands ? [] : clocks)] });
  slow = { started: Promise.withResolvers(), release: Promise.withResolvers() };
  server = new RpcServer({ url: nats.url(), name: 'oms', limit: 100, graceMs: 5000, observe: () => undefined });
  server.addHandler('oms.echo', echo);
  server.addHandler('oms.slow', () => (slow.started.resolve(), slow.release.promise));
  await new Promise<void>((resolve) => {
    void server.listen(() => {
      resolve();
    });
  });
  client = await RpcClient.open({ url: nats.url(), name: 'gateway', limit: 100 });
  await answered('oms.echo');
}

afterEach(async () => {
  slow.release.resolve(Reply.json('{}'));
  await client.close();
  await server.close();
  jest.useRealTimers();
});

const ask = async (subject: string): Promise<string> =>
  Buffer.from(await client.request(subject, head(), Buffer.from('"ok"'))).toString();

/** Asks again until it is answered. */
async function answered(subject: string): Promise<string> {
  for (;;) {
    try {
      return await ask(subject);
    } catch {
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
}

describe('a request while something is away', () => {
  beforeEach(() => start());

  it('fails at once when nobody listens', async () => {
    await expect(ask('oms.nobody')).rejects.toMatchObject(unavailable);
  });

  it('fails when NATS stops, as new ones do, and works again when NATS is back, without a restart', async () => {
    for (const end of ['stop', 'kill'] as const) {
      slow.started = Promise.withResolvers();
      const pending = [ask('oms.slow'), ask('oms.slow')].map((answer) =>
        expect(answer).rejects.toMatchObject(unavailable),
      );
      await slow.started.promise;
      await nats[end]();
      await Promise.all(pending);
      expect(client.isUp).toBe(false);
      await expect(ask('oms.echo')).rejects.toMatchObject(unavailable);
      nats = await NatsServer.start({ port: nats.port });
      await expect(answered('oms.echo')).resolves.toBe('"ok"');
      expect([client.isUp, server.isUp]).toEqual([true, true]);
    }
  });

  it('may be made of a client that was opened before NATS was there', async () => {
    await nats.stop();
    const opening = RpcClient.open({ url: nats.url(), name: 'early', limit: 1 });
    nats = await NatsServer.start({ port: nats.port });
    const early = await opening;
    expect(early.isUp).toBe(true);
    await early.close();
    await answered('oms.echo');
  });

  it('can not be made by a client that does not want to wait for NATS', async () => {
    await nats.stop();
    await expect(RpcClient.open({ url: nats.url(), name: 'hasty', limit: 1, waitForServer: false })).rejects.toThrow();
    nats = await NatsServer.start({ port: nats.port });
    await answered('oms.echo');
  });
});

describe('a client whose password NATS does not know yet', () => {
  it('says so, and is let in when NATS knows it', async () => {
    const told = jest.spyOn(Logger.prototype, 'warn').mockImplementation(() => undefined);
    const user = { user: 'gateway', publish: ['>'], subscribe: ['>'] };
    const before = await NatsServer.start({ users: [{ ...user, password: 'old' }] });
    const opening = RpcClient.open({ url: `nats://gateway:new@127.0.0.1:${before.port}`, name: 'gateway', limit: 1 });
    while (told.mock.calls.length === 0) await new Promise((resolve) => setImmediate(resolve));
    expect(told.mock.calls.flat()).toEqual([expect.stringMatching(/^NATS refuses our user or password/)]);
    await before.stop();
    const after = await NatsServer.start({ port: before.port, users: [{ ...user, password: 'new' }] });
    const late = await opening;
    expect(late.isUp).toBe(true);
    await late.close();
    await after.stop();
    told.mockRestore();
  });
});

describe('closing while NATS is away', () => {
  beforeEach(() => start());

  it('ends the client and the service all the same', async () => {
    await nats.stop();
    try {
      while (client.isUp || server.isUp) await new Promise((resolve) => setImmediate(resolve));
      await client.close();
      await server.close();
      expect([client.isUp, server.isUp]).toEqual([false, false]);
    } finally {
      nats = await NatsServer.start({ port: nats.port });
    }
  });
});

describe('a request that takes long', () => {
  beforeEach(() => start({ clockStands: true }));

  /** An answered request is a barrier: what was sent before it on the same connections has arrived. */
  const passSeconds = async (seconds: number): Promise<void> => {
    for (let passed = 0; passed < seconds; passed += 0.5) {
      jest.advanceTimersByTime(500);
      await ask('oms.echo');
    }
  };

  it('gets through, because the service gives heartbeats', async () => {
    const answer = ask('oms.slow');
    await slow.started.promise;
    await passSeconds(60);
    slow.release.resolve(Reply.json('"late"'));
    await expect(answer).resolves.toBe('"late"');
  });

  it('fails when the service stops sending heartbeats, long before its deadline', async () => {
    const silent = await listenInSilence('oms.silent');
    const answer = expect(ask('oms.silent')).rejects.toMatchObject(unavailable);
    await silent.asked;
    await passSeconds(10);
    await answer;
    await silent.close();
  });

  it('is asked once more, of any replica, when the service stops sending heartbeats, if it only reads', async () => {
    for (const { isRead, outcome } of [
      { isRead: true, outcome: '"ok"' },
      { isRead: false, outcome: 'unavailable' },
    ]) {
      const silent = await listenInSilence('oms.dying');
      const answer = repeatingReads({ isRead }, () => ask('oms.dying')).catch(
        (failure: unknown) => (failure as Failure).code,
      );
      await silent.asked;
      await silent.close();
      const other = await listen('oms.dying', (message) => message.respond('"ok"'));
      await passSeconds(4);
      expect(await answer).toBe(outcome);
      await other.close();
    }
  });

  it('is not asked a third time', async () => {
    const silent = await listenInSilence('oms.silent');
    const answer = expect(repeatingReads({ isRead: true }, () => ask('oms.silent'))).rejects.toMatchObject(unavailable);
    await silent.asked;
    await passSeconds(8);
    await answer;
    await silent.close();
  });
});

/** Takes requests and never says a word. */
async function listenInSilence(subject: string): Promise<{ asked: Promise<void>; close(): Promise<void> }> {
  const asked = Promise.withResolvers<void>();
  return {
    asked: asked.promise,
    ...(await listen(subject, () => {
      asked.resolve();
    })),
  };
}

async function listen(subject: string, hear: (message: Msg) => void): Promise<{ close(): Promise<void> }> {
  const connection = await connect({ servers: `127.0.0.1:${nats.port}` });
  connection.subscribe(subject, {
    callback: (_error, message) => {
      hear(message);
    },
  });
  await connection.flush();
  return { close: () => connection.close() };
}
