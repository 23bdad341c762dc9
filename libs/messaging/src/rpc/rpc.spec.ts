import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { Failure, invalid } from '@refundry/errors';
import { BooleanField, operation, StringField } from '@refundry/resource';
import { entriesHeldBy, NatsServer, partOf, waitUntil } from '@refundry/testing';
import { RpcClient, RpcServer, type Frame, type RpcRequestMetrics, type Head, Reply, Streamed } from '../index.js';

type Answer = Reply | Streamed | Failure | Promise<Reply | Failure>;
type Handlers = Record<string, (frame: Frame) => Answer>;

Logger.overrideLogger(false);

const maxMessageBytes = 1_048_576;
const head = (values: Partial<Head> = {}): Head => ({ requestId: 'r1', deadline: Date.now() + 20_000, ...values });
const echo = ({ body }: Frame): Reply => new Reply(body);

let nats: NatsServer;
const open: { close(): Promise<void> }[] = [];

beforeAll(async () => {
  nats = await NatsServer.start();
});
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close();
});
afterAll(() => nats.stop());

/** A server of these handlers, once it answers, and what it observed. */
async function serve(
  handlers: Handlers,
  { limit = 100, graceMs = 5000, url = nats.url() } = {},
): Promise<{ server: RpcServer; handled: RpcRequestMetrics[] }> {
  const handled: RpcRequestMetrics[] = [];
  const server = new RpcServer({
    url,
    name: 'oms',
    limit,
    graceMs,
    observe: (one) => {
      handled.push(one);
    },
  });
  const ping = `ping.${crypto.randomUUID()}`;
  for (const [subject, handler] of Object.entries({ ...handlers, [ping]: echo }))
    server.addHandler(subject, (frame: Frame) => Promise.resolve(handler(frame)));
  await new Promise<void>((resolve) => {
    void server.listen((error) => {
      expect(error).toBeUndefined();
      resolve();
    });
  });
  open.push(server);
  return { server, handled };
}

async function connect({ limit = 100, url = nats.url() } = {}): Promise<RpcClient> {
  const client = await RpcClient.open({ url, name: 'gateway', limit });
  open.push(client);
  return client;
}

const ask = async (client: RpcClient, subject: string, body = '', values: Partial<Head> = {}): Promise<string> =>
  Buffer.from(await client.request(subject, head(values), Buffer.from(body))).toString();

