import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { freePort } from '@refundry/testing';
import { Client } from '../system/client.js';
import { runCommand, type CommandResult } from '../system/command-line.js';
import { upstreamReasons } from '../system/reasons.js';
import { RunningSystem } from '../system/running-system.js';
import { until } from '../system/until.js';

interface Token {
  readonly token: string;
  readonly id: number;
  readonly account: string;
  readonly label: string;
  readonly scopes: readonly string[];
  readonly expires: string | null;
  readonly last_used: string | null;
  readonly revoked: string | null;
}

let system: RunningSystem;
/** Of an account that all tests share; none of them may end it. */
let client: Client;
/** Further tokens of the same account, each for one test. */
let [used, rotatedLater, revokedLater, expired, reader, puller] = [] as unknown as [
  Client,
  Client,
  Client,
  Client,
  Client,
  Client,
];
/** Of an account that is disabled later. */
let disabledLater: Client;

beforeAll(async () => {
  system = await RunningSystem.start();
  [client, disabledLater] = await Promise.all([
    system.newClient(),
    system.newAccount().then((account) => system.newToken(account)),
  ]);
  const { account } = client;
  [used, rotatedLater, revokedLater, expired, reader, puller] = await Promise.all([
    system.newToken(account),
    system.newToken(account),
    system.newToken(account),
    system.newToken(account, { expires: '2020-01-01' }),
    system.newToken(account, { scopes: 'oms:read' }),
    system.newToken(account, { scopes: 'oms:sync' }),
  ]);
  await system.simulator.setReasons(upstreamReasons(3));
  await client.pull();
});

afterAll(() => system.stop());

const key = /^[0-9a-f]{40}$/;
const timestamp = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{6})?Z$/;
/** The operators' promise: what they end has ended everywhere within a second. */
const promptly = { within: 1000 };

const isRefused = (by: Client) => async (): Promise<boolean> => (await by.get()).status === 401;

async function refusedBare(by: Client): Promise<void> {
  const { status, headers, json } = await by.get();
  expect([status, headers['www-authenticate'], json]).toEqual([401, 'Token', {}]);
}

describe('a token', () => {
  it('carries everything but manage unless told otherwise, and is shown once', async () => {
    const issued = await system.command<Token>(
      'token',
      'create',
      '--account',
      client.account,
      '--label',
      'nightly export',
    );
    expect(issued).toMatchObject({
      token: expect.stringMatching(key),
      account: client.account,
      label: 'nightly export',
      scopes: ['oms:read', 'oms:sync', 'oms:write'],
      expires: null,
      last_used: null,
      revoked: null,
    });
    const listed = await tokensOf(client.account);
    expect(listed.find(({ id }) => id === issued.id)).toMatchObject({ label: 'nightly export', scopes: issued.scopes });
    expect(JSON.stringify(listed)).not.toContain(issued.token);
  });

  it('shows when it was last used', async () => {
    expect((await used.get()).status).toBe(200);
    const noted = await until('the use is noted', async () =>
      (await tokensOf(client.account)).find(({ id, last_used }) => id === used.tokenId && last_used !== null),
    );
    expect(noted.last_used).toMatch(timestamp);
  });

  it('that was rotated opens by its new key, and by its old one no longer than a second', async () => {
    const old = rotatedLater;
    expect((await old.get()).status).toBe(200);
    const rotated = await system.command<Token>('token', 'rotate', '--id', String(old.tokenId));
    await until('the old key is refused', isRefused(old), promptly);
    expect(rotated).toMatchObject({ token: expect.stringMatching(key), id: old.tokenId });
    expect(rotated.token).not.toBe(old.token);
    expect((await system.clientWith(rotated.token, client.account, rotated.id).get()).status).toBe(200);
    await refusedBare(old);
  });

  it('that was revoked opens nothing after a second, at any gateway, however busy it is', async () => {
    const token = revokedLater;
    const { url: otherGateway = '' } = await system.startApp('gateway-2');
    const elsewhere = new Client(() => otherGateway, token.token, token.account, token.tokenId);
    expect(await Promise.all([token.get(), elsewhere.get()])).toMatchObject([{ status: 200 }, { status: 200 }]);
    const done = new AbortController();
    const requests = (async () => {
      while (!done.signal.aborted) await Promise.all([token.get(), elsewhere.get()]);
    })();
    const revoked = await system.command<Token>('token', 'revoke', '--id', String(token.tokenId));
    await until(
      'it is refused everywhere',
      async () => (await Promise.all([token, elsewhere].map((by) => isRefused(by)()))).every(Boolean),
      promptly,
    );
    done.abort();
    await requests;
    expect(revoked.revoked).toMatch(timestamp);
    await refusedBare(token);
  });

  it('opens nothing after it has expired', async () => {
    const token = await system.newToken(client.account, { expires: '3s' });
    expect((await token.get()).status).toBe(200);
    await until('it is refused', isRefused(token));
    await refusedBare(token);
  });

  it('that has expired already opens nothing at all', async () => {
    await refusedBare(expired);
  });

  it('that may only read lists and does not pull', async () => {
    expect((await reader.page()).count).toBe(3);
    const { status, json } = await reader.pull();
    expect([status, json]).toEqual([403, { detail: 'You do not have permission to perform this action.' }]);
  });

  it('that may only pull does not list', async () => {
    expect((await puller.pull()).status).toBe(200);
    for (const path of ['', '1/']) expect((await puller.get(path)).status).toBe(403);
  });
});

