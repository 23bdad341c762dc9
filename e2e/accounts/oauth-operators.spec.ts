import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Encrypter } from '@refundry/auth';
import { issueToken, type TokenAnswer, type TokenRequest } from '@refundry/contracts';
import { RpcClient } from '@refundry/messaging';
import type { CommandResult } from '../system/command-line.js';
import { RunningSystem } from '../system/running-system.js';

interface Client {
  readonly id: number;
  readonly account: string;
  readonly name: string;
  readonly client_id: string;
  readonly client_secret: string;
  readonly revoked: string | null;
}

interface User {
  readonly id: number;
  readonly account: string;
  readonly username: string;
  readonly is_active: boolean;
  readonly password?: string;
}

type Parameters = Partial<Record<keyof TokenRequest, string>>;

const key = /^[0-9a-f]{40}$/;
const timestamp = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{6})?Z$/;

let system: RunningSystem;
let rpc: RpcClient;
let account: string;
/** Every secret that was presented or issued. */
const secrets = new Set<string>();

beforeAll(async () => {
  system = await RunningSystem.start({ services: [], environment: { accounts: { LOG_LEVEL: 'trace' } } });
  rpc = await RpcClient.open({
    url: system.natsUrl('operator'),
    name: 'test',
    limit: 10,
    encrypter: new Encrypter(system.keys.rpcEncryptionKey),
  });
  account = await system.newAccount();
});

afterAll(async () => {
  await rpc.close();
  await system.stop();
});

const newClient = (): Promise<Client> =>
  system.command('oauth-client', 'create', '--account', account, '--name', 'ERP');
const newUser = (username: string): Promise<User> =>
  system.command('oauth-user', 'create', '--account', account, '--username', username);
const credentialsOf = ({ client_id, client_secret }: Client): Parameters => ({ client_id, client_secret });

async function logIn(client: Client, username: string, password = ''): Promise<TokenAnswer> {
  for (const secret of [client.client_secret, password]) secrets.add(secret);
  const answer = await rpc.call(
    issueToken,
    { grant_type: 'password', ...credentialsOf(client), username, password } satisfies Parameters,
    randomUUID(),
  );
  for (const secret of [answer.access_token, answer.refresh_token]) secrets.add(secret);
  return answer;
}

/** Runs a command that reads this from its standard input. */
const commandWith = (input: string, ...parameters: string[]): Promise<CommandResult> =>
  system.tryCommandWith(input, ...parameters);

describe('an OAuth client', () => {
  it('is created with a secret that is shown once', async () => {
    const client = await newClient();
    expect(client).toEqual({
      client_secret: expect.stringMatching(key),
      id: expect.any(Number),
      account,
      name: 'ERP',
      client_id: expect.stringMatching(key),
      created: expect.stringMatching(timestamp),
      revoked: null,
    });
    const listed = await system.command<Client[]>('oauth-client', 'list', '--account', account);
    expect(listed.find(({ id }) => id === client.id)).toMatchObject({
      client_id: client.client_id,
      name: 'ERP',
      revoked: null,
    });
    expect(JSON.stringify(listed)).not.toMatch(/secret/);
  });

  it('gets another secret under its old name, and is revoked', async () => {
    const [client, { password }] = await Promise.all([newClient(), newUser('rotating')]);
    const rotated = await system.command<Client>('oauth-client', 'rotate', '--id', String(client.id));
    expect(rotated).toMatchObject({
      id: client.id,
      client_id: client.client_id,
      client_secret: expect.stringMatching(key),
    });
    await expect(logIn(client, 'rotating', password)).rejects.toMatchObject({ code: 'invalid_client' });
    await logIn(rotated, 'rotating', password);
    expect((await system.command<Client>('oauth-client', 'revoke', '--id', String(client.id))).revoked).toMatch(
      timestamp,
    );
    await expect(logIn(rotated, 'rotating', password)).rejects.toMatchObject({ code: 'invalid_client' });
    expect((await system.tryCommand('oauth-client', 'rotate', '--id', String(client.id))).stderr).toMatch(
      /no unrevoked OAuth client/,
    );
  });

  it('is registered with the id and secret it has already, shown to nobody, and once among all accounts', async () => {
    const existing = { client_id: `existing:client ${randomUUID()}`, client_secret: 'its own secret, + 100% fixed' };
    const register = (of: string): Promise<CommandResult> =>
      commandWith(
        `${existing.client_secret}\r\n`,
        'oauth-client',
        'create',
        '--account',
        of,
        '--name',
        'ERP',
        '--client-id',
        existing.client_id,
        '--secret-stdin',
        '--json',
      );
    const { code, stdout } = await register(account);
    const client = JSON.parse(stdout) as Client;
    expect([code, client]).toEqual([
      0,
      {
        id: expect.any(Number),
        account,
        name: 'ERP',
        client_id: existing.client_id,
        created: expect.stringMatching(timestamp),
        revoked: null,
      },
    ]);
    const { password } = await newUser('existing');
    await logIn({ ...client, ...existing }, 'existing', password);
    expect(await register(await system.newAccount())).toEqual({
      code: 1,
      stdout: `{"error":"The client id ${existing.client_id} is registered already."}\n`,
      stderr: '',
    });
    const rotated = await commandWith(
      'another of its own\n',
      'oauth-client',
      'rotate',
      '--id',
      String(client.id),
      '--secret-stdin',
    );
    expect(rotated.stdout).not.toContain('secret');
    await expect(logIn({ ...client, ...existing }, 'existing', password)).rejects.toMatchObject({
      code: 'invalid_client',
    });
    await logIn({ ...client, client_secret: 'another of its own' }, 'existing', password);
  });

  it('gets tokens that open nothing of OMS', async () => {
    const [client, { password }] = await Promise.all([newClient(), newUser('crossing')]);
    const { access_token: accessToken } = await logIn(client, 'crossing', password);
    for (const scheme of ['Token', 'Bearer'])
      expect(
        (await system.clientWith(accessToken, account, 0).get('', { authorization: `${scheme} ${accessToken}` }))
          .status,
      ).toBe(401);
  });
});

