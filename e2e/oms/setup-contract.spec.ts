import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { omsPath, type Client } from '../system/client.js';
import { send, sendRaw, type Answer } from '../system/http.js';
import { SharedSystem } from '../system/shared-system.js';
import { steps, type LastRun, type Step } from '../system/setup.js';
import { until } from '../system/until.js';

let system: SharedSystem;
/** Of an account in which every step has run. */
let client: Client;
/** Of the same account: may read, may sync. */
let [reader, syncer] = [] as unknown as [Client, Client];
/** Of an account in which nothing ever ran. */
let fresh: Client;
/** Keys that open nothing any more. */
let [revoked, expired, disabled] = [] as unknown as [Client, Client, Client];

beforeAll(async () => {
  system = await SharedSystem.withSimulator();
  [client, fresh, disabled] = await Promise.all([
    system.newClient(),
    system.newClient(),
    system.newAccount().then((account) => system.newToken(account)),
  ]);
  const { account } = client;
  [reader, syncer, revoked, expired] = await Promise.all([
    system.newToken(account, { scopes: 'oms:read' }),
    system.newToken(account, { scopes: 'oms:sync' }),
    system.newToken(account),
    system.newToken(account, { expires: '2020-01-01' }),
  ]);
  await Promise.all([
    system.command('token', 'revoke', '--id', String(revoked.tokenId)),
    system.command('account', 'disable', '--name', disabled.account),
    ...steps.map((step) => client.setup(step).run()),
  ]);
});

afterAll(() => system.leave());

const actions = {
  execute: ['POST', 'OPTIONS'],
  get_async_status: ['GET', 'POST', 'HEAD', 'OPTIONS'],
  is_required: ['GET', 'POST', 'HEAD', 'OPTIONS'],
  abort: ['POST', 'OPTIONS'],
  last_run: ['GET', 'HEAD', 'OPTIONS'],
} as const;
type Action = keyof typeof actions;
const everyAction = Object.keys(actions) as Action[];
const everyCall = steps.flatMap((step) => everyAction.map((action) => ({ step, action })));

const levelsOf: Readonly<Record<Step, readonly string[]>> = {
  addresses: ['countries', 'cities', 'townships', 'districts'],
  channels: ['channels'],
  customers: ['customers'],
  'cancellation-reasons': ['cancellation_reasons'],
};

const timestamp = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/;
const forbidden = { detail: 'You do not have permission to perform this action.' };
const setOf = (header: string | undefined): Set<string> => new Set(header?.split(/, ?/));

describe.each(steps)('setup/%s/execute/ and abort/', (step) => {
  it.each(['execute', 'abort'] as const)(
    '%s: a POST is answered by 204 and nothing else, which nobody may store',
    async (action) => {
      const answer = await client.setup(step).request('POST', action);
      isNoContent(answer);
      expect(answer.headers).toMatchObject({
        'cache-control': 'no-store',
        'x-request-id': expect.stringMatching(/^[\w-]{8,}$/),
      });
      expect(setOf(answer.headers.allow)).toEqual(new Set(actions[action]));
      await client.setup(step).ended();
    },
  );

  it('abort where nothing runs and nothing ever ran', async () => {
    for (let times = 0; times < 2; times++) await fresh.setup(step).abort();
    expect(await fresh.setup(step).status()).toBe('READY');
    expect((await fresh.setup(step).lastRun()).started).toBeNull();
  });

  it('abort nothing that has ended', async () => {
    const before = await client.setup(step).run();
    await client.setup(step).abort();
    expect(withoutAge(await client.setup(step).lastRun())).toEqual(withoutAge(before));
    expect(await client.setup(step).status()).toBe('FINISHED');
  });
});

