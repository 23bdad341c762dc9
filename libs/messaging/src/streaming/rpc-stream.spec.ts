import { createHash } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { kibibyte, mebibyte } from '@refundry/concurrency';
import { Failure } from '@refundry/errors';
import { NatsServer } from '@refundry/testing';
import { IncomingStream, Reply, Streamed, RpcClient, RpcServer, type RpcRequestMetrics, type Head } from '../index.js';

Logger.overrideLogger(false);

const window = 128 * kibibyte;
const part = 32 * kibibyte;
const head = (values: Partial<Head> = {}): Head => ({ requestId: 'r1', deadline: Date.now() + 20_000, ...values });
const csv = { contentType: 'text/csv', fileName: 'müşteriler.csv' };

let nats: NatsServer;
const open: { close(): Promise<void> }[] = [];

beforeAll(async () => {
  nats = await NatsServer.start();
});
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close();
});
afterAll(() => nats.stop());

type Answer = Streamed | Reply | Failure;

async function serve(
  answer: () => Answer | Promise<Answer>,
  { streamLimit = 300, graceMs = 5000 } = {},
): Promise<{ server: RpcServer; handled: RpcRequestMetrics[] }> {
  const handled: RpcRequestMetrics[] = [];
  const server = new RpcServer({
    url: nats.url(),
    name: 'oms',
    limit: 1000,
    streamLimit,
    graceMs,
    observe: (one) => {
      handled.push(one);
    },
  });
  server.addHandler('oms.export', () => Promise.resolve(answer()));
  server.addHandler('oms.echo', () => Promise.resolve(Reply.json('{}')));
  await new Promise<void>((resolve) => {
    void server.listen((error) => {
      expect(error).toBeUndefined();
      resolve();
    });
  });
  open.push(server);
  return { server, handled };
}

async function connect(): Promise<RpcClient> {
  const client = await RpcClient.open({ url: nats.url(), name: 'gateway', limit: 1000 });
  open.push(client);
  return client;
}

async function streamFrom(client: RpcClient, values?: Partial<Head>): Promise<IncomingStream> {
  const answer = await client.exchange('oms.export', head(values));
  if (!(answer instanceof IncomingStream)) throw new Error('It was answered in one message.');
  return answer;
}

/** A source that counts what it was asked for, and knows when it was closed. */
function pieces(
  count: number,
  size: number,
  { after }: { after?: () => Promise<never> } = {},
): { answer: Streamed; asked(): number; closed: Promise<void> } {
  const closed = Promise.withResolvers<void>();
  let asked = 0;
  const answer = new Streamed(csv, async function* () {
    try {
      for (let index = 0; index < count; index += 1) {
        asked += size;
        yield await Promise.resolve(Buffer.alloc(size, `${index},`));
      }
      if (after) await after();
    } finally {
      closed.resolve();
    }
  });
  return { answer, asked: () => asked, closed: closed.promise };
}

/** A source that gives one piece and waits until it is told to stop. */
function waiting(first: Uint8Array[] = [Buffer.from('first')]): {
  answer: Streamed;
  started: Promise<void>;
  closed: Promise<void>;
} {
  const [started, closed] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const answer = new Streamed({}, async function* (left) {
    try {
      started.resolve();
      yield* first;
      await new Promise((_resolve, reject) => {
        left.addEventListener('abort', () => {
          reject(new Error('the statement was cancelled'));
        });
      });
    } finally {
      closed.resolve();
    }
  });
  return { answer, started: started.promise, closed: closed.promise };
}

/** Everything sent before has arrived. */
const settle = async (client: RpcClient): Promise<void> => {
  for (let turn = 0; turn < 20; turn += 1) await client.request('oms.echo', head());
};
const turnOfTheLoop = (): Promise<void> =>
  new Promise((resolve) => {
    setImmediate(resolve);
  });
const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);
const partsOf = async (stream: IncomingStream): Promise<Buffer[]> => (await stream.toArray()) as Buffer[];
const textOf = async (stream: IncomingStream): Promise<string> => Buffer.concat(await partsOf(stream)).toString();
const firstOf = async (stream: AsyncIterable<Buffer>): Promise<string> => {
  for await (const bytes of stream) return bytes.toString();
  return '';
};

