import 'reflect-metadata';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { hashApiKey, Encrypter } from '@refundry/auth';
import { issueToken, verifyCredential, type TokenAnswer, type TokenRequest } from '@refundry/contracts';
import type { Failure } from '@refundry/errors';
import { RpcClient } from '@refundry/messaging';
import { createLog } from '@refundry/observability';
import { migrate } from '@refundry/persistence';
import { type Running } from '@refundry/service';
import { NatsServer, testDatabase } from '@refundry/testing';
import pg from 'pg';
import { accountsApp, accountsMigrations } from '../accounts.app.js';
import { administer } from '../cli/administration.js';

type Parameters = Partial<Record<keyof TokenRequest, string>>;
type ClientCredentials = Record<'client_id' | 'client_secret', string>;

const password = 'the right password';

const rpcEncryptionKey = Buffer.alloc(32, 7).toString('base64');
let nats: NatsServer;
let owner: pg.Client;
let start: () => Promise<Running>;
const replicas: Running[] = [];
let rpc: RpcClient;
let exporter: ClientCredentials;
let shop: ClientCredentials;

beforeAll(async () => {
  nats = await NatsServer.start();
  const { url, ownerUrl } = await testDatabase('accounts');
  await migrate(ownerUrl, accountsMigrations);
  owner = new pg.Client({ connectionString: ownerUrl });
  await owner.connect();
  start = () =>
    accountsApp.serve(
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
  replicas.push(await start(), await start());
  rpc = await RpcClient.open({
    url: nats.url(),
    name: 'gateway',
    limit: 500,
    encrypter: new Encrypter(rpcEncryptionKey),
  });
  [exporter, shop] = await administer(
    { databaseUrl: url, operator: 'ayşe' },
    async ({ accounts, oauthClients, oauthUsers }) => {
      await accounts.create('acme');
      for (const username of ['ayşe', 'fatma']) await oauthUsers.create({ account: 'acme', username, password });
      const [one, other] = [await oauthClients.create('acme', 'exporter'), await oauthClients.create('acme', 'shop')];
      const credentials = ({ client, secret }: typeof one): ClientCredentials => ({
        client_id: client.clientId,
        client_secret: secret,
      });
      return [credentials(one), credentials(other)] as const;
    },
  );
});

beforeEach(() => owner.query('delete from oauth_login_attempts'));

afterAll(async () => {
  await rpc.close();
  await Promise.all(replicas.map((replica) => replica.close()));
  await owner.end();
  await nats.stop();
});

const logIn = (request: Parameters = {}): Promise<TokenAnswer> =>
  rpc.call(issueToken, { grant_type: 'password', ...exporter, username: 'ayşe', password, ...request }, 'r1');
/** The result of a login. */
const outcome = (login: Promise<unknown>): Promise<string> =>
  login.then(
    () => 'ok',
    (failure: unknown) => (failure as Failure).code,
  );
const fail = (request: Parameters = {}): Promise<string> => outcome(logIn({ password: 'wrong', ...request }));
const times = async (count: number, attempt: () => Promise<string>): Promise<string[]> => {
  const outcomes: string[] = [];
  while (outcomes.length < count) outcomes.push(await attempt());
  return outcomes;
};
const repeated = (count: number, code: string): string[] => Array.from({ length: count }, () => code);
const throttled = {
  code: 'throttled',
  status: 429,
  detail: expect.stringMatching(/^\d+$/),
  text: expect.stringMatching(/^Request was throttled\. Expected available in \d+ seconds\.$/),
};
/** Lets time pass, for what was noted. */
const pass = (span: string): Promise<unknown> =>
  owner.query('update oauth_login_attempts set dates = array(select date - $1::interval from unnest(dates) as date)', [
    span,
  ]);
/** Failures of users that nobody guesses again. */
const failMeanwhile = (count: number): Promise<unknown> =>
  owner.query(
    `insert into oauth_login_attempts (client_id, dates) select id, array_fill(now(), array[$2::integer])
      from oauth_client where client_id = $1`,
    [exporter.client_id, count],
  );
const noted = async (): Promise<number> => (await owner.query('select from oauth_login_attempts')).rowCount ?? 0;

describe('ten failures within five minutes', () => {
  it('lock a user out, even with the right password', async () => {
    expect(await times(11, fail)).toEqual([...repeated(10, 'invalid_grant'), 'throttled']);
    await expect(logIn()).rejects.toMatchObject(throttled);
  });

  it('lock an unknown user out alike', async () => {
    expect(await times(12, () => fail({ username: 'nobody' }))).toEqual([
      ...repeated(10, 'invalid_grant'),
      'throttled',
      'throttled',
    ]);
  });

  it('lock nobody else out, nor the user at another client', async () => {
    await times(10, fail);
    expect(await Promise.all([logIn({ username: 'fatma' }), logIn(shop)].map(outcome))).toEqual(['ok', 'ok']);
  });

  it('are ten, however many come at once and at whichever replica', async () => {
    const outcomes = await Promise.all(Array.from({ length: 17 }, () => fail()));
    expect(outcomes.toSorted()).toEqual([...repeated(10, 'invalid_grant'), ...repeated(7, 'throttled')]);
  });

  it('are remembered by a replica that starts later', async () => {
    await times(10, fail);
    await Promise.all(replicas.splice(0).map((replica) => replica.close()));
    replicas.push(await start(), await start());
    expect(await outcome(logIn())).toBe('throttled');
  });

  it('tell how long to wait, and being refused makes it no longer', async () => {
    await times(10, fail);
    await pass('100 seconds');
    await times(3, fail);
    const seconds = Number(
      await logIn().then(
        () => undefined,
        (failure: unknown) => (failure as Failure).detail,
      ),
    );
    expect(seconds).toBeGreaterThan(150);
    expect(seconds).toBeLessThanOrEqual(200);
    await pass(`${seconds} seconds`);
    expect(await outcome(logIn())).toBe('ok');
  });

  it('are counted in any five minutes, not from a first one on', async () => {
    await times(5, fail);
    await pass('4 minutes');
    await times(5, fail);
    expect(await fail()).toBe('throttled');
    await pass('61 seconds');
    expect(await times(6, fail)).toEqual([...repeated(5, 'invalid_grant'), 'throttled']);
  });
});

describe('a success', () => {
  it("clears the user's failures", async () => {
    await times(9, fail);
    expect(await outcome(logIn())).toBe('ok');
    expect(await times(11, fail)).toEqual([...repeated(10, 'invalid_grant'), 'throttled']);
  });

  it('is never counted, however many there are', async () => {
    expect(await times(12, () => outcome(logIn()))).toEqual(repeated(12, 'ok'));
    expect((await owner.query('select dates from oauth_login_attempts')).rows).toEqual([{ dates: [] }]);
  });
});

describe('a client that tries many users', () => {
  let users = 0;
  const failAsMany = (count: number): Promise<string[]> => times(count, () => fail({ username: `user ${++users}` }));

  it('is locked out after a hundred failures, so that random usernames fill no table; others are not', async () => {
    await failMeanwhile(95);
    expect(await failAsMany(7)).toEqual([...repeated(5, 'invalid_grant'), 'throttled', 'throttled']);
    expect(await noted()).toBe(6);
    await expect(logIn()).rejects.toMatchObject(throttled);
    expect(await outcome(logIn(shop))).toBe('ok');
  });

  it("does not clear others' failures by a success of its own", async () => {
    await failMeanwhile(97);
    expect(await outcome(logIn())).toBe('ok');
    expect(await failAsMany(4)).toEqual([...repeated(3, 'invalid_grant'), 'throttled']);
  });

  it('is noted only once its secret was right', async () => {
    expect(await fail({ client_secret: 'guessed' })).toBe('invalid_client');
    expect(await noted()).toBe(0);
  });
});

describe('the notes of a failure', () => {
  it('holds no username: people type passwords there', async () => {
    await fail({ username: 'a password in the wrong field' });
    const { rows } = await owner.query<{ row: string }>('select row::text as row from oauth_login_attempts row');
    expect(rows.filter(({ row }) => row.includes('wrong field'))).toEqual([]);
  });
});

describe('a flood of logins', () => {
  it('is refused for the most part, and keeps no access token from being verified', async () => {
    const { access_token: accessToken } = await logIn();
    let pending = 300;
    const logins = Array.from({ length: pending }, () =>
      outcome(logIn()).finally(() => {
        pending -= 1;
      }),
    );
    await Promise.race(logins);
    expect(await rpc.call(verifyCredential, { family: 'retail', hash: hashApiKey(accessToken) }, 'r1')).toMatchObject({
      found: true,
    });
    expect(pending).toBeGreaterThan(0);
    const outcomes = await Promise.all(logins);
    expect(new Set(outcomes)).toEqual(new Set(['ok', 'busy_account']));
  });
});