describe.each(steps)('setup/%s/get_async_status/ and is_required/', (step) => {
  it.each(['get_async_status', 'is_required'] as const)(
    '%s answers GET and POST alike: one text under `result`',
    async (action) => {
      for (const [by, result] of [
        [fresh, action === 'is_required' ? 'true' : 'READY'],
        [client, action === 'is_required' ? 'false' : 'FINISHED'],
      ] as const) {
        const [get, post] = [await by.setup(step).request('GET', action), await by.setup(step).request('POST', action)];
        for (const answer of [get, post]) {
          expect([answer.status, answer.text]).toEqual([200, JSON.stringify({ result })]);
          expect(answer.headers).toMatchObject({
            'content-type': 'application/json',
            'cache-control': expect.stringMatching(/^(private|no-store)$/),
            'x-request-id': expect.stringMatching(/^[\w-]{8,}$/),
          });
          expect(setOf(answer.headers.allow)).toEqual(new Set(actions[action]));
        }
      }
    },
  );

  it('ask only: they begin nothing', async () => {
    for (const action of ['get_async_status', 'is_required'])
      for (const method of ['GET', 'POST', 'HEAD', 'OPTIONS']) await fresh.setup(step).request(method, action);
    expect(await fresh.setup(step).status()).toBe('READY');
  });
});

describe.each(steps)('setup/%s/last_run/', (step) => {
  it('is empty before any run', async () => {
    const answer = await fresh.setup(step).request('GET', 'last_run');
    expect([answer.status, answer.text]).toEqual([
      200,
      '{"status":"READY","started":null,"finished":null,"error":null,"levels":[],"last_success_age":null}',
    ]);
    expect(answer.headers['cache-control']).toMatch(/^(private|no-store)$/);
  });

  it('tells of the last run afterwards', async () => {
    const run = await client.setup(step).run();
    expect(Object.keys(run)).toEqual(['status', 'started', 'finished', 'error', 'levels', 'last_success_age']);
    expect(run).toMatchObject({
      status: 'FINISHED',
      started: expect.stringMatching(timestamp),
      finished: expect.stringMatching(timestamp),
      error: null,
      last_success_age: expect.any(Number),
    });
    expect(run.started! < run.finished!).toBe(true);
    expect(run.levels.map(({ name }) => name)).toEqual(levelsOf[step]);
    for (const level of run.levels) {
      expect(Object.keys(level)).toEqual([
        'name',
        'seen',
        'inserted',
        'skipped',
        'problems',
        'updated',
        'unchanged',
        'withheld',
        'refused',
      ]);
      expect([level.seen, level.problems]).toEqual([level.inserted + level.skipped, []]);
      expect(level.seen).toBe(level.inserted + level.updated + level.unchanged + level.withheld + level.refused);
      // Customers are read only when they were modified since.
      if (step !== 'customers') expect(level.seen).toBeGreaterThan(0);
    }
  });
});

describe.each(everyCall)('setup/$step/$action/', ({ step, action }) => {
  const ask = (by: Client, method: string): Promise<Answer> => by.setup(step).request(method, action);
  const path = `${omsPath}setup/${step}/${action}/`;
  const allowed: readonly string[] = actions[action];

  it('refuses every other method', async () => {
    for (const method of ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'PROPFIND'].filter(
      (name) => !allowed.includes(name),
    )) {
      const answer = await ask(client, method);
      expect([method, answer.status, setOf(answer.headers.allow)]).toEqual([method, 405, new Set(allowed)]);
      if (method === 'HEAD') expect(answer.text).toBe('');
      else expect(answer.json).toEqual({ detail: `Method "${method}" not allowed.` });
    }
  });

  it('describes itself', async () => {
    const answer = await ask(client, 'OPTIONS');
    const methods = allowed.filter((method) => method === 'GET' || method === 'POST');
    expect([answer.status, answer.json, setOf(answer.headers.allow)]).toEqual([
      200,
      {
        name: action,
        renders: ['application/json'],
        parses: ['application/json', 'application/x-www-form-urlencoded', 'multipart/form-data'],
        actions: Object.fromEntries(methods.map((method) => [method, {}])),
        filters: [],
      },
      new Set(allowed),
    ]);
  });

  it('is the same without the last slash, and leads nowhere with two', async () => {
    const method = allowed[0]!;
    const [withSlash, without] = [await client.request(method, path), await client.request(method, path.slice(0, -1))];
    expect([without.status, bodyOf(without)]).toEqual([withSlash.status, bodyOf(withSlash)]);
    for (const wrong of [`${path}/`, path.replace('setup/', 'setup//'), path.replace(`${action}/`, `${action};/`)])
      expect((await client.request(method, wrong)).status).toBe(404);
    await client.setup(step).ended();
  });

  it.each([
    ['no body at all', undefined, ''],
    ['an empty body of JSON', 'application/json', ''],
    ['rubbish that is called JSON', 'application/json', '{"broken'],
    ['JSON', 'application/json', '{"token":"x"}'],
    ['a form', 'application/x-www-form-urlencoded', 'a=%zz'],
    ['a broken multipart body', 'multipart/form-data', '--nothing'],
    ['plain text', 'text/plain', 'hello'],
  ])('does not care about %s', async (_what, type, body) => {
    const method = allowed[0]!;
    const expected = await ask(client, method);
    const head = [
      `${method} ${path} HTTP/1.1`,
      `Host: ${new URL(system.url).host}`,
      `Authorization: Token ${client.token}`,
      ...(type === undefined ? [] : [`Content-Type: ${type}`]),
      `Content-Length: ${body.length}`,
      'Connection: close',
    ];
    const answer = await sendRaw(system.url, `${head.join('\r\n')}\r\n\r\n${body}`);
    expect([answer.status, bodyOf(answer)]).toEqual([expected.status, bodyOf(expected)]);
    await client.setup(step).ended();
  });

  it('is not found in a format that it does not have, nor acceptable', async () => {
    const method = allowed[0]!;
    expect((await client.request(method, `${path}?format=csv`)).status).toBe(404);
    expect((await client.request(method, path, { accept: 'text/html' })).status).toBe(406);
  });
});

