import { createHash, randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { connect as connectBare, type Msg, type NatsConnection } from '@nats-io/transport-node';
import { mebibyte } from '@refundry/concurrency';
import { NatsServer } from '@refundry/testing';
import fc from 'fast-check';
import { headersOfBody } from './declared-body.js';
import {
  encodeFrame,
  IncomingStream,
  Reply,
  Streamed,
  RpcClient,
  RpcServer,
  type Frame,
  type RpcRequestMetrics,
  type Head,
} from '../index.js';
import { isHeartbeat, readReply, sendHeartbeat } from '../transport/reply.js';
import { cancelSubject } from '../transport/replica-inbox.js';
import { headersOfPart, partBytes, windowBytes } from './stream-part.js';

Logger.overrideLogger(false);

const unavailable = { code: 'unavailable' };
const head = (values: Partial<Head> = {}): Head => ({ requestId: 'r1', deadline: Date.now() + 120_000, ...values });
const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
/** Any piece of it tells where it was cut. */
const content = randomBytes(17 * mebibyte);

let nats: NatsServer;
let bare: NatsConnection;
const open: { close(): Promise<void> }[] = [];

beforeAll(async () => {
  nats = await NatsServer.start();
});
beforeEach(async () => {
  bare = await connectBare({ servers: `127.0.0.1:${nats.port}` });
  open.push(bare);
});
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close();
});
afterAll(() => nats.stop());

interface Replica {
  server: RpcServer;
  handled: RpcRequestMetrics[];
  /** The lengths of the bodies that its handler was given. */
  taken: number[];
}

/** A service that answers with the digest of what it was given, or with all of it. */
async function serve({
  bodyLimits,
  graceMs = 5000,
  work,
}: {
  bodyLimits?: { maxPerBody: number; max: number };
  graceMs?: number;
  work?: (frame: Frame) => Promise<Reply>;
} = {}): Promise<Replica> {
  const [handled, taken]: [RpcRequestMetrics[], number[]] = [[], []];
  const server = new RpcServer({
    url: nats.url(),
    name: 'oms',
    limit: 1000,
    graceMs,
    ...(bodyLimits && { bodyLimits }),
    observe: (one) => {
      handled.push(one);
    },
  });
  server.addHandler('oms.digest', ({ body }: Frame) => {
    taken.push(body.length);
    return Promise.resolve(Reply.json(sha256(body)));
  });
  server.addHandler('oms.echo', ({ head: { requestId }, body }: Frame) =>
    Promise.resolve(
      new Streamed({ fileName: requestId }, async function* () {
        yield await Promise.resolve(body);
      }),
    ),
  );
  if (work) server.addHandler('oms.work', work);
  await new Promise<void>((resolve) => {
    void server.listen((error) => {
      expect(error).toBeUndefined();
      resolve();
    });
  });
  open.push(server);
  return { server, handled, taken };
}

async function connect(): Promise<RpcClient> {
  const client = await RpcClient.open({ url: nats.url(), name: 'gateway', limit: 1000 });
  open.push(client);
  return client;
}

const digest = async (client: RpcClient, body: Uint8Array, values?: Partial<Head>): Promise<string> =>
  Buffer.from(await client.request('oms.digest', head(values), body)).toString();

/** A client in one hand, which has announced a body and sends of it what it is told to. */
class BareClient {
  private readonly inbox = `_INBOX.${crypto.randomUUID()}`;
  private readonly heard = bare.subscribe(this.inbox)[Symbol.asyncIterator]();

  announce(length: number): void {
    bare.publish('oms.digest', encodeFrame(head()), { reply: this.inbox, headers: headersOfBody(length) });
  }

  /** The next that the replica says. */
  async receive(): Promise<Msg> {
    return (await this.heard.next()).value as Msg;
  }

  async answer(): Promise<string> {
    for (;;) {
      const message = await this.receive();
      if (!isHeartbeat(message)) return Buffer.from(readReply(message)).toString();
    }
  }

  cancel(): void {
    bare.publish(cancelSubject('oms'), this.inbox);
  }
}

const sendPart = (word: Msg, number: number, bytes: Uint8Array, isLast = false): void => {
  word.respond(bytes, { headers: headersOfPart({ number, ...(isLast && { isLast }) }) });
};