describe('an unknown token', () => {
  it('does not make the gateway ask accounts for it every time', async () => {
    const asked = async (): Promise<number> => {
      const metrics = await (await fetch(`${system.app('accounts').operations ?? ''}/metrics`)).text();
      return Number(/^wire_request_seconds_count\{.*credentials\.verify.*\} (\d+)$/m.exec(metrics)?.[1] ?? 0);
    };
    const stranger = new Client(() => system.url, 'f'.repeat(40), 'nobody', 0);
    const before = await asked();
    for (let request = 0; request < 40; request++) expect((await stranger.get()).status).toBe(401);
    expect((await asked()) - before).toBeLessThan(20);
  });
});

describe('an account', () => {
  it('that is disabled is refused within a second; enabled again, it is back with its data', async () => {
    const { account } = disabledLater;
    const token = disabledLater;
    expect((await token.get()).status).toBe(200);
    expect(await system.command('account', 'disable', '--name', account)).toMatchObject({
      name: account,
      is_active: false,
    });
    await until('it is refused', isRefused(token), promptly);
    await refusedBare(token);
    expect(await system.command('account', 'enable', '--name', account)).toMatchObject({ is_active: true });
    await until('it is let in again', async () => (await token.get()).status === 200, promptly);
  });

  it('is listed', async () => {
    const accounts = await system.command<object[]>('account', 'list');
    expect(accounts).toContainEqual({
      id: expect.any(Number),
      name: client.account,
      is_active: true,
      created: expect.stringMatching(timestamp),
    });
  });

  it('is connected to another Omnitron, and as somebody else, from the next pull on', async () => {
    await system.connectOmnitron(client.account, {
      username: 'anybody',
      password: 'anything',
      url: `http://127.0.0.1:${await freePort()}`,
    });
    expect((await client.pull()).status).toBe(502);
    await system.connectOmnitron(client.account, {
      url: system.simulator.url,
      username: system.simulator.username,
      password: 'wrong',
    });
    const { status, json } = await client.pull();
    expect([status, json]).toEqual([502, { detail: expect.stringMatching(/login/) }]);
    await system.connectOmnitron(client.account);
    expect((await client.pull()).status).toBe(200);
  });
});