describe('a step that nobody knows', () => {
  it.each([
    'setup/',
    'setup/addresses/',
    'setup/nothing/execute/',
    'setup/Addresses/execute/',
    'setup/addresses/start/',
    'setup/cancellation_reasons/execute/',
  ])('%s leads nowhere', async (path) => {
    const answer = await client.request('POST', omsPath + path);
    expect([answer.status, answer.json]).toEqual([404, { detail: 'Not found.' }]);
  });
});

describe('a caller without a valid token', () => {
  it.each<[string, string, () => string | undefined]>([
    ['no header', 'Authentication credentials were not provided.', () => undefined],
    ['an empty header', 'Authentication credentials were not provided.', () => ''],
    ['another scheme', 'Authentication credentials were not provided.', () => `Bearer ${client.token}`],
    ['basic authentication', 'Authentication credentials were not provided.', () => 'Basic dXNlcjpwYXNzd29yZA=='],
    ['the key alone', 'Authentication credentials were not provided.', () => client.token],
    ['Token alone', 'Invalid token header. No credentials provided.', () => 'Token'],
    ['Token and spaces', 'Invalid token header. No credentials provided.', () => 'Token   '],
    [
      'spaces in the key',
      'Invalid token header. Token string should not contain spaces.',
      () => `Token ${client.token} x`,
    ],
    [
      'a key of bad bytes',
      'Invalid token header. Token string should not contain invalid characters.',
      () => 'Token \u00ff\u00fe',
    ],
    ['an unknown key', 'Invalid token.', () => `Token ${'0'.repeat(40)}`],
    ['its key in capitals', 'Invalid token.', () => `Token ${client.token.toUpperCase()}x`],
    ['a revoked key', 'Invalid token.', () => `Token ${revoked.token}`],
    ['an expired key', 'Invalid token.', () => `Token ${expired.token}`],
    ['the key of a disabled account', 'User inactive or deleted.', () => `Token ${disabled.token}`],
  ])('with %s is told: %s', async (_what, detail, header) => {
    const authorization = header();
    for (const { step, action } of everyCall) {
      for (const method of ['GET', 'POST', 'DELETE', 'OPTIONS']) {
        const answer = await send(method, `${system.url}${omsPath}setup/${step}/${action}/`, {
          headers: { 'content-type': 'application/json', ...(authorization !== undefined && { authorization }) },
        });
        expect([step, action, method, answer.status, answer.json, answer.headers['www-authenticate']]).toEqual([
          step,
          action,
          method,
          401,
          { detail },
          'Token',
        ]);
        expect(answer.headers).toMatchObject({
          'content-type': 'application/json',
          'cache-control': 'no-store',
          'x-request-id': expect.any(String),
        });
      }
    }
  });

  it('is told the same on the lists that the steps fill', async () => {
    for (const path of [
      'countries/',
      'cities/list-simple/',
      'townships/1/',
      'districts/',
      'channels/',
      'channels/1/',
    ]) {
      const answer = await send('GET', `${system.url}${omsPath}${path}`, { headers: { authorization: 'Token' } });
      expect([answer.status, answer.json]).toEqual([401, { detail: 'Invalid token header. No credentials provided.' }]);
    }
  });

  it('is one whose word is another, not whose word is in other letters', async () => {
    for (const word of ['token', 'TOKEN', 'tOkEn'])
      expect(
        (
          await client.request('GET', client.setup('addresses').path('get_async_status'), {
            authorization: `${word} ${client.token}`,
          })
        ).status,
      ).toBe(200);
  });
});

