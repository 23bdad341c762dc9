import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  allowInsecureRequests,
  ClientSecretBasic,
  ClientSecretPost,
  genericTokenEndpointRequest,
  processGenericTokenEndpointResponse,
  processRefreshTokenResponse,
  refreshTokenGrantRequest,
  type AuthorizationServer,
  type Client as OAuthClient,
  type TokenEndpointResponse,
} from 'oauth4webapi';
import type { Answer } from '../system/http.js';
import { send } from '../system/http.js';
import { SharedSystem } from '../system/shared-system.js';

type Parameters = Readonly<Record<string, string>>;

interface Tokens {
  readonly access_token: string;
  readonly refresh_token: string;
}

let system: SharedSystem;
let credentials: { username: string; password: string; client_id: string; client_secret: string };
let omsToken: string;

beforeAll(async () => {
  system = await SharedSystem.withSimulator();
  const { account, token } = await system.newClient();
  const client = await system.command<{ client_id: string; client_secret: string }>(
    'oauth-client',
    'create',
    '--account',
    account,
    '--name',
    'ERP',
  );
  const { password = '' } = await system.command<{ password?: string }>(
    'oauth-user',
    'create',
    '--account',
    account,
    '--username',
    'erp',
  );
  credentials = { username: 'erp', password, client_id: client.client_id, client_secret: client.client_secret };
  omsToken = token;
});

afterAll(() => system.leave());

const post = (parameters: Parameters, headers: Parameters = {}, path = '/api/o/token/'): Promise<Answer> =>
  send('POST', `${system.url}${path}`, {
    headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
    body: new URLSearchParams(parameters).toString(),
  });
const logIn = (parameters: Parameters = {}): Promise<Answer> =>
  post({ grant_type: 'password', ...credentials, ...parameters });
const tokens = async (): Promise<Tokens> => (await logIn()).json as Tokens;
const refresh = (token: string): Promise<Answer> =>
  post({
    grant_type: 'refresh_token',
    refresh_token: token,
    client_id: credentials.client_id,
    client_secret: credentials.client_secret,
  });
const retailStatus = async (token: string, scheme = 'Bearer'): Promise<Answer> =>
  send('GET', `${system.url}/api/v1/shops/`, { headers: { authorization: `${scheme} ${token}` } });

describe('a token', () => {
  it.each(['/api/o/token/', '/api/o/token'])('is got at %s by a password, as RFC 6749 says', async (path) => {
    const { status, headers, json } = await post({ grant_type: 'password', ...credentials }, {}, path);
    expect(status).toBe(200);
    expect(headers['content-type']).toBe('application/json');
    expect(headers['cache-control']).toBe('no-store');
    expect(json).toEqual({
      access_token: expect.stringMatching(/^\S{20,}$/),
      token_type: 'Bearer',
      expires_in: 36_000,
      refresh_token: expect.stringMatching(/^\S{20,}$/),
      scope: 'read write',
    });
  });

  it("is got with the client's credentials in the header too, and by JSON", async () => {
    const { username, password, client_id: id, client_secret: secret } = credentials;
    const authorization = `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`;
    expect((await post({ grant_type: 'password', username, password }, { authorization })).status).toBe(200);
    const asJson = await send('POST', `${system.url}/api/o/token/`, {
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ grant_type: 'password', ...credentials }),
    });
    expect(asJson.status).toBe(200);
  });

  it.each([
    [{ password: 'wrong' }, 400, 'invalid_grant'],
    [{ username: 'nobody' }, 400, 'invalid_grant'],
    [{ client_secret: 'wrong' }, 401, 'invalid_client'],
    [{ client_id: 'nobody' }, 401, 'invalid_client'],
    [{ client_secret: '' }, 401, 'invalid_client'],
    [{ grant_type: 'authorization_code' }, 400, 'unsupported_grant_type'],
    [{ grant_type: '' }, 400, 'invalid_request'],
    [{ username: '' }, 400, 'invalid_request'],
    [{ scope: 'everything' }, 400, 'invalid_scope'],
    [{ username: '\0' }, 400, 'invalid_request'],
  ])('is refused to %j', async (wrong, status, error) => {
    const answer = await logIn(wrong);
    expect([answer.status, answer.json]).toEqual([status, { error, error_description: expect.any(String) }]);
    expect(answer.headers['cache-control']).toBe('no-store');
    if (status === 401) expect(answer.headers['www-authenticate']).toBe('Basic realm="api"');
  });

  it('is refused to a client whose name no column holds', async () => {
    for (const text of ['\0:x', '%00:x', `${'x'.repeat(1000)}:x`]) {
      const { status, json } = await post(
        { grant_type: 'password', username: 'a', password: 'b' },
        { authorization: `Basic ${Buffer.from(text).toString('base64')}` },
      );
      expect([status, (json as { error: string }).error]).toEqual([400, 'invalid_request']);
    }
  });

  it('is refused to a name of any length', async () => {
    expect(await logIn({ username: 'x'.repeat(100_000) })).toMatchObject({
      status: 400,
      json: { error: 'invalid_request' },
    });
  });

  it('is not got by GET, or where nothing is', async () => {
    const byGet = await send('GET', `${system.url}/api/o/token/`, {});
    expect([byGet.status, byGet.headers.allow, (byGet.json as { error: string }).error]).toEqual([
      405,
      'POST, OPTIONS',
      'invalid_request',
    ]);
    expect((await send('GET', `${system.url}/api/o/nothing/`, {})).status).toBe(404);
  });

  it('opens what its family has, and nothing of another', async () => {
    const { access_token: token } = await tokens();
    expect((await retailStatus(token)).status).not.toBe(401);
    for (const refused of [
      await retailStatus(omsToken),
      await retailStatus(token, 'Token'),
      await retailStatus('nobody'),
      await retailStatus(''),
    ]) {
      expect([refused.status, refused.headers['www-authenticate']]).toEqual([401, 'Bearer realm="api"']);
    }
    const oms = await send('GET', `${system.url}/api/v1/oms/countries/`, {
      headers: { authorization: `Token ${token}` },
    });
    expect([oms.status, oms.headers['www-authenticate']]).toEqual([401, 'Token']);
  });

  it('is renewed once; its predecessor goes on until it expires', async () => {
    const first = await tokens();
    const second = await refresh(first.refresh_token);
    expect(second.status).toBe(200);
    expect(await refresh(first.refresh_token)).toMatchObject({ status: 400, json: { error: 'invalid_grant' } });
    for (const { access_token: token } of [first, second.json as Tokens])
      expect((await retailStatus(token)).status).not.toBe(401);
  });
});

