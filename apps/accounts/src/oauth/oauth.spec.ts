import 'reflect-metadata';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { hashApiKey, Encrypter } from '@refundry/auth';
import {
  issueToken,
  verifyCredential,
  type CredentialFamily,
  type TokenAnswer,
  type TokenRequest,
  type Verdict,
} from '@refundry/contracts';
import { RpcClient } from '@refundry/messaging';
import { createLog } from '@refundry/observability';
import { migrate } from '@refundry/persistence';
import { type Running } from '@refundry/service';
import { NatsServer, testDatabase, waitUntil } from '@refundry/testing';
import pg from 'pg';
import { accountsApp, accountsMigrations } from '../accounts.app.js';
import { administer, type Administration } from '../cli/administration.js';

type Parameters = Partial<Record<keyof TokenRequest, string>>;
type ClientCredentials = Record<'client_id' | 'client_secret', string>;

const token = /^[0-9a-f]{40}$/;
const freshPair = {
  access_token: expect.stringMatching(token),
  token_type: 'Bearer',
  expires_in: 36_000,
  refresh_token: expect.stringMatching(token),
  scope: 'read write',
};
const password = 'Şifre, 1 2 3 ';

const rpcEncryptionKey = Buffer.alloc(32, 7).toString('base64');
let nats: NatsServer;
let owner: pg.Client;
let accounts: Running;
let rpc: RpcClient;
let operator: <T>(work: (administration: Administration) => Promise<T>) => Promise<T>;
/** Two clients of one account, and one of another, whose user bears the same name. */
let [exporter, shop, stranger] = [] as unknown as [ClientCredentials, ClientCredentials, ClientCredentials];

beforeAll(async () => {
  nats = await NatsServer.start();
  const { url, ownerUrl } = await testDatabase('accounts');
  await migrate(ownerUrl, accountsMigrations);
  owner = new pg.Client({ connectionString: ownerUrl });
  await owner.connect();
  accounts = await accountsApp.serve(
    {
      natsUrl: nats.url(),
      databaseUrl: url,
      operationsHost: '127.0.0.1',
      operationsPort: 0,
      logLevel: 'silent',
      rpcEncryptionKey,
      secretKey: rpcEncryptionKey,
      keepEndedCredentialsDays: 30,
    },
    createLog('accounts', 'silent'),
  );
  rpc = await RpcClient.open({
    url: nats.url(),
    name: 'gateway',
    limit: 500,
    encrypter: new Encrypter(rpcEncryptionKey),
  });
  operator = (work) => administer({ databaseUrl: url, operator: 'ayşe' }, work);
  await operator(async ({ accounts: all, oauthUsers }) => {
    for (const account of ['acme', 'other']) await all.create(account);
    await oauthUsers.create({ account: 'acme', username: 'ayşe', password });
    await oauthUsers.create({ account: 'other', username: 'ayşe', password: 'the password of another' });
    await oauthUsers.create({ account: 'other', username: 'only there', password });
  });
  [exporter, shop, stranger] = [await newClient('acme'), await newClient('acme'), await newClient('other')];
});

afterAll(async () => {
  await rpc.close();
  await accounts.close();
  await owner.end();
  await nats.stop();
});

const newClient = (account: string): Promise<ClientCredentials> =>
  operator(async ({ oauthClients }) => {
    const { client, secret } = await oauthClients.create(account, 'ERP');
    return { client_id: client.clientId, client_secret: secret };
  });
const ask = (request: Parameters): Promise<TokenAnswer> => rpc.call(issueToken, request, 'r1');
const logIn = (request: Parameters = {}): Promise<TokenAnswer> =>
  ask({ grant_type: 'password', ...exporter, username: 'ayşe', password, ...request });
const refresh = (refreshToken: string, request: Parameters = {}): Promise<TokenAnswer> =>
  ask({ grant_type: 'refresh_token', ...exporter, refresh_token: refreshToken, ...request });
