import { randomBytes } from 'node:crypto';
import type { PostgresServer, ProvisionedDatabase } from '@refundry/testing';
import { childNamed } from '../measuring/cpu-time.js';
import { startApp, type ServedApp } from '../system/apps.js';
import { createDatabase, secret } from '../system/databases.js';
import { startNatsWithStreams, startPostgres } from '../system/servers.js';

/** Refundry and an Omnitron, running, and nothing brought over yet. */
export interface SetupSystem {
  readonly postgres: PostgresServer;
  readonly omsDatabase: ProvisionedDatabase;
  readonly oms: ServedApp;
  readonly gateway: ServedApp;
  readonly simulator: ServedApp;
  /** Of the servers, for their CPU time. */
  readonly serverPids: { readonly postgres: number; readonly nats: number };
  readonly credentials: OmnitronCredentials;
  /** The environment of the operators' command line. */
  readonly operator: NodeJS.ProcessEnv;
}

export interface OmnitronCredentials {
  readonly username: string;
  readonly password: string;
}

/** Starts everything; `cleanup` ends it, in reverse. @throws Interrupted between two steps */
export async function startSetupSystem(cleanup: AsyncDisposableStack, signal: AbortSignal, say: (line: string) => void): Promise<SetupSystem> {
  say('Starting PostgreSQL and NATS …');
  const postgres = await startPostgres(cleanup);
  const nats = await startNatsWithStreams(cleanup);
  const serverPids = { postgres: childNamed('postgres'), nats: childNamed('nats-server') };
  signal.throwIfAborted();
  const accountsDatabase = await createDatabase(postgres, 'accounts');
  const omsDatabase = await createDatabase(postgres, 'oms');
  signal.throwIfAborted();
  say('Starting the simulator, accounts, oms and the gateway …');
  const credentials = { username: 'bench', password: secret() };
  const simulator = await startApp('omnitron-simulator', simulatorEnvironment(credentials), cleanup);
  const shared = { NATS_URL: nats.url(), SECRET_KEY: newKey(), WIRE_KEY: newKey() };
  const operator = { ...shared, DATABASE_URL: accountsDatabase.url };
  await startApp('accounts', operator, cleanup);
  const oms = await startApp('oms', { ...shared, DATABASE_URL: omsDatabase.url, OMNITRON_PRIVATE_ADDRESSES: 'true' }, cleanup);
  const gateway = await startApp('gateway', { NATS_URL: nats.url(), WIRE_KEY: shared.WIRE_KEY, PORT: '0' }, cleanup);
  return { postgres, omsDatabase, oms, gateway, simulator, serverPids, credentials, operator };
}

const newKey = (): string => randomBytes(32).toString('base64');

const simulatorEnvironment = ({ username, password }: OmnitronCredentials): NodeJS.ProcessEnv => ({
  OMNITRON_USERNAME: username, OMNITRON_PASSWORD: password, OMNITRON_DISTRICTS: process.env.OMNITRON_DISTRICTS,
});
