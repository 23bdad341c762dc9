import { asReader, startBaseline, type Baseline } from './baselines/start-baseline.js';
import type { Subject } from './measuring/subject.js';
import { pathOf, reasonsPage } from './page.js';
import type { ServedApp } from './system/apps.js';
import type { System } from './system/system.js';

/** The names of the subjects in the report. */
export const subjectNames = {
  ours: 'Refundry',
  silent: 'Refundry, nothing logged',
  b1: 'B1',
  b2: 'B2',
  floor: 'floor',
} as const;

/** Ours and the baselines, all on the same PostgreSQL. */
export async function startSubjects(system: System, cleanup: AsyncDisposableStack): Promise<[Subject, ...Subject[]]> {
  const { postgres, nats } = system.serverPids;
  const behind = { oms: system.oms.pid, postgres, nats };
  const path = pathOf(reasonsPage);
  const ours = (name: string, gateway: ServedApp): Subject => ({
    name,
    url: gateway.url + path,
    headers: { Authorization: `Token ${system.token}` },
    parts: { http: gateway.pid, ...behind },
  });
  const baseline = async (name: Baseline): Promise<Subject> => {
    const { pid, url } = await startBaseline(name, reasonsPage, system.account, asReader(system), cleanup);
    return { name: subjectNames[name], url: url + path, headers: {}, parts: { http: pid, postgres } };
  };
  return [
    ours(subjectNames.ours, system.gateway),
    await baseline('b1'),
    await baseline('b2'),
    await baseline('floor'),
    ours(subjectNames.silent, system.silentGateway),
  ];
}
