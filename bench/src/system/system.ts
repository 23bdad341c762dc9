import { randomBytes } from 'node:crypto';
import type { NatsServer, PostgresServer, ProvisionedDatabase } from '@refundry/testing';
import { publicUrl } from '../page.js';
import { askAccounts, startApp, startSilentGateway, type ServedApp } from './apps.js';
import { loadCancellationReasons } from './cancellation-reasons.js';
import { createDatabase } from './databases.js';
import { startNats, startPostgres } from './servers.js';

/** Refundry, running and filled. */
export interface System {
  readonly postgres: PostgresServer;
  readonly nats: NatsServer;
  readonly omsDatabase: ProvisionedDatabase;
  readonly oms: ServedApp;
  readonly gateway: ServedApp;
  /** A second gateway that logs nothing. */
  readonly silentGateway: ServedApp;
  readonly account: number;
  readonly token: string;
}

/** Starts everything; `cleanup` ends it, in reverse. @throws Interrupted between two steps */
export async function startSystem(cleanup: AsyncDisposableStack, signal: AbortSignal, say: (line: string) => void): Promise<System> {
  say('Starting PostgreSQL and NATS …');
  const postgres = await startPostgres(cleanup);
  const nats = await startNats(cleanup);
  signal.throwIfAborted();
  say('Loading 100,000 cancellation reasons …');
  const accountsDatabase = await createDatabase(postgres, 'accounts');
  const omsDatabase = await createDatabase(postgres, 'oms');
  const { id: account } = await askAccounts<{ id: number }>({ DATABASE_URL: accountsDatabase.url }, 'account', 'create', '--name', 'bench');
  const { token } = await askAccounts<{ token: string }>({ DATABASE_URL: accountsDatabase.url }, 'token', 'create', '--account', 'bench');
  await loadCancellationReasons(omsDatabase.ownerUrl, postgres.url, account);
  signal.throwIfAborted();
  say('Starting accounts, oms and the gateways …');
  const wire = { NATS_URL: nats.url(), WIRE_KEY: randomBytes(32).toString('base64') };
  const SECRET_KEY = randomBytes(32).toString('base64');
  const gatewayEnvironment = { ...wire, PUBLIC_URL: publicUrl };
  await startApp('accounts', { ...wire, DATABASE_URL: accountsDatabase.url, SECRET_KEY }, cleanup);
  const oms = await startApp('oms', { ...wire, DATABASE_URL: omsDatabase.url, SECRET_KEY }, cleanup);
  const gateway = await startApp('gateway', { ...gatewayEnvironment, PORT: '0' }, cleanup);
  const silentGateway = await startSilentGateway(gatewayEnvironment, cleanup);
  return { postgres, nats, omsDatabase, oms, gateway, silentGateway, account, token };
}
