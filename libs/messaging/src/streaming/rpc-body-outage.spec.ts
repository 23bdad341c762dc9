import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { connect, RequestError, type Msg, type NatsConnection } from '@nats-io/transport-node';
import { mebibyte } from '@refundry/concurrency';
import { NatsServer } from '@refundry/testing';
import { headersOfBody } from './declared-body.js';
import { encodeFrame, Reply, RpcClient, RpcServer, type Frame, type Head } from '../index.js';
import { isHeartbeat, sendHeartbeat } from '../transport/reply.js';
import { headersOfPart, partBytes, partOf, windowBytes } from './stream-part.js';

Logger.overrideLogger(false);

const hour = 3_600_000;
const head = (values: Partial<Head> = {}): Head => ({ requestId: 'r1', deadline: Date.now() + hour, ...values });
const unavailable = { code: 'unavailable' };
const goesOn = ['setTimeout', 'clearTimeout', 'setImmediate', 'clearImmediate', 'nextTick', 'queueMicrotask'] as const;
const clocks = ['Date', 'performance', 'hrtime'] as const;
const body = Buffer.alloc(16 * mebibyte, 'şeker');
const inbox = '_INBOX.bare';

let nats: NatsServer;
let client: RpcClient;
let server: RpcServer;
let bare: NatsConnection;
let outcomes: string[];
/** The lengths of the bodies that the handler was given. */
let taken: number[];

beforeAll(async () => {
  nats = await NatsServer.start();
});
afterAll(() => nats.stop());

