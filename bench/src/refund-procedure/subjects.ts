import { isDeepStrictEqual } from 'node:util';
import { fileURLToPath } from 'node:url';
import { rolesOf } from '@refundry/provisioning';
import type { Subject } from '../measuring/subject.js';
import { startScript } from '../system/apps.js';
import { reserveId, type ProcedureSystem } from './system.js';

/** The options of the baseline. */
export interface B1Environment {
  readonly DATABASE_URL: string;
  readonly READER: string;
  readonly ACCOUNT: string;
  readonly DOMAIN: string;
  readonly RESERVE_ID: string;
}

/** A subject, and how many ask it at once. */
export interface ProcedureSubject extends Subject {
  readonly connections: number;
}

/** The names of the subjects in the report. */
export const subjectNames = {
  ours: 'Refundry',
  b1: 'B1',
  alone: 'Refundry, 1 connection',
  emptyPage: 'an empty list page, 1 connection',
} as const;

const base = '/api/reservation/v1/';

/** Ours and the baseline, and a quote and an empty page that nothing else is asked beside. */
export async function startSubjects(
  { database, service, gateway, serverPids, caller, empty }: ProcedureSystem,
  many: number,
  cleanup: AsyncDisposableStack,
): Promise<[ours: ProcedureSubject, b1: ProcedureSubject, ...ProcedureSubject[]]> {
  const environment: B1Environment = {
    DATABASE_URL: database.url,
    READER: rolesOf('reservation-refund').reader,
    ACCOUNT: String(caller.account),
    DOMAIN: caller.domain,
    RESERVE_ID: String(reserveId),
  };
  const b1 = await startScript('b1', fileURLToPath(new URL('b1.js', import.meta.url)), { ...environment }, cleanup);
  const parts = { http: gateway.pid, service: service.pid, ...serverPids };
  const quote = {
    url: `${gateway.url}${base}refund/procedure?reserve_id=${reserveId}`,
    headers: caller.headers,
    parts,
  };
  return [
    { ...quote, name: subjectNames.ours, connections: many },
    {
      name: subjectNames.b1,
      url: b1.url,
      headers: {},
      parts: { http: b1.pid, postgres: serverPids.postgres },
      connections: many,
    },
    { ...quote, name: subjectNames.alone, connections: 1 },
    {
      name: subjectNames.emptyPage,
      url: `${gateway.url}${base}reservations`,
      headers: empty.headers,
      parts,
      connections: 1,
    },
  ];
}

/** Makes sure that both quote the same. @throws one sentence that says what differs */
export async function verifySameQuote(ours: Subject, b1: Subject): Promise<void> {
  const [our, its] = [await payloadOf(ours), await payloadOf(b1)];
  if (!isDeepStrictEqual(our, its))
    throw new Error(`${b1.name} quotes ${JSON.stringify(its)} instead of ${JSON.stringify(our)}.`);
}

async function payloadOf({ name, url, headers }: Subject): Promise<object> {
  const response = await fetch(url, { headers });
  if (!response.ok) throw new Error(`${name} answers ${response.status} ${await response.text()}`);
  return ((await response.json()) as { payload: object }).payload;
}