const verify = (key: string, family: CredentialFamily = 'retail'): Promise<Verdict> =>
  rpc.call(verifyCredential, { family, hash: hashApiKey(key) }, 'r1');
const isOpen = async ({ access_token: key }: TokenAnswer): Promise<boolean> => (await verify(key)).found;
const refused = (code: string, detail: unknown = expect.any(String)) => ({ code, detail });
const invalidGrant = refused('invalid_grant');
const useAgo = (refreshToken: string, ago: string): Promise<unknown> =>
  owner.query('update oauth_token_pair set refresh_used_date = now() - $2::interval where refresh_hash = $1', [
    hashApiKey(refreshToken),
    ago,
  ]);
/** Whether somebody waits for the transaction of the owner to end. */
const isWaitedFor = async (): Promise<boolean> =>
  (
    await owner.query(
      `select from pg_locks
        where not granted and locktype = 'transactionid' and transactionid = pg_current_xact_id()::xid`,
    )
  ).rows.length > 0;
const accountId = async (name: string): Promise<number> =>
  (await owner.query<{ id: number }>('select id from account where name = $1', [name])).rows[0]!.id;

describe('a login', () => {
  it('gives a pair of tokens that nobody finds in the database', async () => {
    const tokens = await logIn();
    expect(tokens).toEqual(freshPair);
    const { rows } = await owner.query<{ row: string }>(
      `select row::text as row from oauth_token_pair row union all select row::text from oauth_client row union all
        select row::text from oauth_user row`,
    );
    for (const secret of [tokens.access_token, tokens.refresh_token, exporter.client_secret, password])
      expect(rows.filter(({ row }) => row.includes(secret))).toEqual([]);
  });

  it('gives other tokens each time, and all of them open', async () => {
    const [one, other] = [await logIn(), await logIn()];
    expect(new Set([one, other].flatMap(({ access_token, refresh_token }) => [access_token, refresh_token])).size).toBe(
      4,
    );
    expect(await Promise.all([one, other].map(isOpen))).toEqual([true, true]);
  });

  it.each<[string, Parameters, object]>([
    ['a wrong password', { password: 'wrong' }, refused('invalid_grant', 'Invalid credentials given.')],
    ['a password without its last space', { password: password.trim() }, invalidGrant],
    ['an unknown user', { username: 'nobody' }, refused('invalid_grant', 'Invalid credentials given.')],
    ['a user in other letters', { username: 'Ayşe' }, invalidGrant],
    ['a user of another account', { username: 'only there' }, invalidGrant],
    ["the password of another account's user of the same name", { password: 'the password of another' }, invalidGrant],
    ['no username', { username: '' }, refused('invalid_request', 'Request is missing username parameter.')],
    ['no password', { password: '' }, refused('invalid_request', 'Request is missing password parameter.')],
    ['no grant type', { grant_type: '' }, refused('invalid_request', 'Request is missing grant_type parameter.')],
    ['another grant type', { grant_type: 'client_credentials' }, refused('unsupported_grant_type')],
    ['a wrong secret', { client_secret: '0'.repeat(40) }, refused('invalid_client')],
    ['an unknown client', { client_id: '0'.repeat(40) }, refused('invalid_client')],
    ['no client at all', { client_id: '', client_secret: '' }, refused('invalid_client')],
    ['an unknown scope', { scope: 'read everything' }, refused('invalid_scope')],
    ['our own word for a scope', { scope: 'retail:read' }, refused('invalid_scope')],
    ['the scope that no token carries', { scope: 'manage' }, refused('invalid_scope')],
    [
      'a username that is too long',
      { username: 'x'.repeat(151) },
      { code: 'invalid', fields: { username: ['Ensure this field has no more than 150 characters.'] } },
    ],
  ])('with %s is refused', async (_, request, failure) => {
    await expect(logIn(request)).rejects.toMatchObject(failure);
  });

  it("with another client's secret is refused", async () => {
    await expect(logIn({ client_secret: shop.client_secret })).rejects.toMatchObject(refused('invalid_client'));
  });

  it('belongs to the account of its client', async () => {
    const theirs = await logIn({ ...stranger, password: 'the password of another' });
    expect([await verify((await logIn()).access_token), await verify(theirs.access_token)]).toMatchObject([
      { account: await accountId('acme') },
      { account: await accountId('other') },
    ]);
  });

  it('may narrow its scope', async () => {
    const reader = await logIn({ scope: ' read  read ' });
    expect([reader.scope, (await verify(reader.access_token)).scope]).toEqual(['read', 'retail:read']);
    expect((await logIn({ scope: 'write read' })).scope).toBe('read write');
  });
});

