import { fileURLToPath } from 'node:url';
import { rolesOf } from '@refundry/provisioning';
import { linksOf, pageSize, type ListPage } from '../page.js';
import { startScript, type ServedApp } from '../system/apps.js';
import type { BenchInfrastructure } from '../system/infrastructure.js';
import type { BaselineEnvironment } from './environment.js';

export type Baseline = 'b1' | 'b2' | 'floor';

/** As whom a baseline reads. */
export type Reading = Pick<BaselineEnvironment, 'DATABASE_URL' | 'READER'>;

/** As our read pool does. */
export const asReader = ({ omsDatabase }: BenchInfrastructure): Reading => ({
  DATABASE_URL: omsDatabase.url,
  READER: rolesOf('oms').reader,
});

/** As one whom row-level security does not concern. */
export const asOwner = ({ omsDatabase }: BenchInfrastructure): Reading => ({
  DATABASE_URL: omsDatabase.ownerUrl,
  READER: 'oms_owner',
});

/** Starts a baseline as a process of its own, on the database that oms reads. */
export function startBaseline(
  name: Baseline,
  page: ListPage,
  account: number,
  reading: Reading,
  cleanup: AsyncDisposableStack,
): Promise<ServedApp> {
  const { next, previous } = linksOf(page);
  const environment: BaselineEnvironment = {
    ...reading,
    ACCOUNT: String(account),
    LIST: page.list,
    OFFSET: String((page.number - 1) * pageSize),
    NEXT: next,
    PREVIOUS: previous,
  };
  return startScript(name, fileURLToPath(new URL(`${name}.js`, import.meta.url)), { ...environment }, cleanup);
}