describe('two processes with one token file', () => {
  it('both go on, whoever renews first', async () => {
    let file = await tokens();
    for (let round = 0; round < 5; round++) {
      const known = file;
      const answers = await Promise.all([refresh(known.refresh_token), refresh(known.refresh_token)]);
      expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 400]);
      file = answers.find(({ status }) => status === 200)?.json as Tokens;
      // The one who came second reads the file again.
      expect((await retailStatus(file.access_token)).status).not.toBe(401);
    }
  });
});

describe('an existing client, registered as it is', () => {
  // Written into its program, as its user's four characters are into its examples.
  const fixed = {
    client_id: 'zKq3vYt8LmPw2RxN5cBd7HfJ9sGe4TuA1oWiQbZy',
    client_secret: 'X'.repeat(127) + '9',
    username: 'test1@mail.com',
    password: '1qaz',
  };

  it('logs in, reads, renews and goes on with its fixed id and secret, in body and header', async () => {
    const account = await system.newAccount();
    const given = async (secret: string, ...parameters: string[]): Promise<void> => {
      expect(await system.tryCommandWith(`${secret}\n`, ...parameters, '--account', account)).toMatchObject({
        code: 0,
        stderr: '',
      });
    };
    await given(fixed.client_secret, 'oauth-client', 'create', '--client-id', fixed.client_id, '--secret-stdin');
    await given(
      fixed.password,
      'oauth-user',
      'create',
      '--username',
      fixed.username,
      '--password-stdin',
      '--allow-weak-password',
    );
    const { client_id: id, client_secret: secret, username, password } = fixed;
    const authorization = `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`;
    for (const [parameters, headers] of [
      [{ client_id: id, client_secret: secret }, {}],
      [{}, { authorization }],
    ] as [Parameters, Parameters][]) {
      const first = (await post({ grant_type: 'password', username, password, ...parameters }, headers)).json as Tokens;
      expect((await retailStatus(first.access_token)).status).toBe(200);
      const second = (
        await post({ grant_type: 'refresh_token', refresh_token: first.refresh_token, ...parameters }, headers)
      ).json as Tokens;
      expect((await retailStatus(second.access_token)).status).toBe(200);
      expect((await post({ grant_type: 'password', username, password: '1qa', ...parameters }, headers)).status).toBe(
        400,
      );
    }
  });
});

describe('an OAuth client library', () => {
  // oxlint-disable-next-line typescript/no-deprecated -- deprecated to stand out: the gateway of a test has no TLS
  const http = { [allowInsecureRequests]: true };
  const server = (): AuthorizationServer => ({ issuer: system.url, token_endpoint: `${system.url}/api/o/token/` });

  it.each([
    ['body', ClientSecretPost],
    ['header', ClientSecretBasic],
  ] as const)('fetches and renews with its credentials in the %s', async (_place, authentication) => {
    const client: OAuthClient = { client_id: credentials.client_id };
    const secret = authentication(credentials.client_secret);
    const { username, password } = credentials;
    const fetched: TokenEndpointResponse = await processGenericTokenEndpointResponse(
      server(),
      client,
      await genericTokenEndpointRequest(server(), client, secret, 'password', { username, password }, http),
    );
    expect(fetched).toMatchObject({ token_type: 'bearer', expires_in: 36_000 });
    const renewed = await processRefreshTokenResponse(
      server(),
      client,
      await refreshTokenGrantRequest(server(), client, secret, fetched.refresh_token ?? '', http),
    );
    expect(renewed.access_token).not.toBe(fetched.access_token);
    expect((await retailStatus(renewed.access_token)).status).not.toBe(401);
  });
});