describe('a body too large for one message', () => {
  it('arrives as it was sent, whatever its length', async () => {
    await serve();
    const client = await connect();
    const oneMessage = mebibyte - encodeFrame(head()).length;
    const boundaries = [oneMessage, mebibyte, ...[17, 18, 19, 20, 32, 64].map((parts) => parts * partBytes)];
    const length = fc.oneof(
      fc
        .tuple(fc.constantFrom(...boundaries), fc.integer({ min: -3, max: 3 }))
        .map(([boundary, off]) => boundary + off),
      fc.integer({ min: 0, max: 3 * mebibyte }),
    );
    await fc.assert(
      fc.asyncProperty(length, fc.integer({ min: 0, max: mebibyte }), async (bytes, from) => {
        const body = content.subarray(from, from + bytes);
        expect(await digest(client, body)).toBe(sha256(body));
      }),
      { seed: 18, numRuns: 50 },
    );
  });

  it('is one of fifty at once, each taken whole by one of two replicas', async () => {
    const limits = { bodyLimits: { maxPerBody: 16 * mebibyte, max: 256 * mebibyte } };
    const replicas = [await serve(limits), await serve(limits)];
    const client = await connect();
    const bodies = Array.from({ length: 50 }, (_, index) =>
      content.subarray(index * 1000, index * 1000 + 3 * mebibyte + index),
    );
    expect(await Promise.all(bodies.map((body) => digest(client, body)))).toEqual(bodies.map(sha256));
    expect(replicas.flatMap(({ taken }) => taken).sort()).toEqual(bodies.map(({ length }) => length));
    for (const { taken } of replicas) expect(taken).not.toEqual([]);
  });

  it('may be answered with a stream', async () => {
    await serve();
    const answer = await (
      await connect()
    ).exchange('oms.echo', head({ requestId: 'müşteriler.json' }), () => false, content.subarray(0, 5 * mebibyte));
    if (!(answer instanceof IncomingStream)) throw new Error('It was answered in one message.');
    expect(answer.head).toEqual({ fileName: 'müşteriler.json' });
    expect(Buffer.concat((await answer.toArray()) as Buffer[]).equals(content.subarray(0, 5 * mebibyte))).toBe(true);
  });

  it('stays within what the process may hold, however many come', async () => {
    setFlagsFromString('--expose-gc');
    const collectGarbage = runInNewContext('gc') as () => void;
    const { taken } = await serve();
    const client = await connect();
    const body = content.subarray(0, 16 * mebibyte);
    collectGarbage();
    const before = process.memoryUsage().arrayBuffers;
    const grown = (): number => process.memoryUsage().arrayBuffers - before;
    for (let round = 0; round < 3; round += 1) {
      await Promise.all(Array.from({ length: 4 }, () => client.request('oms.digest', head(), body)));
      // Garbage is swept in the background, which a collection after the other would keep from the processor.
      for (let turn = 0; turn < 200 && grown() >= 4 * mebibyte; turn += 1) {
        collectGarbage();
        await pause(20);
      }
      expect(grown()).toBeLessThan(4 * mebibyte);
    }
    expect(taken).toEqual(Array.from({ length: 12 }, () => 16 * mebibyte));
  });
});

describe('a body that fits one message', () => {
  it('travels with its request, as it always did', async () => {
    await serve();
    const seen: Msg[] = [];
    for (const subject of ['oms.digest', 'oms._streams.>'])
      bare.subscribe(subject, {
        callback: (_error, message) => {
          seen.push(message);
        },
      });
    await bare.flush();
    const client = await connect();
    const largest = head({ deadline: 9_999_999_999_999 });
    const body = content.subarray(0, mebibyte - encodeFrame(largest).length);
    await expect(digest(client, body, largest)).resolves.toBe(sha256(body));
    await bare.flush();
    expect(seen.map(({ data, headers }) => [data.length, headers])).toEqual([[mebibyte, undefined]]);
  });
});

describe('a body that does not come as it was sent', () => {
  const part = content.subarray(0, partBytes);

  it.each<[string, (word: Msg) => void]>([
    [
      'is missing a part',
      (word) => {
        sendPart(word, 0, part);
        sendPart(word, 2, part, true);
      },
    ],
    [
      'is missing its first part',
      (word) => {
        sendPart(word, 1, part);
      },
    ],
    [
      'has a part twice',
      (word) => {
        sendPart(word, 0, part);
        sendPart(word, 0, part);
      },
    ],
    [
      'comes in another order',
      (word) => {
        sendPart(word, 0, part);
        sendPart(word, 2, part);
        sendPart(word, 1, part);
      },
    ],
    [
      'has a part without a number',
      (word) => {
        sendPart(word, 0, part);
        word.respond(part);
      },
    ],
    [
      'ends early',
      (word) => {
        sendPart(word, 0, part);
        sendPart(word, 1, part.subarray(1), true);
      },
    ],
    [
      'is longer than announced',
      (word) => {
        sendPart(word, 0, part);
        sendPart(word, 1, part);
        sendPart(word, 2, part.subarray(0, 1), true);
      },
    ],
    [
      'brings a part of somebody else’s among its own',
      (word) => {
        sendPart(word, 0, part);
        sendPart(word, 1, randomBytes(5));
        sendPart(word, 1, part, true);
      },
    ],
    [
      'is given up by its asker',
      (word) => {
        sendPart(word, 0, part);
        word.respond('left');
      },
    ],
  ])('fails when it %s, and nothing is executed', async (_what, send) => {
    const { taken, handled } = await serve();
    const caller = new BareClient();
    caller.announce(2 * partBytes);
    send(await caller.receive());
    await expect(caller.answer()).rejects.toMatchObject(unavailable);
    await (await connect()).request('oms.digest', head());
    expect(taken).toEqual([0]);
    expect(handled.map(({ outcome }) => outcome)).toEqual(['unavailable', 'ok']);
  });

  it.each(['-1', 'many', '1e30'])('because its length is %s does no harm', async (length) => {
    const { taken } = await serve();
    const caller = new BareClient();
    caller.announce(Number(length));
    await expect(caller.answer()).rejects.toMatchObject({ code: length === '1e30' ? 'payload_too_large' : 'internal' });
    await expect(digest(await connect(), content.subarray(0, 2 * mebibyte))).resolves.toBe(
      sha256(content.subarray(0, 2 * mebibyte)),
    );
    expect(taken).toEqual([2 * mebibyte]);
  });
});