describe('an access token', () => {
  it('stands for its account for ten hours', async () => {
    const issued = await logIn();
    const verdict = await verify(issued.access_token);
    expect(verdict).toEqual({
      found: true,
      account: await accountId('acme'),
      is_active: true,
      scope: 'retail:read retail:write',
      holder: 'ayşe',
      expires: expect.any(Number),
    });
    const {
      rows: [left],
    } = await owner.query<{ seconds: number }>(
      'select extract(epoch from to_timestamp($1::numeric / 1000) - now())::integer as seconds',
      [verdict.expires],
    );
    expect(Math.abs(left!.seconds - 36_000)).toBeLessThan(60);
    await owner.query('update oauth_token_pair set access_expires_date = now() where access_hash = $1', [
      hashApiKey(issued.access_token),
    ]);
    expect(await isOpen(issued)).toBe(false);
  });

  it('opens nothing of OMS, an API token nothing of retail; refresh tokens and secrets open nothing', async () => {
    const { access_token: accessToken, refresh_token: refreshToken } = await logIn();
    const { key } = await operator(({ apiTokens }) =>
      apiTokens.create({ account: 'acme', label: '', scopes: ['oms:read'], expiresDate: null }),
    );
    expect(await Promise.all([verify(accessToken, 'retail'), verify(key, 'oms')])).toMatchObject([
      { found: true },
      { found: true },
    ]);
    expect(await Promise.all([verify(accessToken, 'oms'), verify(key, 'retail')])).toEqual([
      { found: false },
      { found: false },
    ]);
    for (const secret of [refreshToken, exporter.client_secret, exporter.client_id])
      for (const family of ['oms', 'retail'] as const) expect(await verify(secret, family)).toEqual({ found: false });
  });

  it('is inactive with its account, whose clients are not authorized meanwhile', async () => {
    const issued = await logIn();
    await operator(({ accounts: all }) => all.setActive('acme', false));
    expect(await verify(issued.access_token)).toMatchObject({ found: true, is_active: false });
    await expect(logIn()).rejects.toMatchObject(refused('unauthorized_client'));
    await expect(refresh(issued.refresh_token)).rejects.toMatchObject(refused('unauthorized_client'));
    await operator(({ accounts: all }) => all.setActive('acme', true));
    expect(await verify(issued.access_token)).toMatchObject({ found: true, is_active: true });
    await refresh(issued.refresh_token);
  });

  it('is unknown while its user is disabled, who is refused as if unknown', async () => {
    const user = await operator(({ oauthUsers }) =>
      oauthUsers.create({ account: 'acme', username: 'leaver', password }),
    );
    const issued = await logIn({ username: 'leaver' });
    await operator(({ oauthUsers }) => oauthUsers.setActive(user.id, false));
    expect(await isOpen(issued)).toBe(false);
    await expect(refresh(issued.refresh_token)).rejects.toMatchObject(invalidGrant);
    await expect(logIn({ username: 'leaver' })).rejects.toMatchObject(
      refused('invalid_grant', 'Invalid credentials given.'),
    );
    await operator(({ oauthUsers }) => oauthUsers.setActive(user.id, true));
    expect(await isOpen(issued)).toBe(true);
    await refresh(issued.refresh_token);
  });

  it("ends with its user's password", async () => {
    const user = await operator(({ oauthUsers }) =>
      oauthUsers.create({ account: 'acme', username: 'changer', password }),
    );
    const issued = await logIn({ username: 'changer' });
    await operator(({ oauthUsers }) => oauthUsers.rotate(user.id, 'another password'));
    expect(await isOpen(issued)).toBe(false);
    await expect(refresh(issued.refresh_token)).rejects.toMatchObject(invalidGrant);
    await expect(logIn({ username: 'changer' })).rejects.toMatchObject(invalidGrant);
    expect(await isOpen(await logIn({ username: 'changer', password: 'another password' }))).toBe(true);
  });

  it('of a login by the old password ends too when the password is changed meanwhile', async () => {
    const user = await operator(({ oauthUsers }) =>
      oauthUsers.create({ account: 'acme', username: 'hasty', password: 'password 0' }),
    );
    for (let run = 0; run < 15; run++) {
      const [login] = await Promise.allSettled([
        logIn({ username: 'hasty', password: `password ${run}` }),
        operator(({ oauthUsers }) => oauthUsers.rotate(user.id, `password ${run + 1}`)),
      ]);
      if (login.status === 'fulfilled') expect(await isOpen(login.value)).toBe(false);
    }
  });

  it('is not issued for a password that is changed after it was compared', async () => {
    const user = await operator(({ oauthUsers }) => oauthUsers.create({ account: 'acme', username: 'late', password }));
    await owner.query('begin');
    await owner.query('select from oauth_user where id = $1 for update', [user.id]);
    const over = new AbortController();
    const login = Promise.allSettled([logIn({ username: 'late' })]).finally(() => {
      over.abort();
    });
    await waitUntil(async () => over.signal.aborted || (await isWaitedFor()));
    await owner.query("update oauth_user set password_hash = 'another' where id = $1", [user.id]);
    await owner.query('commit');
    expect(await login).toEqual([{ status: 'rejected', reason: expect.objectContaining(invalidGrant) }]);
  });

  it('ends with its client, and goes on when the client gets a new secret', async () => {
    const { client, secret } = await operator(({ oauthClients }) => oauthClients.create('acme', 'short-lived'));
    const credentials = { client_id: client.clientId, client_secret: secret };
    const issued = await logIn(credentials);
    const rotated = await operator(({ oauthClients }) => oauthClients.rotate(client.id));
    await expect(refresh(issued.refresh_token, credentials)).rejects.toMatchObject(refused('invalid_client'));
    expect(await isOpen(issued)).toBe(true);
    const renewed = await refresh(issued.refresh_token, { ...credentials, client_secret: rotated.secret });
    await operator(({ oauthClients }) => oauthClients.revoke(client.id));
    expect([await isOpen(issued), await isOpen(renewed)]).toEqual([false, false]);
    await expect(logIn({ ...credentials, client_secret: rotated.secret })).rejects.toMatchObject(
      refused('invalid_client'),
    );
  });
});