describe('an OAuth user', () => {
  let client: Client;

  beforeAll(async () => {
    client = await newClient();
  });

  it('is created with a password that is made and shown once', async () => {
    const user = await newUser('ayşe');
    expect(user).toEqual({
      password: expect.stringMatching(key),
      id: expect.any(Number),
      account,
      username: 'ayşe',
      is_active: true,
      created: expect.stringMatching(timestamp),
      last_used: null,
    });
    expect(await logIn(client, 'ayşe', user.password)).toMatchObject({ token_type: 'Bearer', scope: 'read write' });
    const listed = await system.command<User[]>('oauth-user', 'list', '--account', account);
    expect(listed.find(({ id }) => id === user.id)).toEqual({
      id: user.id,
      account,
      username: 'ayşe',
      is_active: true,
      created: expect.stringMatching(timestamp),
      last_used: null,
    });
  });

  it('is created with a password from standard input, which is not shown', async () => {
    const password = ' my own, Şifre ';
    const { code, stdout, stderr } = await commandWith(
      `${password}\r\n`,
      'oauth-user',
      'create',
      '--account',
      account,
      '--username',
      'own',
      '--password-stdin',
      '--json',
    );
    expect([code, stderr, JSON.parse(stdout)]).toEqual([
      0,
      '',
      expect.not.objectContaining({ password: expect.anything() }),
    ]);
    expect(stdout).not.toContain('Şifre');
    await logIn(client, 'own', password);
    await expect(logIn(client, 'own', password.trim())).rejects.toMatchObject({ code: 'invalid_grant' });
  });

  it('is created with a password that is too short only where the operator says that it may be', async () => {
    const { code, stdout } = await commandWith(
      '1qaz\n',
      'oauth-user',
      'create',
      '--account',
      account,
      '--username',
      'weak',
      '--password-stdin',
      '--allow-weak-password',
      '--json',
    );
    expect([code, JSON.parse(stdout)]).toEqual([0, expect.objectContaining({ username: 'weak' })]);
    await logIn(client, 'weak', '1qaz');
  });

  it('gets another password, made or from standard input', async () => {
    const user = await newUser('forgetful');
    const rotated = await system.command<User>('oauth-user', 'rotate', '--id', String(user.id));
    expect(rotated).toMatchObject({ id: user.id, username: 'forgetful', password: expect.stringMatching(key) });
    await expect(logIn(client, 'forgetful', user.password)).rejects.toMatchObject({ code: 'invalid_grant' });
    await logIn(client, 'forgetful', rotated.password);
    await commandWith('another of my own\n', 'oauth-user', 'rotate', '--id', String(user.id), '--password-stdin');
    await logIn(client, 'forgetful', 'another of my own');
  });

  it('is disabled, and taken up again', async () => {
    const user = await newUser('away');
    expect(await system.command('oauth-user', 'disable', '--id', String(user.id))).toMatchObject({
      username: 'away',
      is_active: false,
    });
    await expect(logIn(client, 'away', user.password)).rejects.toMatchObject({ code: 'invalid_grant' });
    expect(await system.command('oauth-user', 'enable', '--id', String(user.id))).toMatchObject({ is_active: true });
    await logIn(client, 'away', user.password);
  });

  it('bears a name that is unique in its account, and free in another', async () => {
    const other = await system.newAccount();
    await newUser('common');
    expect(
      (await system.tryCommand('oauth-user', 'create', '--account', account, '--username', 'common')).stderr,
    ).toMatch(/has a user named common already/);
    await system.command('oauth-user', 'create', '--account', other, '--username', 'common');
  });
});