describe('a request', () => {
  it('carries its head and its body, and brings the bytes of the answer', async () => {
    const seen: Frame[] = [];
    await serve({ 'oms.echo': (frame) => (seen.push(frame), echo(frame)) });
    const client = await connect();
    const sent = head({
      caller: { account: 7, scopes: ['oms:read'] },
      key: 'ş/1',
      query: 'a=b&c=%C5%9F',
      publicUrl: 'https://shop.example/',
    });
    const body = Uint8Array.from({ length: 256 }, (_, byte) => byte);
    expect([...(await client.request('oms.echo', sent, body))]).toEqual([...body]);
    expect(seen.map((frame) => frame.head)).toEqual([{ ...sent, deadline: expect.any(Number) }]);
  });

  it('may be one of many at once, each with its own answer', async () => {
    await serve({ 'oms.echo': echo }, { limit: 500 });
    const client = await connect({ limit: 500 });
    const bodies = Array.from({ length: 500 }, (_, index) => `body ${index}`);
    expect(await Promise.all(bodies.map((body) => ask(client, 'oms.echo', body)))).toEqual(bodies);
  });

  it('is refused with the very failure of the service', async () => {
    const failure = new Failure('conflict', {
      detail: 'Most of them would go: 7 of “ş”.',
      fields: { lines: [{}, { qty: ['A valid number is required.'] }] },
    });
    await serve({ 'oms.fail': () => failure });
    const client = await connect();
    const { code, detail, fields, status, text } = failure;
    await expect(ask(client, 'oms.fail')).rejects.toMatchObject({ code, detail, fields, status, text });
  });

  it('is answered with what an observable ends in', async () => {
    const { of } = await import('rxjs');
    await serve({ 'oms.observable': () => of(Reply.json('1'), Reply.json('2')) as unknown as Reply });
    await expect(ask(await connect(), 'oms.observable')).resolves.toBe('2');
  });

  it('leaves nothing behind at either end, whoever asked and whatever became of it', async () => {
    const release = Promise.withResolvers<Reply>();
    const { server, handled } = await serve({
      'oms.echo': echo,
      'oms.fail': () => new Failure('conflict'),
      'oms.broken': () => {
        throw new Error('broken');
      },
      'oms.slow': () => release.promise,
    });
    const client = await connect({ limit: 1000 });
    const subjects = ['oms.echo', 'oms.fail', 'oms.broken', 'oms.slow', 'oms.nobody'];
    await Promise.allSettled(
      Array.from({ length: 100 }, (_, account) => {
        const subject = subjects[account % subjects.length] ?? '';
        return ask(client, subject, '', {
          caller: { account, scopes: [] },
          ...(subject === 'oms.slow' && { deadline: Date.now() + 200 }),
        });
      }),
    );
    release.resolve(Reply.json('{}'));
    await waitUntil(() => handled.length >= 80);
    const multiplexer = partOf(client, 'multiplexer');
    expect([
      server.requestsInFlight,
      ...[partOf(server, 'limiter'), partOf(server, 'bodies'), multiplexer, partOf(multiplexer, 'streams')].map(
        entriesHeldBy,
      ),
    ]).toEqual([0, 0, 0, 0, 0]);
  });

  it('is not worked on when its caller has stopped waiting', async () => {
    const worked: Frame[] = [];
    const { handled } = await serve({ 'oms.work': (frame) => (worked.push(frame), echo(frame)), 'oms.echo': echo });
    const client = await connect();
    await expect(ask(client, 'oms.work', '', { deadline: Date.now() - 1 })).rejects.toMatchObject({
      code: 'deadline_exceeded',
    });
    await ask(client, 'oms.echo');
    expect(worked).toEqual([]);
    expect(handled).toMatchObject([
      { subject: 'oms.work', outcome: 'deadline_exceeded' },
      { subject: 'oms.echo', outcome: 'ok' },
    ]);
  });

  it('fails when its time is up, however long the service goes on', async () => {
    const release = Promise.withResolvers<Reply>();
    await serve({ 'oms.slow': () => release.promise });
    const client = await connect();
    await expect(ask(client, 'oms.slow', '', { deadline: Date.now() + 100 })).rejects.toMatchObject({
      code: 'deadline_exceeded',
    });
    release.resolve(Reply.json('{}'));
  });

  it('with a head that does not fit one message is not sent, with a body or without', async () => {
    await serve({ 'oms.echo': echo });
    const client = await connect();
    const query = 'x'.repeat(maxMessageBytes);
    for (const body of ['', 'body', query])
      await expect(ask(client, 'oms.echo', body, { query })).rejects.toMatchObject({ code: 'headers_too_large' });
    await expect(ask(client, 'oms.echo', 'ok')).resolves.toBe('ok');
  });

  it('fails and does no harm when its client closes before it was sent', async () => {
    await serve({ 'oms.echo': echo });
    const client = await RpcClient.open({ url: nats.url(), name: 'gateway', limit: 1 });
    const answer = expect(ask(client, 'oms.echo')).rejects.toMatchObject({ code: 'unavailable' });
    await client.close();
    await answer;
    await expect(ask(client, 'oms.echo')).rejects.toMatchObject({ code: 'unavailable' });
  });

  it('is refused when too many are waiting already', async () => {
    const release = Promise.withResolvers<Reply>();
    await serve({ 'oms.slow': () => release.promise });
    const client = await connect({ limit: 2 });
    const waiting = [ask(client, 'oms.slow'), ask(client, 'oms.slow')];
    await expect(ask(client, 'oms.slow')).rejects.toMatchObject({ code: 'overloaded' });
    release.resolve(Reply.json('{}'));
    await expect(Promise.all(waiting)).resolves.toEqual(['{}', '{}']);
    await expect(ask(client, 'oms.slow')).resolves.toBe('{}');
  });
});