describe('a refresh token', () => {
  it('gives a new pair, while the access token of before goes on', async () => {
    const first = await logIn();
    const second = await refresh(first.refresh_token);
    expect(second).toEqual(freshPair);
    expect(second.access_token).not.toBe(first.access_token);
    expect(await Promise.all([first, second].map(isOpen))).toEqual([true, true]);
    await refresh(second.refresh_token);
  });

  it('serves one of two who use it at the same instant, every time', async () => {
    let { refresh_token: current } = await logIn();
    for (let run = 0; run < 100; run++) {
      const answers = await Promise.allSettled([refresh(current), refresh(current)]);
      const [won, ...others] = answers.filter((answer) => answer.status === 'fulfilled');
      expect(others).toEqual([]);
      expect(answers.find((answer) => answer.status === 'rejected')?.reason).toMatchObject(invalidGrant);
      current = won!.value.refresh_token;
    }
    await refresh(current);
  });

  it('that was used is only refused within 60 seconds of its use', async () => {
    const first = await logIn();
    const second = await refresh(first.refresh_token);
    await useAgo(first.refresh_token, '59 seconds');
    await expect(refresh(first.refresh_token)).rejects.toMatchObject(invalidGrant);
    expect(await Promise.all([first, second].map(isOpen))).toEqual([true, true]);
    await refresh(second.refresh_token);
  });

  it('that is used again after 60 seconds ends its whole family, and no other', async () => {
    const [first, other] = [await logIn(), await logIn()];
    const second = await refresh(first.refresh_token);
    const third = await refresh(second.refresh_token);
    await useAgo(first.refresh_token, '61 seconds');
    await expect(refresh(first.refresh_token)).rejects.toMatchObject(invalidGrant);
    expect(await Promise.all([first, second, third, other].map(isOpen))).toEqual([false, false, false, true]);
    await expect(refresh(third.refresh_token)).rejects.toMatchObject(invalidGrant);
    await refresh(other.refresh_token);
  });

  it('is measured from its first use, however often it was refused since', async () => {
    const first = await logIn();
    const second = await refresh(first.refresh_token);
    await useAgo(first.refresh_token, '50 seconds');
    await expect(refresh(first.refresh_token)).rejects.toMatchObject(invalidGrant);
    await owner.query(
      `update oauth_token_pair set refresh_used_date = refresh_used_date - interval '11 seconds'
        where refresh_hash = $1`,
      [hashApiKey(first.refresh_token)],
    );
    await expect(refresh(first.refresh_token)).rejects.toMatchObject(invalidGrant);
    expect(await isOpen(second)).toBe(false);
  });

  it('serves nobody but the client it was issued to, and nothing happens to it', async () => {
    const issued = await logIn();
    for (const client of [shop, stranger])
      await expect(refresh(issued.refresh_token, client)).rejects.toMatchObject(invalidGrant);
    const { refresh_token: next } = await refresh(issued.refresh_token);
    await useAgo(issued.refresh_token, '2 minutes');
    for (const client of [shop, stranger])
      await expect(refresh(issued.refresh_token, client)).rejects.toMatchObject(invalidGrant);
    await refresh(next);
  });

  it('expires after 30 days', async () => {
    const issued = await logIn();
    const { rows } = await owner.query(
      `select round(extract(epoch from refresh_expires_date - now()) / 86400)::integer as days from oauth_token_pair
        where refresh_hash = $1`,
      [hashApiKey(issued.refresh_token)],
    );
    expect(rows).toEqual([{ days: 30 }]);
    await owner.query('update oauth_token_pair set refresh_expires_date = now() where refresh_hash = $1', [
      hashApiKey(issued.refresh_token),
    ]);
    await expect(refresh(issued.refresh_token)).rejects.toMatchObject(invalidGrant);
  });

  it('may narrow the scope of its access token, never widen it', async () => {
    const whole = await logIn();
    const reading = await refresh(whole.refresh_token, { scope: 'read' });
    expect([reading.scope, (await verify(reading.access_token)).scope]).toEqual(['read', 'retail:read']);
    expect((await refresh(reading.refresh_token)).scope).toBe('read write');
    const reader = await logIn({ scope: 'read' });
    await expect(refresh(reader.refresh_token, { scope: 'read write' })).rejects.toMatchObject(
      refused('invalid_scope'),
    );
    expect((await refresh(reader.refresh_token)).scope).toBe('read');
  });

  it.each<[string, string, string]>([
    ['unknown', '0'.repeat(40), 'invalid_grant'],
    ['missing', '', 'invalid_request'],
  ])('that is %s is refused', async (_, refreshToken, code) => {
    await expect(refresh(refreshToken)).rejects.toMatchObject({ code });
  });

  it('is no access token, and an access token is no refresh token', async () => {
    const { access_token: accessToken } = await logIn();
    await expect(refresh(accessToken)).rejects.toMatchObject(invalidGrant);
  });
});
