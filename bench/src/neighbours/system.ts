import { newLoadAccount, signedToken, type LoadAccount } from '@refundry/testing';
import { loadCustomers } from '../customers/load-customers.js';
import { loadReservations, rules } from '../refund-procedure/reservations.js';
import { requestInTurn } from '../system/accounts-commands.js';
import { startApp } from '../system/apps.js';
import { loadCancellationReasons } from '../system/cancellation-reasons.js';
import { connected } from '../system/connected.js';
import { createDatabase } from '../system/databases.js';
import { startInfrastructure, startBenchSystem } from '../system/infrastructure.js';
import { startNatsWithStreams } from '../system/servers.js';

/** An account, and the headers its clients of each family send. */
export interface Client {
  readonly id: number;
  readonly oms: Readonly<Record<string, string>>;
  readonly retail: Readonly<Record<string, string>>;
  readonly reservation: Readonly<Record<string, string>>;
}

/** Everything of Refundry, running with its default limits. */
export interface NeighbourSystem {
  readonly url: string;
  readonly postgresUrl: string;
  /** Of the apps and NATS, by the names of their containers. */
  readonly pids: Readonly<Record<string, number>>;
  readonly postgresPid: number;
  readonly quiet: Client;
  readonly abusive: readonly Client[];
}

const abusiveAccounts = 4;
const rows = { reasons: 1000, quietCustomers: 2000, abusiveCustomers: 100_000 };
const configurations = { each: 6, bytes: 9_000_000 };

/** Every default, also of the limits that other benchmarks switch off. */
const limits = {
  REQUESTS_PER_SECOND: '',
  OPEN_REQUESTS_PER_SECOND: '',
  REFUSED_CREDENTIALS_PER_SECOND: '',
  MAX_REQUESTS_IN_FLIGHT: '',
  MAX_REQUESTS_IN_FLIGHT_PER_ACCOUNT: '',
  REQUESTS_WORKED_ON_PER_ACCOUNT: '',
  MAX_CONNECTIONS_PER_ADDRESS: '0',
};

/** V8 takes half of the memory of its container, 512 MiB, for its heap. */
const contained = { NODE_OPTIONS: '--max-old-space-size=256' };

/**
 * Starts everything with a quiet account and four abusive ones; `cleanup` ends it, in reverse.
 *
 * @throws Interrupted between two steps
 */
export async function startNeighbours(
  cleanup: AsyncDisposableStack,
  signal: AbortSignal,
  say: (line: string) => void,
): Promise<NeighbourSystem> {
  const infrastructure = await startInfrastructure(startNatsWithStreams, cleanup, signal, say);
  const [refunds, reservations] = [
    await createDatabase(infrastructure.postgres, 'supplier-refund'),
    await createDatabase(infrastructure.postgres, 'reservation-refund'),
  ];
  const system = await startBenchSystem(infrastructure, cleanup, say, limits, contained);
  const { NATS_URL } = infrastructure.shared;
  const supplierRefund = await startApp(
    'supplier-refund',
    { NATS_URL, DATABASE_URL: refunds.url, ...contained },
    cleanup,
  );
  const reservationRefund = await startApp(
    'reservation-refund',
    { NATS_URL, DATABASE_URL: reservations.url, ...contained },
    cleanup,
  );
  say('Making accounts and their rows …');
  const { url } = system.gateway;
  const [quiet, ...abusive] = await clientsOf(url, infrastructure.operator, signal);
  const { ownerUrl } = infrastructure.omsDatabase;
  for (const { id } of [quiet!, ...abusive])
    await loadCancellationReasons(ownerUrl, infrastructure.postgres.url, id, rows.reasons);
  await loadCustomers(infrastructure, [
    { account: quiet!.id, rows: rows.quietCustomers },
    ...abusive.map(({ id }) => ({ account: id, rows: rows.abusiveCustomers })),
  ]);
  signal.throwIfAborted();
  for (const { id } of abusive) await loadConfigurations(ownerUrl, id);
  await loadReservations(reservations.ownerUrl, quiet!.id);
  await post(url, '/api/reservation/v1/refund/rules', quiet!.reservation, rules);
  return {
    url,
    postgresUrl: infrastructure.postgres.url,
    postgresPid: infrastructure.serverPids.postgres,
    quiet: quiet!,
    abusive,
    pids: {
      gateway: system.gateway.pid,
      accounts: system.accounts.pid,
      oms: system.oms.pid,
      'supplier-refund': supplierRefund.pid,
      'reservation-refund': reservationRefund.pid,
      nats: infrastructure.serverPids.nats,
    },
  };
}

async function clientsOf(url: string, operator: NodeJS.ProcessEnv, signal: AbortSignal): Promise<Client[]> {
  const clients: Client[] = [];
  for (const name of ['quiet', ...Array.from({ length: abusiveAccounts }, (_, number) => `abusive-${number + 1}`)]) {
    signal.throwIfAborted();
    const account = await newLoadAccount((commands) => requestInTurn(operator, commands), name, {
      url: 'http://127.0.0.1:9',
      username: name,
      password: 'none',
    });
    clients.push({
      id: account.id,
      oms: { authorization: `Token ${account.oms.token}` },
      retail: { authorization: `Bearer ${await accessToken(url, account)}` },
      reservation: reservationHeaders(account),
    });
  }
  return clients;
}

async function accessToken(
  url: string,
  { retail: { clientId, clientSecret, username, password } }: LoadAccount,
): Promise<string> {
  const body = new URLSearchParams({
    grant_type: 'password',
    username,
    password,
    scope: 'read write',
    client_id: clientId,
    client_secret: clientSecret,
  });
  const response = await fetch(`${url}/api/o/token/`, { method: 'POST', body });
  return ((await response.json()) as { access_token: string }).access_token;
}

const signedForSeconds = 24 * 60 * 60;
const reservationHeaders = ({ reservation: { domain, organisationToken } }: LoadAccount): Record<string, string> => ({
  domain,
  authorization: `Bearer ${signedToken(organisationToken, signedForSeconds)}`,
});

/** Configurations that don't compress. */
const insertConfigurations = `
  insert into channel (account_id, id, omnitron_id, name, channel_type, configuration, is_active)
    overriding system value
  select $1, $1 * 10 + 2 + g, 2 + g, 'Kanal ' || g, 'web', to_json(large), true
  from generate_series(1, $2::integer) g, (select string_agg(md5(n::text), '')
    from generate_series(1, $3::integer / 32) n) as of(large)`;

const loadConfigurations = (ownerUrl: string, account: number): Promise<void> =>
  connected(ownerUrl, async (owner) => {
    await owner.query(insertConfigurations, [account, configurations.each, configurations.bytes]);
  });

/** @throws one sentence when the answer is no success */
export async function post(
  url: string,
  path: string,
  headers: Readonly<Record<string, string>>,
  body: object,
): Promise<void> {
  const response = await fetch(url + path, {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!response.ok)
    throw new Error(`${path} was answered with ${response.status} ${(await response.text()).slice(0, 200)}`);
}
