import { randomBytes } from 'node:crypto';
import type { NatsServer, PostgresServer, ProvisionedDatabase } from '@refundry/testing';
import { childNamed } from '../measuring/cpu-time.js';
import { callAccounts, startApp, type ServedApp } from '../system/apps.js';
import { createDatabase } from '../system/databases.js';
import { startNatsWithStreams, startPostgres } from '../system/servers.js';

/** Refundry, as a retail client meets it. */
export interface RefundSystem {
  readonly postgres: PostgresServer;
  readonly nats: NatsServer;
  readonly database: ProvisionedDatabase;
  readonly service: ServedApp;
  readonly gateway: ServedApp;
  /** Of the servers, for their CPU time. */
  readonly serverPids: { readonly postgres: number; readonly nats: number };
  readonly account: number;
  /** A bearer token of the account. */
  readonly token: string;
}

/**
 * Starts everything; `cleanup` ends it, in reverse.
 *
 * @param settings more of the service's environment
 * @throws Interrupted between two steps
 */
export async function startRefundSystem(
  cleanup: AsyncDisposableStack,
  signal: AbortSignal,
  say: (line: string) => void,
  settings: NodeJS.ProcessEnv = {},
): Promise<RefundSystem> {
  say('Starting PostgreSQL and NATS …');
  const postgres = await startPostgres(cleanup);
  const nats = await startNatsWithStreams(cleanup);
  const serverPids = { postgres: childNamed('postgres'), nats: childNamed('nats-server') };
  signal.throwIfAborted();
  const accountsDatabase = await createDatabase(postgres, 'accounts');
  const database = await createDatabase(postgres, 'supplier-refund');
  signal.throwIfAborted();
  say('Starting accounts, supplier-refund and the gateway …');
  const shared = { NATS_URL: nats.url(), WIRE_KEY: newKey(), SECRET_KEY: newKey() };
  const operator = { ...shared, DATABASE_URL: accountsDatabase.url };
  await startApp('accounts', operator, cleanup);
  const service = await startApp('supplier-refund', { ...shared, DATABASE_URL: database.url, ...settings }, cleanup);
  const gateway = await startApp('gateway', { ...shared, PORT: '0' }, cleanup);
  return { postgres, nats, database, service, gateway, serverPids, ...(await newCaller(operator, gateway.url)) };
}

const newKey = (): string => randomBytes(32).toString('base64');

/** An account with a token, got as retail clients get theirs. */
async function newCaller(operator: NodeJS.ProcessEnv, gatewayUrl: string): Promise<{ account: number; token: string }> {
  const { id } = await callAccounts<{ id: number }>(operator, 'account', 'create', '--name', 'bench');
  const { client_id, client_secret } = await callAccounts<{ client_id: string; client_secret: string }>(
    operator,
    'oauth-client',
    'create',
    '--account',
    'bench',
  );
  const { password } = await callAccounts<{ password: string }>(
    operator,
    'oauth-user',
    'create',
    '--account',
    'bench',
    '--username',
    'bench',
  );
  const response = await fetch(`${gatewayUrl}/api/o/token/`, {
    method: 'POST',
    body: new URLSearchParams({ grant_type: 'password', client_id, client_secret, username: 'bench', password }),
  });
  if (!response.ok) throw new Error(`No token was issued: ${response.status} ${await response.text()}`);
  const { access_token: token } = (await response.json()) as { access_token: string };
  return { account: id, token };
}
