import type { Subject } from '../measuring/subject.js';
import { pathOf, publicUrl, reasonsPage } from '../page.js';
import { startApp, startSilentApp } from '../system/apps.js';
import type { Caller } from '../system/caller.js';
import type { BenchInfrastructure } from '../system/infrastructure.js';
import { startNats } from '../system/servers.js';
import { startCollector } from './collector.js';

/** The names of the subjects in the report. */
export const systemNames = { watched: 'watched', unwatched: 'unwatched' } as const;

/**
 * The same apps twice on one PostgreSQL, each behind a NATS of its own: as in production, and with nothing logged,
 * measured or traced.
 */
export async function startSystems(
  infrastructure: BenchInfrastructure,
  caller: Caller,
  cleanup: AsyncDisposableStack,
): Promise<[Subject, Subject]> {
  const watching = { OTEL_EXPORTER_OTLP_ENDPOINT: await startCollector(cleanup) };
  const otherNats = await startNats(cleanup);
  return [
    await startBenchSystem(systemNames.watched, startApp, watching, infrastructure, caller, cleanup),
    await startBenchSystem(
      systemNames.unwatched,
      startSilentApp,
      { METRICS: 'false', NATS_URL: otherNats.url() },
      infrastructure,
      caller,
      cleanup,
    ),
  ];
}

async function startBenchSystem(
  name: string,
  start: typeof startApp,
  added: NodeJS.ProcessEnv,
  { shared, operator, omsDatabase, serverPids }: BenchInfrastructure,
  { token }: Caller,
  cleanup: AsyncDisposableStack,
): Promise<Subject> {
  await start('accounts', { ...operator, ...added }, cleanup);
  const oms = await start('oms', { ...shared, DATABASE_URL: omsDatabase.url, ...added }, cleanup);
  const gateway = await start(
    'gateway',
    { NATS_URL: shared.NATS_URL, WIRE_KEY: shared.WIRE_KEY, PUBLIC_URL: publicUrl, PORT: '0', ...added },
    cleanup,
  );
  return {
    name,
    url: gateway.url + pathOf(reasonsPage),
    headers: { Authorization: `Token ${token}` },
    parts: { gateway: gateway.pid, oms: oms.pid, postgres: serverPids.postgres },
  };
}
