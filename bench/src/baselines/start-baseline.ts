import { fileURLToPath } from 'node:url';
import { rolesOf } from '@refundry/persistence';
import { nextLink } from '../page.js';
import { startScript, type ServedApp } from '../system/apps.js';
import type { System } from '../system/system.js';
import type { BaselineEnvironment } from './environment.js';

export type Baseline = 'b1' | 'b2' | 'floor';

/** Starts a baseline as a process of its own, on the database that oms reads. */
export function startBaseline(name: Baseline, { omsDatabase, account }: System, cleanup: AsyncDisposableStack): Promise<ServedApp> {
  const environment: BaselineEnvironment = { DATABASE_URL: omsDatabase.url, READER: rolesOf('oms').reader, ACCOUNT: String(account), NEXT: nextLink };
  return startScript(name, fileURLToPath(new URL(`${name}.js`, import.meta.url)), { ...environment }, cleanup);
}