describe('the scope of a token', () => {
  it.each(steps)('to read: it may ask how %s stand, and neither execute nor abort', async (step) => {
    const before = await client.setup(step).lastRun();
    for (const action of ['execute', 'abort']) {
      for (const method of ['POST', 'GET', 'PUT', 'OPTIONS']) {
        const answer = await reader.setup(step).request(method, action);
        expect([answer.status, answer.json]).toEqual([403, forbidden]);
      }
    }
    for (const action of ['get_async_status', 'is_required', 'last_run'])
      expect((await reader.setup(step).request('GET', action)).status).toBe(200);
    expect(withoutAge(await client.setup(step).lastRun())).toEqual(withoutAge(before));
  });

  it.each(steps)('to sync: it may execute and abort %s, and not ask', async (step) => {
    for (const action of ['execute', 'abort']) isNoContent(await syncer.setup(step).request('POST', action));
    for (const action of ['get_async_status', 'is_required', 'last_run']) {
      for (const method of ['GET', 'POST']) {
        const answer = await syncer.setup(step).request(method, action);
        expect([answer.status, answer.json]).toEqual([403, forbidden]);
      }
    }
    await client.setup(step).ended();
  });
});

describe('two accounts', () => {
  const lists = ['countries/', 'cities/', 'townships/', 'districts/', 'channels/'];

  it('have nothing of each other’s rows', async () => {
    for (const list of lists) {
      const [row] = await client.rows<{ pk?: number; id?: number }>(list);
      const key = row!.pk ?? row!.id;
      expect((await client.get(`${omsPath}${list}${key}/`)).status).toBe(200);
      expect(await fresh.rows(list)).toEqual([]);
      const answer = await fresh.get(`${omsPath}${list}${key}/`);
      expect([answer.status, answer.json]).toEqual([404, { detail: 'Not found.' }]);
    }
  });

  it.each(steps)('do not see, hinder or abort each other’s runs of %s', async (step) => {
    await system.simulator.misbehave({ kind: 'latency', ms: 150 });
    await client.setup(step).execute();
    expect(await fresh.setup(step).status()).toBe('READY');
    expect(await fresh.setup(step).lastRun()).toMatchObject({ status: 'READY', started: null, levels: [] });
    await fresh.setup(step).abort();
    expect(await client.setup(step).status()).toBe('WORKING');
    await system.simulator.behave();
    expect(await client.setup(step).ended()).toMatchObject({ status: 'FINISHED' });
  });
});

describe('abort/', () => {
  it.each(steps)('ends a run of %s, which goes on when it is executed again', async (step) => {
    const setup = client.setup(step);
    await system.simulator.misbehave({ kind: 'latency', ms: 5000 });
    await setup.execute();
    await setup.abort();
    expect(await setup.status()).toBe('ABORTED');
    expect(await setup.lastRun()).toMatchObject({
      status: 'ABORTED',
      error: null,
      finished: expect.stringMatching(timestamp),
    });
    await system.simulator.behave();
    await setup.execute();
    await until('it goes on and finishes', async () => (await setup.status()) === 'FINISHED');
  });
});

const bodyOf = ({ text }: Answer): unknown =>
  text === '' || !text.includes('last_success_age') ? text : withoutMoment(JSON.parse(text) as LastRun);

/** The parts that differ between two equal runs, and from one moment to the next. */
const withoutMoment = (run: LastRun): object => ({ ...run, started: '', finished: '', last_success_age: 0 });

const withoutAge = (run: LastRun): object => ({ ...run, last_success_age: 0 });

function isNoContent({ status, text, headers }: Answer): void {
  expect([status, text, headers['content-type'], headers['content-length'], headers['transfer-encoding']]).toEqual([
    204,
    '',
    undefined,
    undefined,
    undefined,
  ]);
}