describe('the limits of bodies', () => {
  it('refuse one that is too large before any of it is sent', async () => {
    const { taken, handled } = await serve();
    const client = await connect();
    const body = content.subarray(0, 16 * mebibyte + 1);
    await expect(digest(client, body)).rejects.toMatchObject({
      code: 'payload_too_large',
      status: 413,
      text: 'Request body must not exceed 16777216 bytes.',
    });
    await expect(digest(client, body.subarray(1))).resolves.toBe(sha256(body.subarray(1)));
    expect(taken).toEqual([16 * mebibyte]);
    expect(handled.map(({ outcome }) => outcome)).toEqual(['payload_too_large', 'ok']);
  });

  it('refuse what is more than a replica holds at once, until that is answered', async () => {
    await serve({ bodyLimits: { maxPerBody: 2 * mebibyte, max: 3 * mebibyte } });
    const client = await connect();
    const first = new BareClient();
    first.announce(2 * mebibyte);
    const word = await first.receive();
    await expect(digest(client, content.subarray(0, mebibyte + 1))).rejects.toMatchObject({ code: 'overloaded' });
    await expect(digest(client, content.subarray(0, mebibyte))).resolves.toBe(sha256(content.subarray(0, mebibyte)));
    sendPart(word, 0, content.subarray(0, mebibyte / 2));
    sendPart(word, 1, content.subarray(mebibyte / 2, mebibyte), true);
    await expect(first.answer()).rejects.toMatchObject(unavailable);
    await expect(digest(client, content.subarray(0, 2 * mebibyte))).resolves.toBe(
      sha256(content.subarray(0, 2 * mebibyte)),
    );
  });

  it('count bodies that came with their requests too, where they are long', async () => {
    const ends: (() => void)[] = [];
    const work = async (): Promise<Reply> => {
      await new Promise<void>((end) => {
        ends.push(end);
      });
      return Reply.json('done');
    };
    await serve({ bodyLimits: { maxPerBody: mebibyte, max: mebibyte }, work, graceMs: 100 });
    const client = await connect();
    const body = content.subarray(0, 600 * 1024);
    const larger = new BareClient();
    larger.announce(mebibyte);
    await larger.receive();
    const first = client.request('oms.work', head(), body);
    await expect(client.request('oms.work', head(), body)).rejects.toMatchObject({ code: 'overloaded' });
    await digest(client, content.subarray(0, 64 * 1024));
    ends[0]?.();
    await first;
    await expect(digest(client, body)).resolves.toBe(sha256(body));
  });

  it('count nothing of a client that has left', async () => {
    const { taken } = await serve({ bodyLimits: { maxPerBody: 2 * mebibyte, max: 2 * mebibyte } });
    const caller = new BareClient();
    caller.announce(2 * mebibyte);
    sendPart(await caller.receive(), 0, content.subarray(0, partBytes));
    caller.cancel();
    await expect(caller.answer()).rejects.toMatchObject(unavailable);
    await digest(await connect(), content.subarray(0, 2 * mebibyte));
    expect(taken).toEqual([2 * mebibyte]);
  });
});