describe('a service over RPC', () => {
  it('refuses what is more than it may work on at once', async () => {
    const release = Promise.withResolvers<Reply>();
    const { handled } = await serve({ 'oms.slow': () => release.promise }, { limit: 2 });
    const client = await connect();
    const running = [ask(client, 'oms.slow'), ask(client, 'oms.slow')];
    await expect(ask(client, 'oms.slow')).rejects.toMatchObject({ code: 'overloaded' });
    release.resolve(Reply.json('{}'));
    await expect(Promise.all(running)).resolves.toEqual(['{}', '{}']);
    expect(handled.map(({ outcome }) => outcome)).toEqual(['overloaded', 'ok', 'ok']);
  });

  it('leaves room for others whatever one account asks', async () => {
    const release = Promise.withResolvers<Reply>();
    await serve({ 'oms.slow': () => release.promise }, { limit: 8 });
    const client = await connect();
    const by = (account: number): Promise<string> => ask(client, 'oms.slow', '', { caller: { account, scopes: [] } });
    const running = [by(1), by(1)];
    await expect(by(1)).rejects.toMatchObject({ code: 'busy_account', detail: '1' });
    running.push(by(2));
    release.resolve(Reply.json('{}'));
    await expect(Promise.all(running)).resolves.toEqual(['{}', '{}', '{}']);
    await expect(by(1)).resolves.toBe('{}');
  });

  it('sends an answer as large as a message may be', async () => {
    await serve({ 'oms.large': () => new Reply(new Uint8Array(maxMessageBytes)) });
    await expect((await connect()).request('oms.large', head())).resolves.toHaveLength(maxMessageBytes);
  });

  it.each([
    ['a failure', invalid({ id: ['x'.repeat(maxMessageBytes)] })],
    [
      'a failure that only fits without its header',
      new Failure('conflict', 'x'.repeat(maxMessageBytes - JSON.stringify({ code: 'conflict', detail: '' }).length)),
    ],
  ])('answers %s whole, though it does not fit one message', async (_what, answer) => {
    await serve({ 'oms.large': () => answer, 'oms.echo': echo });
    const client = await connect();
    await expect(ask(client, 'oms.large')).rejects.toMatchObject({
      code: answer.code,
      detail: answer.detail,
      fields: answer.fields,
    });
    await expect(ask(client, 'oms.echo', 'ok')).resolves.toBe('ok');
  });

  it('answers `internal` when a handler throws', async () => {
    const { handled } = await serve({
      'oms.broken': () => {
        throw new Error('a secret of ours');
      },
    });
    await expect(ask(await connect(), 'oms.broken', '', { deadline: Date.now() + 1000 })).rejects.toMatchObject({
      code: 'internal',
      detail: '',
    });
    expect(handled).toMatchObject([{ subject: 'oms.broken', outcome: 'internal' }]);
  });

  it('shares the work with others of its name, so that each request is done once', async () => {
    const done: string[][] = [[], []];
    for (const mine of done)
      await serve(
        { 'oms.work': ({ body }) => (mine.push(Buffer.from(body).toString()), Reply.json('{}')) },
        { limit: 200 },
      );
    const client = await connect({ limit: 200 });
    const bodies = Array.from({ length: 200 }, (_, index) => String(index).padStart(3, '0'));
    await Promise.all(bodies.map((body) => ask(client, 'oms.work', body)));
    expect(done.flat().sort()).toEqual(bodies);
    for (const mine of done) expect(mine).not.toEqual([]);
  });

  it('lets running requests finish when it closes, and takes no new ones', async () => {
    const [started, release] = [Promise.withResolvers<void>(), Promise.withResolvers<Reply>()];
    const { server } = await serve({ 'oms.slow': () => (started.resolve(), release.promise), 'oms.echo': echo });
    const client = await connect();
    const running = ask(client, 'oms.slow');
    await started.promise;
    const closed = server.close();
    await expect(untilRefused(client, 'oms.echo')).resolves.toMatchObject({ code: 'unavailable' });
    release.resolve(Reply.json('{"done":true}'));
    await expect(running).resolves.toBe('{"done":true}');
    await closed;
    await expect(ask(client, 'oms.slow')).rejects.toMatchObject({ code: 'unavailable' });
  });

  it('closes when the grace is over, even if a request never ends', async () => {
    const started = Promise.withResolvers<void>();
    const { server } = await serve(
      { 'oms.endless': () => (started.resolve(), new Promise<Reply>(() => undefined)) },
      { graceMs: 10 },
    );
    const failed = ask(await connect(), 'oms.endless', '', { deadline: Date.now() + 500 }).catch(
      (error: unknown) => error,
    );
    await started.promise;
    await server.close();
    expect(server.isUp).toBe(false);
    expect(await failed).toBeInstanceOf(Failure);
  });
});

async function untilRefused(client: RpcClient, subject: string): Promise<unknown> {
  for (;;) {
    try {
      await ask(client, subject);
    } catch (error) {
      return error;
    }
  }
}

describe('an operation', () => {
  class Question {
    @StringField({ label: 'Hash' }) hash!: string;
  }
  class Verdict {
    @BooleanField({ label: 'Found' }) found!: boolean;
  }

  it('is asked with its input and answered with its output', async () => {
    await serve({
      'accounts.verify': ({ body }) =>
        Reply.json(JSON.stringify({ found: Buffer.from(body).toString() === '{"hash":"ş"}' })),
    });
    const verify = operation('accounts.verify', { input: Question, output: Verdict });
    await expect((await connect()).call(verify, { hash: 'ş' }, 'r1')).resolves.toEqual({ found: true });
  });

  it('without an output answers nothing', async () => {
    await serve({ 'accounts.tell': () => Reply.json('{}') });
    await expect(
      (await connect()).call(operation('accounts.tell', { input: Question }), { hash: 'x' }, 'r1'),
    ).resolves.toBeUndefined();
  });
});

describe('users of NATS', () => {
  it('work with no more than their own subjects', async () => {
    const gateway = { user: 'gateway', password: 'g@te/way', publish: ['oms.>'], subscribe: ['_INBOX_gateway.>'] };
    const oms = { user: 'oms', password: 'oms', publish: ['_INBOX_gateway.>'], subscribe: ['oms.>'] };
    const closed = await NatsServer.start({ users: [gateway, oms] });
    const stream = new Streamed({}, async function* () {
      for (let part = 0; part < 100; part += 1) yield await Promise.resolve(new Uint8Array(10_000));
    });
    await serve({ 'oms.echo': echo, 'oms.stream': () => stream }, { url: closed.url('oms') });
    const client = await connect({ url: closed.url('gateway') });
    await expect(ask(client, 'oms.echo', 'ok')).resolves.toBe('ok');
    await expect(client.request('oms.stream', head())).resolves.toHaveLength(1_000_000);
    await expect(client.request('oms.echo', head(), new Uint8Array(2_000_000))).resolves.toHaveLength(2_000_000);
    for (const one of open.splice(0)) await one.close();
    await closed.stop();
  });
});
