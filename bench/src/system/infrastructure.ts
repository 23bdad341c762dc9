import { randomBytes } from 'node:crypto';
import type { NatsServer, PostgresServer, ProvisionedDatabase } from '@refundry/testing';
import { childNamed } from '../measuring/cpu-time.js';
import { publicUrl } from '../page.js';
import { startApp, type ServedApp } from './apps.js';
import { createDatabase } from './databases.js';
import { startPostgres } from './servers.js';

/** The servers, and the services' databases, migrated and empty. */
export interface BenchInfrastructure {
  readonly postgres: PostgresServer;
  readonly nats: NatsServer;
  readonly omsDatabase: ProvisionedDatabase;
  /** Of the servers, for their CPU time and memory. */
  readonly serverPids: { readonly postgres: number; readonly nats: number };
  /** The environment of accounts, and of the operators' command line. */
  readonly operator: NodeJS.ProcessEnv;
  /** The environment of all apps. */
  readonly shared: NodeJS.ProcessEnv;
}

/** The environment for callers and the upstream. */
export interface BenchSystem {
  readonly accounts: ServedApp;
  readonly oms: ServedApp;
  readonly gateway: ServedApp;
}

/** Starts the servers; `cleanup` ends them. @throws Interrupted between two steps */
export async function startInfrastructure(
  startNats: (cleanup: AsyncDisposableStack) => Promise<NatsServer>,
  cleanup: AsyncDisposableStack,
  signal: AbortSignal,
  say: (line: string) => void,
  start = startPostgres,
): Promise<BenchInfrastructure> {
  say('Starting PostgreSQL and NATS …');
  const postgres = await start(cleanup);
  const nats = await startNats(cleanup);
  const serverPids = { postgres: childNamed('postgres'), nats: childNamed('nats-server') };
  signal.throwIfAborted();
  const accountsDatabase = await createDatabase(postgres, 'accounts');
  const omsDatabase = await createDatabase(postgres, 'oms');
  signal.throwIfAborted();
  const shared = { NATS_URL: nats.url(), SECRET_KEY: newKey(), WIRE_KEY: newKey() };
  return {
    postgres,
    nats,
    omsDatabase,
    serverPids,
    shared,
    operator: { ...shared, DATABASE_URL: accountsDatabase.url },
  };
}

const newKey = (): string => randomBytes(32).toString('base64');

/**
 * Starts the apps; `cleanup` ends them.
 *
 * @param limits the gateway's, in its environment; without, one caller may ask for as much as there is
 * @param ofEach more of the environment of every app
 */
export async function startBenchSystem(
  { omsDatabase, shared, operator }: BenchInfrastructure,
  cleanup: AsyncDisposableStack,
  say: (line: string) => void,
  limits: NodeJS.ProcessEnv = {},
  ofEach: NodeJS.ProcessEnv = {},
): Promise<BenchSystem> {
  say('Starting accounts, oms and the gateway …');
  const accounts = await startApp('accounts', { ...operator, ...ofEach }, cleanup);
  const oms = await startApp(
    'oms',
    { ...shared, DATABASE_URL: omsDatabase.url, OMNITRON_PRIVATE_ADDRESSES: 'true', ...ofEach },
    cleanup,
  );
  const gateway = await startApp(
    'gateway',
    {
      NATS_URL: shared.NATS_URL,
      WIRE_KEY: shared.WIRE_KEY,
      PUBLIC_URL: publicUrl,
      PORT: '0',
      MAX_CONNECTIONS_PER_ADDRESS: '0',
      ...limits,
      ...ofEach,
    },
    cleanup,
  );
  return { accounts, oms, gateway };
}