describe('the work on long bodies', () => {
  const callerOf = (account: number): Partial<Head> => ({
    requestId: String(account),
    caller: { account, scopes: [] },
  });

  /** A service whose work ends when it is told to. */
  async function serveWorking(): Promise<{
    begun: string[];
    endFirst: () => void;
    hasBegun: (count: number) => Promise<void>;
  }> {
    const [begun, ends]: [string[], (() => void)[]] = [[], []];
    let onBegun = (): void => undefined;
    await serve({
      work: async ({ head: { requestId } }) => {
        begun.push(requestId);
        onBegun();
        await new Promise<void>((end) => {
          ends.push(end);
        });
        return Reply.json('done');
      },
    });
    return {
      begun,
      endFirst: () => {
        ends.shift()?.();
      },
      hasBegun: (count) =>
        new Promise((resolve) => {
          (onBegun = () => {
            if (begun.length >= count) resolve();
          })();
        }),
    };
  }

  it.each([
    ['over 1 MiB, one at once', 2 * mebibyte, 1],
    ['over 64 KiB, four at once', 65 * 1024, 4],
  ])('is done a few at once, and short ones pass: %s', async (_what, length, atOnce) => {
    const { begun, endFirst, hasBegun } = await serveWorking();
    const client = await connect();
    const work = (account: number): Promise<Uint8Array> =>
      client.request('oms.work', head(callerOf(account)), content.subarray(0, length));
    const works = Array.from({ length: 10 }, (_, index) => work(index % 3));
    for (let ended = 0; ended < 10; ended += 1) {
      await hasBegun(ended + 1);
      await digest(client, content.subarray(0, 3));
      expect(begun.length - ended).toBeLessThanOrEqual(atOnce);
      endFirst();
    }
    await Promise.all(works);
  });
});

describe('the client of a replica that takes its body', () => {
  /** A replica in one hand: the request it took, and what came to it of the body. */
  async function listen(): Promise<{ asked: Promise<Msg>; parts: Msg[]; arrived: (count: number) => Promise<void> }> {
    const [asked, parts]: [PromiseWithResolvers<Msg>, Msg[]] = [Promise.withResolvers(), []];
    let onPart = (): void => undefined;
    bare.subscribe('oms.bare', {
      callback: (_error, message) => {
        asked.resolve(message);
      },
    });
    bare.subscribe('oms._streams.bare.1', {
      callback: (_error, message) => {
        parts.push(message);
        onPart();
      },
    });
    await bare.flush();
    const arrived = (count: number): Promise<void> =>
      new Promise((resolve) => {
        (onPart = () => {
          if (parts.length >= count) resolve();
        })();
      });
    return { asked: asked.promise, parts, arrived };
  }
  const bytesOf = (parts: Msg[]): number => parts.reduce((sum, { data }) => sum + data.length, 0);

  it('sends no byte before it is asked to, and then no more than it is asked for', async () => {
    const { asked, parts, arrived } = await listen();
    const answer = (await connect()).request('oms.bare', head(), content);
    const request = await asked;
    expect(request.data).toHaveLength(encodeFrame(head()).length);
    sendHeartbeat(request, 'oms._streams.bare.1', String(windowBytes));
    // A part beyond the window is empty: it asks whether the replica is there.
    await arrived(8);
    expect(bytesOf(parts)).toBe(windowBytes);
    sendHeartbeat(request, 'oms._streams.bare.1', String(windowBytes + 10));
    await arrived(12);
    expect(bytesOf(parts)).toBe(windowBytes + 10);
    request.respond('enough');
    expect(Buffer.from(await answer).toString()).toBe('enough');
  });

  it('stops when whoever it asks for leaves', async () => {
    const { asked, parts, arrived } = await listen();
    let isCancelled = false;
    const answer = expect(
      (await connect()).exchange('oms.bare', head(), () => isCancelled, content),
    ).rejects.toMatchObject({ code: 'deadline_exceeded' });
    sendHeartbeat(await asked, 'oms._streams.bare.1', String(windowBytes));
    await arrived(4);
    isCancelled = true;
    await answer;
    const sent = parts.length;
    sendHeartbeat(await asked, 'oms._streams.bare.1', String(2 * windowBytes));
    await arrived(sent + 1);
    expect(parts.slice(sent).map((message) => message.string())).toEqual(['left']);
  });
});

describe('a replica that closes', () => {
  it('takes the bodies that it was sent requests of', async () => {
    const { server, taken } = await serve();
    const caller = new BareClient();
    caller.announce(2 * partBytes);
    const word = await caller.receive();
    const closed = server.close();
    sendPart(word, 0, content.subarray(0, partBytes));
    sendPart(word, 1, content.subarray(partBytes, 2 * partBytes), true);
    await expect(caller.answer()).resolves.toBe(sha256(content.subarray(0, 2 * partBytes)));
    await closed;
    expect(taken).toEqual([2 * partBytes]);
  });

  it('fails those that go on after its grace, and executes nothing', async () => {
    const { server, taken } = await serve({ graceMs: 10 });
    const caller = new BareClient();
    caller.announce(2 * partBytes);
    sendPart(await caller.receive(), 0, content.subarray(0, partBytes));
    const failed = expect(caller.answer()).rejects.toMatchObject(unavailable);
    await server.close();
    await failed;
    expect(taken).toEqual([]);
  });
});