describe('no secret', () => {
  it('is in the log, whatever is logged', async () => {
    const client = await newClient();
    await expect(logIn(client, 'nobody', 'a wrong password')).rejects.toMatchObject({ code: 'invalid_grant' });
    await system.app('accounts').stop();
    const log = system.app('accounts').lines.join('\n');
    expect(log).toContain('"level":30');
    expect(secrets.size).toBeGreaterThan(10);
    expect([...secrets].filter((secret) => log.includes(secret))).toEqual([]);
  });
});

describe('asked for the impossible', () => {
  const create = (username: string, ...options: string[]): string[] => [
    'oauth-user',
    'create',
    '--account',
    'any',
    '--username',
    username,
    ...options,
  ];
  const wrong: readonly [what: string, words: RegExp, input: string, ...parameters: string[]][] = [
    ['a client of an account that nobody knows', /nobody/, '', 'oauth-client', 'create', '--account', 'nobody'],
    [
      'a user of an account that nobody knows',
      /nobody/,
      '',
      'oauth-user',
      'create',
      '--account',
      'nobody',
      '--username',
      'u',
    ],
    ['a client that nobody knows', /999999/, '', 'oauth-client', 'revoke', '--id', '999999'],
    ['a user that nobody knows', /999999/, '', 'oauth-user', 'disable', '--id', '999999'],
    ['a new password for a user that nobody knows', /999999/, '', 'oauth-user', 'rotate', '--id', '999999'],
    ['a password that is too short', /at least 8/, 'seven77\n', ...create('u', '--password-stdin')],
    ['an id without a secret', /come together/, '', 'oauth-client', 'create', '--account', 'any', '--client-id', 'x'],
    [
      'a secret without an id',
      /come together/,
      'x'.repeat(40),
      'oauth-client',
      'create',
      '--account',
      'any',
      '--secret-stdin',
    ],
    [
      'an id that no client could send',
      /printable ASCII/,
      '',
      'oauth-client',
      'create',
      '--account',
      'any',
      '--client-id',
      'müşteri',
      '--secret-stdin',
    ],
    [
      'a secret that is too short',
      /8 to 200/,
      'seven77\n',
      'oauth-client',
      'create',
      '--account',
      'any',
      '--client-id',
      'x',
      '--secret-stdin',
    ],
    [
      'a secret of two lines',
      /printable ASCII/,
      'one of its own\nand another\n',
      'oauth-client',
      'create',
      '--account',
      'any',
      '--client-id',
      'x',
      '--secret-stdin',
    ],
    [
      'a secret among the arguments',
      /unknown option/,
      '',
      'oauth-client',
      'create',
      '--account',
      'any',
      '--client-id',
      'x',
      '--secret',
      'x',
    ],
    [
      'no password, though a weak one may be given',
      /blank/,
      '\n',
      ...create('u', '--password-stdin', '--allow-weak-password'),
    ],
    ['a password that is too long', /no more than 1000/, 'x'.repeat(1001), ...create('u', '--password-stdin')],
    ['no password', /blank/, '\n', ...create('u', '--password-stdin')],
    ['a password among the arguments', /unknown option/, '', ...create('u', '--password', 'secret')],
    ['a username that is too long', /150/, '', ...create('u'.repeat(151))],
    [
      'a scope of another family for an API token',
      /retail:read is not one of oms:read/,
      '',
      'token',
      'create',
      '--account',
      'any',
      '--scopes',
      'retail:read',
    ],
  ];

  it.each(wrong)('refuses %s in one sentence', async (_, words, input, ...parameters) => {
    const { code, stdout, stderr } = await commandWith(input, ...parameters);
    expect([code, stdout, stderr]).toEqual([1, '', expect.stringMatching(words)]);
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });
});
