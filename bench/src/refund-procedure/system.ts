import { randomBytes } from 'node:crypto';
import type { PostgresServer, ProvisionedDatabase } from '@refundry/testing';
import { childNamed } from '../measuring/cpu-time.js';
import { startApp, type ServedApp } from '../system/apps.js';
import { createDatabase } from '../system/databases.js';
import { startNats } from '../system/servers.js';
import { startCountingPostgres } from './counting-postgres.js';
import { loadReservations, rules } from './reservations.js';
import { newReservationCaller, type ReservationCaller } from './reservation-caller.js';

export const reserveId = 5000;

/** Refundry, as a reservation client meets it. */
export interface ProcedureSystem {
  readonly postgres: PostgresServer;
  readonly database: ProvisionedDatabase;
  readonly service: ServedApp;
  readonly gateway: ServedApp;
  /** Of the servers, for their CPU time. */
  readonly serverPids: { readonly postgres: number; readonly nats: number };
  readonly caller: ReservationCaller;
  /** An account that has no reservations. */
  readonly empty: ReservationCaller;
}

/** Starts everything; `cleanup` ends it, in reverse. @throws Interrupted between two steps */
export async function startProcedureSystem(
  cleanup: AsyncDisposableStack,
  signal: AbortSignal,
  say: (line: string) => void,
): Promise<ProcedureSystem> {
  say('Starting PostgreSQL and NATS …');
  const postgres = await startCountingPostgres(cleanup);
  const nats = await startNats(cleanup);
  const serverPids = { postgres: childNamed('postgres'), nats: childNamed('nats-server') };
  signal.throwIfAborted();
  const accountsDatabase = await createDatabase(postgres, 'accounts');
  const database = await createDatabase(postgres, 'reservation-refund');
  signal.throwIfAborted();
  say('Starting accounts, reservation-refund and the gateway …');
  const shared = { NATS_URL: nats.url(), WIRE_KEY: newKey(), SECRET_KEY: newKey() };
  const operator = { ...shared, DATABASE_URL: accountsDatabase.url };
  await startApp('accounts', operator, cleanup);
  const service = await startApp('reservation-refund', { ...shared, DATABASE_URL: database.url }, cleanup);
  const gateway = await startApp('gateway', { ...shared, PORT: '0' }, cleanup);
  const caller = await newReservationCaller(operator, 'bench');
  const empty = await newReservationCaller(operator, 'empty');
  await post(gateway, caller, rules);
  await loadReservations(database.ownerUrl, caller.account);
  return { postgres, database, service, gateway, serverPids, caller, empty };
}

const newKey = (): string => randomBytes(32).toString('base64');

async function post({ url }: ServedApp, { headers }: ReservationCaller, body: object): Promise<void> {
  const response = await fetch(`${url}/api/reservation/v1/refund/rules`, {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`The rules were refused: ${response.status} ${await response.text()}`);
}
