import { randomBytes } from 'node:crypto';
import { newLoadAccount, type LoadAccount, type PostgresServer } from '@refundry/testing';
import { requestInTurn } from '../system/accounts-commands.js';
import { startApp, type ServedApp } from '../system/apps.js';
import { createDatabase, secret } from '../system/databases.js';
import { startNatsWithStreams, startPostgres } from '../system/servers.js';
import type { Complaints } from './complaints.js';

/** Everything of Refundry, running, and an account for the load. */
export interface SoakSystem {
  readonly postgres: PostgresServer;
  readonly simulator: ServedApp;
  /** By their names, the gateway among them. */
  readonly apps: ReadonlyMap<string, ServedApp>;
  readonly account: LoadAccount;
}

const services = ['oms', 'supplier-refund', 'reservation-refund'] as const;
const collector = new URL('collect-when-told.js', import.meta.url).href;
const newKey = (): string => randomBytes(32).toString('base64');

/** Starts everything; `cleanup` ends it, in reverse. @throws Interrupted between two steps */
export async function startSoakSystem(
  cleanup: AsyncDisposableStack,
  complaints: Complaints,
  signal: AbortSignal,
  say: (line: string) => void,
): Promise<SoakSystem> {
  say('Starting PostgreSQL, NATS and all apps …');
  const postgres = await startPostgres(cleanup);
  const nats = await startNatsWithStreams(cleanup);
  const shared = { NATS_URL: nats.url(), SECRET_KEY: newKey(), WIRE_KEY: newKey(), OMNITRON_PRIVATE_ADDRESSES: 'true' };
  const login = { username: 'soak', password: secret() };
  const simulator = await startApp(
    'omnitron-simulator',
    { OMNITRON_USERNAME: login.username, OMNITRON_PASSWORD: login.password, OMNITRON_DISTRICTS: '0' },
    cleanup,
  );
  const apps = new Map<string, ServedApp>();
  const start = async (
    name: (typeof services)[number] | 'accounts' | 'gateway',
    env: NodeJS.ProcessEnv,
  ): Promise<void> => {
    signal.throwIfAborted();
    apps.set(
      name,
      await startApp(
        name,
        { ...shared, ...env, NODE_OPTIONS: `--import ${collector}` },
        cleanup,
        complaints.listenerOf(name),
      ),
    );
  };
  const operator = { ...shared, DATABASE_URL: (await createDatabase(postgres, 'accounts')).url };
  await start('accounts', operator);
  for (const service of services) await start(service, { DATABASE_URL: (await createDatabase(postgres, service)).url });
  // The load comes from one address and with few credentials.
  await start('gateway', { PORT: '0', REQUESTS_PER_SECOND: '0' });
  const account = await newLoadAccount((commands) => requestInTurn(operator, commands), 'soak', {
    url: simulator.url,
    ...login,
  });
  return { postgres, simulator, apps, account };
}
