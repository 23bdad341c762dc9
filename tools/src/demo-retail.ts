import type { Operators } from './command-line.js';
import { retailApi, type DemoApi } from './demo-api.js';
import { demoBatches } from './demo-refunds.js';
import { acceptedJson, type AskFamily } from './demo-webhooks.js';
import { sentenceOf } from './refusal.js';

/** The login of the demo account's retail client. */
export interface RetailCredentials {
  readonly username: string;
  readonly password: string;
  readonly client_id: string;
  readonly client_secret: string;
}

const username = 'demo';

/** Whether somebody still gets a token with them. @throws when the system gives no answer */
export const areAccepted = async (gateway: string, credentials: RetailCredentials): Promise<boolean> =>
  (await logIn(gateway, credentials)) !== undefined;

/** A client and a user of the account; what had been lost gets a new secret. */
export async function newRetailCredentials(accounts: Operators, account: string): Promise<RetailCredentials> {
  const known = (
    await accounts.run<{ id: number; username: string }[]>('oauth-user', 'list', '--account', account)
  ).find((user) => user.username === username);
  const { password } =
    known === undefined
      ? await accounts.run<{ password: string }>('oauth-user', 'create', '--account', account, '--username', username)
      : await accounts.run<{ password: string }>('oauth-user', 'rotate', '--id', String(known.id));
  const { client_id: id, client_secret: secret } = await accounts.run<{ client_id: string; client_secret: string }>(
    'oauth-client',
    'create',
    '--account',
    account,
    '--name',
    username,
  );
  return { username, password, client_id: id, client_secret: secret };
}

/**
 * Posts the demo's documents and what they point to; what is there already stays as it is. Trouble is told, and no end
 * of the start.
 */
export async function postRefunds(gateway: string, credentials: RetailCredentials): Promise<string> {
  try {
    const token = await logIn(gateway, credentials);
    if (token === undefined) return 'failed: the demo user gets no token';
    const api = retailApi(gateway, token);
    for (const [path, batch] of demoBatches()) await post(api, path, batch);
    return '';
  } catch (error) {
    return `failed: ${sentenceOf(error)}`;
  }
}

/** Asks the retail API for the demo account. @throws when its credentials are refused */
export async function retailAsk(gateway: string, credentials: RetailCredentials): Promise<AskFamily> {
  const token = await logIn(gateway, credentials);
  if (token === undefined) throw new Error('the demo user gets no token');
  const api = retailApi(gateway, token);
  return async (method, path, body) => acceptedJson(path, await api.ask(method, `${path}/`, body));
}

/** An access token; undefined when the credentials are refused. */
export async function logIn(gateway: string, credentials: RetailCredentials): Promise<string | undefined> {
  const response = await fetch(`${gateway}/api/o/token/`, {
    method: 'POST',
    body: new URLSearchParams({ grant_type: 'password', ...credentials }),
  });
  if (response.status === 400 || response.status === 401) return undefined;
  if (!response.ok) throw new Error(`The token endpoint answered ${response.status}.`);
  return ((await response.json()) as { access_token: string }).access_token;
}

async function post(api: DemoApi, path: string, batch: readonly object[]): Promise<void> {
  const response = await api.post(path, batch);
  if (!response.ok) throw new Error(`${path} was refused (${response.status} ${await response.text()}).`);
}