describe('a stream', () => {
  it('brings a hundred megabytes in order to a slow reader, its source never more than a window ahead', async () => {
    const source = pieces(1600, part);
    await serve(() => source.answer);
    const [hash, expected] = [createHash('sha256'), createHash('sha256')];
    for (let index = 0; index < 1600; index += 1) expected.update(Buffer.alloc(part, `${index},`));
    let [taken, furthestAhead] = [0, 0];
    for await (const bytes of (await streamFrom(await connect())) as AsyncIterable<Buffer>) {
      hash.update(bytes);
      taken += bytes.length;
      if (taken % (8 * part) === 0) await turnOfTheLoop();
      furthestAhead = Math.max(furthestAhead, source.asked() - taken);
    }
    expect(taken).toBe(1600 * part);
    expect(hash.digest('hex')).toBe(expected.digest('hex'));
    // The window, the piece that the source was making, and what the reader's own buffer holds.
    expect(furthestAhead).toBeLessThanOrEqual(window + part + 2 * part);
  });

  it('asks its source for a window and no more while nobody reads', async () => {
    const source = pieces(1000, 10_000);
    await serve(() => source.answer);
    const client = await connect();
    const stream = await streamFrom(client);
    await settle(client);
    expect(source.asked()).toBeLessThanOrEqual(window + 10_000);
    await expect(textOf(stream)).resolves.toHaveLength(10_000_000);
  });

  it('has a share of the window where there are many', async () => {
    const sources = Array.from({ length: 8 }, () => pieces(1000, 10_000));
    const answers = sources.map(({ answer }) => answer);
    await serve(() => answers.shift() as Streamed);
    const client = await connect();
    const streams = await Promise.all(sources.map(() => streamFrom(client)));
    const taken = await Promise.all(
      streams.map(async (stream) => {
        let bytes = 0;
        const reader = stream[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
        while (bytes < 4 * window) bytes += ((await reader.next()).value as Buffer).length;
        return bytes;
      }),
    );
    await settle(client);
    const asked = sources.map((source) => source.asked());
    // Their shares, the pieces in the making, and what the readers' own buffers hold.
    expect(sum(asked) - sum(taken)).toBeLessThanOrEqual(window + 8 * (10_000 + 2 * part));
    for (const stream of streams) stream.destroy();
  });

  it('says what it is before its bytes', async () => {
    await serve(() => pieces(1, 5).answer);
    const stream = await streamFrom(await connect());
    expect(stream.head).toEqual(csv);
    await expect(textOf(stream)).resolves.toBe('0,0,0');
  });

  it('may be empty', async () => {
    const { handled } = await serve(() => pieces(0, 0).answer);
    await expect(textOf(await streamFrom(await connect()))).resolves.toBe('');
    expect(handled).toMatchObject([{ subject: 'oms.export', outcome: 'ok' }]);
  });

  it('that is not wanted with its bytes says what it is and never starts', async () => {
    const source = pieces(10, 10);
    await serve(() => source.answer);
    const stream = await streamFrom(await connect(), { withoutBody: true });
    expect(stream.head).toEqual(csv);
    await expect(textOf(stream)).resolves.toBe('');
    expect(source.asked()).toBe(0);
  });

  it('gathers small pieces and cuts large ones', async () => {
    const small = pieces(10_000, 100);
    const large = pieces(2, 5 * mebibyte);
    const answers = [small.answer, large.answer];
    await serve(() => answers.shift() as Streamed);
    const client = await connect();
    const parts = await partsOf(await streamFrom(client));
    expect(Buffer.concat(parts)).toHaveLength(1_000_000);
    expect(parts.length).toBeLessThan(500);
    await expect(client.request('oms.export', head())).resolves.toHaveLength(10 * mebibyte);
  });

  it('does not keep back what a slow source has given', async () => {
    const source = waiting([Buffer.from('first'), Buffer.from(' second')]);
    await serve(() => source.answer);
    let text = '';
    for await (const bytes of (await streamFrom(await connect())) as AsyncIterable<Buffer>)
      if ((text += bytes.toString()) === 'first second') break;
    await source.closed;
  });

  it('is one of two hundred at once', async () => {
    await serve(() => pieces(16, 10 * kibibyte).answer);
    const client = await connect();
    const texts = await Promise.all(Array.from({ length: 200 }, async () => textOf(await streamFrom(client))));
    expect(texts.map((text) => text.length)).toEqual(Array.from({ length: 200 }, () => 160 * kibibyte));
  });

  it('is refused when too many are sent already', async () => {
    const source = waiting();
    const { handled } = await serve(() => source.answer, { streamLimit: 1 });
    const client = await connect();
    const running = await streamFrom(client);
    await expect(streamFrom(client)).rejects.toMatchObject({ code: 'overloaded' });
    running.destroy();
    await source.closed;
    expect(handled).toMatchObject([{ outcome: 'overloaded' }]);
  });
});

describe('a client that leaves', () => {
  it('closes the source', async () => {
    const source = pieces(100_000, part);
    const { handled } = await serve(() => source.answer);
    const client = await connect();
    await expect(firstOf(await streamFrom(client))).resolves.toHaveLength(part);
    await source.closed;
    await settle(client);
    expect(handled[0]).toMatchObject({ subject: 'oms.export', outcome: 'left' });
    expect(source.asked()).toBeLessThan(2 * mebibyte);
  });

  it('stops a source that waits', async () => {
    const source = waiting();
    await serve(() => source.answer);
    await expect(firstOf(await streamFrom(await connect()))).resolves.toBe('first');
    await source.closed;
  });

  it('before the first bytes stops the source too', async () => {
    const source = waiting([]);
    await serve(() => source.answer);
    let isCancelled = false;
    const answer = expect((await connect()).exchange('oms.export', head(), () => isCancelled)).rejects.toMatchObject({
      code: 'deadline_exceeded',
    });
    await source.started;
    isCancelled = true;
    await answer;
    await source.closed;
  });

  it('because the time for the first bytes is up stops the source too', async () => {
    const source = waiting([]);
    await serve(() => source.answer);
    await expect((await connect()).exchange('oms.export', head({ deadline: Date.now() + 200 }))).rejects.toMatchObject({
      code: 'deadline_exceeded',
    });
    await source.closed;
  });

  it('as its process dies closes the source', async () => {
    const source = pieces(100_000, part);
    await serve(() => source.answer);
    const client = await connect();
    const stream = await streamFrom(client);
    await (client as unknown as { connection: { close(): Promise<void> } }).connection.close();
    await expect(textOf(stream)).rejects.toMatchObject({ code: 'unavailable' });
    await source.closed;
  });
});

describe('a stream that fails', () => {
  it.each([
    [
      'a failure',
      () => new Failure('upstream_failed', 'Omnitron is away.'),
      { code: 'upstream_failed', detail: 'Omnitron is away.' },
    ],
    ['a fault of ours', () => new Error('a secret of ours'), { code: 'internal', detail: '' }],
  ])('midway with %s ends its reader with it', async (_what, failure, expected) => {
    const source = pieces(8, 100 * kibibyte, { after: () => Promise.reject(failure()) });
    const { handled } = await serve(() => source.answer);
    await expect(textOf(await streamFrom(await connect()))).rejects.toMatchObject(expected);
    expect(handled).toMatchObject([{ outcome: expected.code }]);
  });

  it('before its first bytes is an ordinary refusal', async () => {
    const source = pieces(0, 0, {
      after: () => Promise.reject(new Failure('invalid', { fields: { id: ['Enter a number.'] } })),
    });
    await serve(() => source.answer);
    await expect((await connect()).exchange('oms.export', head())).rejects.toMatchObject({
      code: 'invalid',
      fields: { id: ['Enter a number.'] },
    });
  });

  it('while nobody has begun to read it, harms nobody', async () => {
    const source = pieces(1, 5, { after: () => Promise.reject(new Failure('conflict', 'no')) });
    await serve(() => source.answer);
    const client = await connect();
    const stream = await streamFrom(client);
    await settle(client);
    await expect(textOf(stream)).rejects.toMatchObject({ code: 'conflict' });
  });
});

describe('a large ordinary answer', () => {
  it.each([mebibyte + 1, 20 * mebibyte])('of %d bytes arrives whole', async (size) => {
    const body = Buffer.alloc(size, 'şeker');
    await serve(() => new Reply(body));
    expect(body.equals(await (await connect()).request('oms.export', head()))).toBe(true);
  });

  it('that is larger than anybody should hold in memory is not held', async () => {
    await serve(() => new Reply(new Uint8Array(64 * mebibyte + 1)));
    const client = await connect();
    await expect(client.request('oms.export', head())).rejects.toMatchObject({ code: 'internal' });
    await expect(client.request('oms.echo', head())).resolves.toHaveLength(2);
  });
});

describe('a service that closes', () => {
  it('lets running streams finish', async () => {
    const source = pieces(64, part);
    const { server } = await serve(() => source.answer);
    const stream = await streamFrom(await connect());
    const closed = server.close();
    await expect(textOf(stream)).resolves.toHaveLength(64 * part);
    await closed;
    expect(server.isUp).toBe(false);
  });

  it('fails those that go on after the grace, and closes their sources', async () => {
    const source = waiting();
    const { server } = await serve(() => source.answer, { graceMs: 10 });
    const stream = await streamFrom(await connect());
    const failed = expect(textOf(stream)).rejects.toMatchObject({ code: 'unavailable' });
    await server.close();
    await failed;
    await source.closed;
  });
});