/** Intervals stand still until time is told to pass. The clock goes on where it is needed to reconnect. */
async function start({ clockStands = true } = {}): Promise<void> {
  jest.useFakeTimers({ doNotFake: [...goesOn, ...(clockStands ? [] : clocks)] });
  [outcomes, taken] = [[], []];
  // It has room for one body.
  server = new RpcServer({
    url: nats.url(),
    name: 'oms',
    limit: 100,
    graceMs: 100,
    bodyLimits: { maxPerBody: body.length, max: body.length },
    observe: ({ subject, outcome }) => {
      if (subject === 'oms.take') outcomes.push(outcome);
    },
  });
  server.addHandler('oms.take', (frame: Frame) => {
    taken.push(frame.body.length);
    return Promise.resolve(Reply.json(String(body.equals(frame.body))));
  });
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

/** An answered request is a barrier: what was sent before it on the same connections has arrived. */
async function passSeconds(seconds: number): Promise<void> {
  for (let passed = 0; passed < seconds; passed += 0.5) {
    jest.advanceTimersByTime(500);
    await bare.flush();
    await client.request('oms.echo', head());
  }
}

const take = async (): Promise<string> => Buffer.from(await client.request('oms.take', head(), body)).toString();
const die = (one: RpcClient | RpcServer): Promise<void> =>
  (one as unknown as { connection: { close(): Promise<void> } }).connection.close();
/** Hears the first message only: who goes on listening would hide that nobody else does. */
async function firstAt(subject: string): Promise<{ heard: Promise<void> }> {
  const heard = Promise.withResolvers<void>();
  bare.subscribe(subject, {
    max: 1,
    callback: () => {
      heard.resolve();
    },
  });
  await bare.flush();
  return { heard: heard.promise };
}
const turnOfTheLoop = (): Promise<void> =>
  new Promise((resolve) => {
    setImmediate(resolve);
  });
const part = (number: number): Uint8Array => body.subarray(number * partBytes, (number + 1) * partBytes);
const sendPart = (word: Msg, number: number, isLast = false): void => {
  word.respond(part(number), { headers: headersOfPart({ number, ...(isLast && { isLast }) }), reply: inbox });
};

/** A client in one hand has announced its body: what it is told. */
function announce(values?: Partial<Head>): AsyncIterator<Msg> {
  const told = bare.subscribe(inbox)[Symbol.asyncIterator]();
  bare.publish('oms.take', encodeFrame(head(values)), { reply: inbox, headers: headersOfBody(body.length) });
  return told;
}

const next = async (told: AsyncIterator<Msg>): Promise<Msg> => (await told.next()).value as Msg;

/** The first bytes of a body that the replica waits for the rest of. */
async function startBareClient(values?: Partial<Head>): Promise<Msg> {
  const word = await next(announce(values));
  sendPart(word, 0);
  await bare.flush();
  return word;
}

/** A replica in one hand has taken a request and asked for a window of its body: what came of it. */
async function startBareReplica(
  replica: NatsConnection,
  values?: Partial<Head>,
): Promise<{ answer: Promise<Uint8Array>; parts: Msg[] }> {
  const [asked, full, parts]: [PromiseWithResolvers<Msg>, PromiseWithResolvers<void>, Msg[]] = [
    Promise.withResolvers(),
    Promise.withResolvers(),
    [],
  ];
  replica.subscribe('oms.bare', {
    callback: (_error, message) => {
      asked.resolve(message);
    },
  });
  replica.subscribe('oms._streams.bare.1', {
    callback: (_error, message) => {
      if (parts.push(message) === windowBytes / partBytes) full.resolve();
    },
  });
  await replica.flush();
  const answer = client.request('oms.bare', head(values), body);
  answer.catch(() => undefined);
  sendHeartbeat(await asked.promise, 'oms._streams.bare.1', String(windowBytes));
  await full.promise;
  return { answer, parts };
}

describe('a replica that takes a body', () => {
  it('asks for a window and no more, and for the next bytes as it has taken some', async () => {
    await start();
    const told = announce();
    const words = [await next(told)];
    const last = body.length / partBytes - 1;
    for (let number = 0; number < last - 1; number += 1) {
      sendPart(words.at(-1)!, number);
      if (number % 2 === 1) words.push(await next(told));
    }
    expect(words.map((word) => Number(word.string()))).toEqual(
      words.map((_word, index) => windowBytes + index * 2 * partBytes),
    );
    sendPart(words.at(-1)!, last - 1);
    sendPart(words.at(-1)!, last, true);
    const answer = await next(told);
    expect([isHeartbeat(answer), answer.string()]).toEqual([false, 'true']);
  });

  it('waits for a client who pauses but gives heartbeats', async () => {
    await start();
    const word = await startBareClient();
    for (let number = 1; number < 20; number += 1) {
      await passSeconds(2);
      word.respond(undefined, { headers: headersOfPart({ number }) });
    }
    await passSeconds(2);
    expect(outcomes).toEqual([]);
  });

  it('drops it when its client stops sending heartbeats', async () => {
    await start();
    await startBareClient();
    await expect(take()).rejects.toMatchObject({ code: 'overloaded' });
    await passSeconds(7);
    expect(outcomes).toEqual(['overloaded', 'unavailable']);
    await expect(take()).resolves.toBe('true');
    expect(taken).toEqual([body.length]);
  });

  it('drops it when its client died, before it would call it silent', async () => {
    await start();
    await startBareClient();
    await bare.close();
    bare = await connect({ servers: `127.0.0.1:${nats.port}` });
    await passSeconds(5.5);
    expect(outcomes).toEqual(['unavailable']);
    await expect(take()).resolves.toBe('true');
  });

  it('drops it as its client dies while it sends', async () => {
    await start();
    const sending = await firstAt('oms._streams.>');
    const failed = expect(take()).rejects.toMatchObject(unavailable);
    await sending.heard;
    await die(client);
    await failed;
    client = await RpcClient.open({ url: nats.url(), name: 'gateway', limit: 100 });
    await passSeconds(5.5);
    expect([outcomes, taken]).toEqual([['unavailable'], []]);
    await expect(take()).resolves.toBe('true');
  });

  it('drops it when the time of the request is up', async () => {
    await start();
    const word = await startBareClient({ deadline: Date.now() + 2000 });
    for (let number = 1; number < 6; number += 1) {
      word.respond(undefined, { headers: headersOfPart({ number }) });
      await passSeconds(0.5);
    }
    expect(outcomes).toEqual(['deadline_exceeded']);
    await expect(take()).resolves.toBe('true');
  });
});

describe('the client of a replica', () => {
  it('fails within a moment when the replica died while it owed a word', async () => {
    await start();
    const replica = await connect({ servers: `127.0.0.1:${nats.port}` });
    const { answer } = await startBareReplica(replica);
    await replica.close();
    await untilNobodyHears('oms._streams.bare.1');
    jest.advanceTimersByTime(100);
    await expect(answer).rejects.toMatchObject(unavailable);
  });

  it('fails as the replica dies while it takes the body, and nothing is executed', async () => {
    await start();
    const taking = await firstAt('_INBOX.>');
    const failed = expect(take()).rejects.toMatchObject(unavailable);
    await taking.heard;
    await die(server);
    await untilNobodyHears('oms.echo');
    jest.advanceTimersByTime(100);
    await failed;
    expect(taken).toEqual([]);
  });

  it('fails when the replica stops sending heartbeats', async () => {
    await start();
    const { answer } = await startBareReplica(bare);
    await passSeconds(7);
    await expect(answer).rejects.toMatchObject(unavailable);
  });

  it('fails when the time of the request is up', async () => {
    await start();
    const { answer } = await startBareReplica(bare, { deadline: Date.now() + 1000 });
    await passSeconds(1);
    await expect(answer).rejects.toMatchObject({ code: 'deadline_exceeded' });
  });

  it('goes on counting while it waits, so that the loss of a whole window shows', async () => {
    await start();
    const { parts } = await startBareReplica(bare);
    await passSeconds(0.5);
    expect(parts.slice(0, 5).map((message) => [partOf(message)?.number, message.data.length])).toEqual([
      [0, partBytes],
      [1, partBytes],
      [2, partBytes],
      [3, partBytes],
      [4, 0],
    ]);
  });
});

describe('a body while NATS is away', () => {
  it('fails on both sides, and the next one works when NATS is back', async () => {
    await start({ clockStands: false });
    const taking = await firstAt('_INBOX.>');
    const failed = expect(take()).rejects.toMatchObject(unavailable);
    await taking.heard;
    await nats.kill();
    await failed;
    while (outcomes.length === 0) await turnOfTheLoop();
    nats = await NatsServer.start({ port: nats.port });
    expect([outcomes, taken]).toEqual([['unavailable'], []]);
    await expect(again(take)).resolves.toBe('true');
  });
});

/** A killed process is connected until NATS has noticed. */
async function untilNobodyHears(subject: string): Promise<void> {
  for (;;) {
    const error: unknown = await bare
      .request(subject, undefined, { timeout: 100 })
      .catch((failure: unknown) => failure);
    if (error instanceof RequestError && error.isNoResponders()) return;
  }
}

async function again<T>(attempt: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await attempt();
    } catch {
      await turnOfTheLoop();
    }
  }
}