describe('the command line', () => {
  it('speaks to people unless asked for JSON', async () => {
    const { code, stdout, stderr } = await system.runCommand('token', 'list', '--account', client.account);
    expect([code, stderr]).toEqual([0, '']);
    const [head, ...rows] = stdout.trimEnd().split('\n');
    expect(head).toMatch(/^id +account +label +scopes +created +expires +last_used +revoked$/);
    expect(rows.some((row) => row.includes(client.account) && row.includes('oms:read oms:sync oms:write'))).toBe(true);
    const created = await system.tryCommand('token', 'create', '--account', client.account);
    expect([created.code, created.stdout]).toEqual([0, expect.stringMatching(/^token: [0-9a-f]{40}$/m)]);
  });

  it('answers one line of JSON when asked for it', async () => {
    const { code, stdout } = await system.tryCommand('account', 'list', '--json');
    expect([code, stdout.trimEnd().split('\n')]).toEqual([0, [expect.stringMatching(/^\[\{.*\}\]$/)]]);
  });

  describe('connecting an account with its Omnitron', () => {
    const omnitron = (name: string, ...options: readonly string[]): readonly string[] => [
      'omnitron',
      name,
      '--account',
      client.account,
      ...options,
    ];
    const setTo = (url: string, ...options: readonly string[]): readonly string[] =>
      omnitron('set', '--url', url, '--username', system.simulator.username, ...options);
    const setWith = (password: string, url: string, ...options: readonly string[]): Promise<CommandResult> =>
      system.tryCommandWith(password, ...setTo(url, '--password-stdin', ...options));

    const connect = (password: string, url: string, ...options: readonly string[]): Promise<unknown> =>
      system.commandWith(password, ...setTo(url, '--password-stdin', ...options));

    it('reads the password from standard input, tries the login, stores it, and never shows the password', async () => {
      const { url, username, password } = system.simulator;
      const { code, stdout, stderr } = await runCommand(
        setTo(url, '--password-stdin'),
        system.commandEnvironment,
        `${password}\n`,
      );
      expect([code, stderr, stdout]).toEqual([
        0,
        '',
        `account: ${client.account}\nurl: ${url}\nusername: ${username}\nlogin: accepted\n`,
      ]);
      const shown = await system.command(...omnitron('show'));
      expect(shown).toEqual({
        account: client.account,
        url: `${url}/`,
        username,
        set: expect.stringMatching(timestamp),
      });
      const tested = await system.command(...omnitron('test'));
      expect(tested).toEqual({ account: client.account, url: `${url}/`, username, login: 'accepted' });
      expect(stdout + JSON.stringify([shown, tested])).not.toContain(password);
    });

    it('takes no password among the arguments, where every process of the machine can read it', async () => {
      const { code, stderr } = await system.tryCommand(...setTo(system.simulator.url, '--password', 'secret'));
      expect([code, stderr]).toEqual([1, expect.stringMatching(/unknown option '--password'/)]);
      refusesInOneSentence(await system.tryCommand(...setTo(system.simulator.url)), /--password-stdin/);
    });

    it('says that the password is wrong, stores nothing, and stores it all the same with --no-test', async () => {
      const before = await system.command(...omnitron('show'));
      refusesInOneSentence(
        await setWith('wrong', system.simulator.url),
        /refused the username or the password \(status 400\).*Nothing was stored/,
      );
      expect(await system.command(...omnitron('show'))).toEqual(before);
      expect(await connect('wrong', system.simulator.url, '--no-test')).toMatchObject({ login: 'not tested' });
      await expect(system.command(...omnitron('test'))).rejects.toThrow(
        /"login":"refused","problem":"credentials","error":".*password/,
      );
    });

    it('says that the URL is wrong where nothing listens, or something else does', async () => {
      const { password, url } = system.simulator;
      const isWrong = '"login":"refused","problem":"url","error":';
      await expect(connect(password, `http://127.0.0.1:${await freePort()}`)).rejects.toThrow(
        new RegExp(`${isWrong}"Nothing usable is at http:.*ECONNREFUSED`),
      );
      await expect(connect(password, 'http://no-such-host.invalid')).rejects.toThrow(
        `${isWrong}"Nothing usable is at http://no-such-host.invalid/`,
      );
      for (const other of [`${url}/elsewhere`, system.url])
        await expect(connect(password, other)).rejects.toThrow(
          `${isWrong}"${other}/ is not an Omnitron: it answered with status 404.`,
        );
    });

    it('says that Omnitron is in trouble when it is', async () => {
      const { simulator } = system;
      await simulator.misbehave({ kind: 'server_error', resource: 'login' });
      await expect(connect(simulator.password, simulator.url)).rejects.toThrow(
        /"problem":"omnitron","error":".*status 500/,
      );
      await simulator.misbehave({ kind: 'not_json', resource: 'login' });
      await expect(connect(simulator.password, simulator.url)).rejects.toThrow(/"problem":"url","error":".*is no JSON/);
      await simulator.behave();
    });

    it('has nothing to show or to test where nothing is set', async () => {
      const lonely = await system.newAccount();
      for (const name of ['show', 'test'])
        await expect(system.command('omnitron', name, '--account', lonely)).rejects.toThrow('No Omnitron is set up');
    });
  });

  describe('asked for the impossible', () => {
    const wrong: readonly [what: string, words: RegExp, ...parameters: string[]][] = [
      ['an account that nobody knows', /nobody/, 'token', 'create', '--account', 'nobody'],
      ['the tokens of an account that nobody knows', /nobody/, 'token', 'list', '--account', 'nobody'],
      ['disabling an account that nobody knows', /nobody/, 'account', 'disable', '--name', 'nobody'],
      [
        'the Omnitron of an account that nobody knows',
        /nobody/,
        'omnitron',
        'set',
        '--account',
        'nobody',
        '--url',
        'http://omnitron.example',
        '--username',
        'u',
        '--password-stdin',
      ],
      [
        'a scope that nobody knows',
        /oms:everything/,
        'token',
        'create',
        '--account',
        'any',
        '--scopes',
        'oms:read,oms:everything',
      ],
      ['a span that nobody knows', /tomorrow/, 'token', 'create', '--account', 'any', '--expires', 'tomorrow'],
      ['a token that nobody knows', /999999/, 'token', 'revoke', '--id', '999999'],
      ['rotating a token that nobody knows', /999999/, 'token', 'rotate', '--id', '999999'],
      ['a token number that is none', /abc/, 'token', 'revoke', '--id', 'abc'],
      ['a command that nobody knows', /launch/, 'token', 'launch'],
      ['a missing name', /--name/, 'account', 'create'],
      ['a name that is taken', /is-taken/, 'account', 'create', '--name', 'is-taken'],
      [
        'an address that is none',
        /URL/,
        'omnitron',
        'set',
        '--account',
        'is-taken',
        '--url',
        'omnitron',
        '--username',
        'u',
        '--password-stdin',
      ],
      [
        'an address with credentials',
        /URL/,
        'omnitron',
        'set',
        '--account',
        'is-taken',
        '--url',
        'https://user:password@omnitron.example',
        '--username',
        'u',
        '--password-stdin',
      ],
    ];
    const results = new Map<string, CommandResult>();

    beforeAll(async () => {
      await system.command('account', 'create', '--name', 'is-taken');
      await Promise.all(
        wrong.map(async ([what, , ...parameters]) =>
          results.set(what, await system.tryCommandWith('secret', ...parameters)),
        ),
      );
    });

    it.each(wrong)('refuses %s in one sentence', (what, words) => {
      refusesInOneSentence(results.get(what)!, words);
    });
  });

  it('says what is wrong as JSON, too', async () => {
    const { code, stdout, stderr } = await system.tryCommand('token', 'list', '--account', 'nobody', '--json');
    expect([code, stderr, JSON.parse(stdout)]).toEqual([1, '', { error: expect.stringMatching(/nobody/) }]);
  });

  it('says that there is no database', async () => {
    const { code, stdout, stderr } = await runCommand(['account', 'list'], {
      ...system.commandEnvironment,
      DATABASE_URL: `postgres://nobody:secret@127.0.0.1:${await freePort()}/accounts`,
    });
    refusesInOneSentence({ code, stdout, stderr }, /database|PostgreSQL/i);
    expect(stderr).not.toContain('secret');
  });

  it('says that it was not told of a database', async () => {
    refusesInOneSentence(await runCommand(['account', 'list'], {}), /DATABASE_URL/);
  });

  it('says that there is no NATS', async () => {
    const { url, username, password } = system.simulator;
    const env = { ...system.commandEnvironment, NATS_URL: `nats://operator:secret@127.0.0.1:${await freePort()}` };
    const result = await runCommand(
      ['omnitron', 'set', '--account', client.account, '--url', url, '--username', username, '--password-stdin'],
      env,
      password,
    );
    refusesInOneSentence(result, /NATS/);
    expect(result.stderr).not.toContain('secret');
  });
});

const tokensOf = (account: string): Promise<Token[]> => system.command<Token[]>('token', 'list', '--account', account);

function refusesInOneSentence({ code, stdout, stderr }: CommandResult, words: RegExp): void {
  expect([code, stdout, stderr]).toEqual([1, '', expect.stringMatching(words)]);
  expect(stderr.trim().split('\n')).toHaveLength(1);
}
