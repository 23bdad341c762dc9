import { setTimeout as pause } from 'node:timers/promises';
import type pg from 'pg';
import { forgetStatements } from '../refund-procedure/counting-postgres.js';
import { startApp, type ServedApp } from '../system/apps.js';
import { connected } from '../system/connected.js';
import type { BenchInfrastructure } from '../system/infrastructure.js';
import { statementsLike, type StatementCost } from './statements.js';

/** Long enough for every reading of a scrape to be too old, and for two folds of few changes. */
const windowMs = 16_000;
const changedAccounts = 100;

/** The parts of oms that run by themselves, by what their statements look like. */
const parts = {
  'scrape: jobs': 'started_date from job where state <> ',
  'scrape: outbox': 'from outbox limit',
  'scrape: last successes': 'from sync_schedule schedule',
  'scheduler, nothing due': 'from sync_schedule where next_date',
  'claimable jobs, none': 'started_date\\) from job',
  'fold: tables with changes': 'from row_change where account_id %',
  'fold of one table': 'fold_row_changes\\(',
  'relay, nothing waiting': 'from outbox where \\(account_id, id\\)',
  shards: 'pg_locks|pg_advisory|pg_try_advisory_lock\\(\\$',
} as const;

/** The statements of oms while no client sends a request. */
export interface IdleCost {
  readonly accounts: number;
  readonly replicas: number;
  readonly statementsPerSecond: number;
  readonly connections: number;
  readonly scrapeMs: number;
  readonly parts: Readonly<Record<string, StatementCost>>;
}

/**
 * Fills up to so many accounts: four steps each with two jobs that ended, one in fifty having failed, and rows of
 * channels.
 */
export const fillAccounts = (ownerUrl: string, from: number, through: number): Promise<void> =>
  connected(ownerUrl, async (owner) => {
    const values = [from, through];
    await owner.query(
      `insert into sync_schedule (account_id, step, every_seconds, next_date)
      select account, step, 900, clock_timestamp() + interval '1 day'
      from generate_series($1::integer, $2::integer) account,
        unnest(array['customers', 'channels', 'addresses', 'cancellation-reasons']) step`,
      values,
    );
    await owner.query(
      `insert into job (account_id, kind, state, started_date, finished_date)
      select account, step, case when number = 2 and account % 50 = 0 then 'FAILED'
        else 'FINISHED' end, clock_timestamp(), clock_timestamp()
      from generate_series($1::integer, $2::integer) account,
        unnest(array['customers', 'channels', 'addresses', 'cancellation-reasons']) step, generate_series(1, 2) number`,
      values,
    );
    await owner.query(
      `insert into channel (account_id, omnitron_id, name, channel_type, configuration, is_active)
        select account, 100 + n, 'Kanal', 'web', '{}', true
        from generate_series(1, 10) n, generate_series($1::integer, $2::integer) account`,
      values,
    );
    while (
      (
        await owner.query(
          `select fold_row_changes(account_id, relation)
            from (select distinct account_id, relation from row_change) changed`,
        )
      ).rowCount! > 0
    );
    await owner.query('vacuum analyze');
  });

/** Starts replicas of oms until there are so many. */
export async function growTo(
  replicas: number,
  running: ServedApp[],
  { shared, omsDatabase }: BenchInfrastructure,
  cleanup: AsyncDisposableStack,
): Promise<void> {
  while (running.length < replicas)
    running.push(await startApp('oms', { ...shared, DATABASE_URL: omsDatabase.url }, cleanup));
}

/** Watches replicas for a while, scraping each once; a hundred accounts get a row meanwhile. */
export async function watchIdle(
  admin: pg.Client,
  { omsDatabase }: BenchInfrastructure,
  running: readonly ServedApp[],
  accounts: number,
  signal: AbortSignal,
): Promise<IdleCost> {
  await pause(windowMs, undefined, { signal });
  await forgetStatements(admin);
  const forgottenAt = performance.now();
  const scrapes: number[] = [];
  for (const { operations } of running) {
    const startedAt = performance.now();
    await (await fetch(`${operations}/metrics`)).text();
    scrapes.push(performance.now() - startedAt);
  }
  await pause(windowMs, undefined, { signal });
  const { calls } = await statementsLike(admin, omsDatabase.url, '');
  const statementsPerSecond = calls / ((performance.now() - forgottenAt) / 1000);
  await addRows(omsDatabase.ownerUrl);
  await pause(windowMs / 2, undefined, { signal });
  const costs: [string, StatementCost][] = [];
  for (const [part, pattern] of Object.entries(parts))
    costs.push([part, await statementsLike(admin, omsDatabase.url, pattern)]);
  const {
    rows: [held],
  } = await admin.query<{ n: number }>('select count(*)::integer as n from pg_stat_activity where datname = $1', [
    new URL(omsDatabase.url).pathname.slice(1),
  ]);
  return {
    accounts,
    replicas: running.length,
    statementsPerSecond,
    connections: held!.n,
    scrapeMs: Math.max(...scrapes),
    parts: Object.fromEntries(costs),
  };
}

const addRows = (ownerUrl: string): Promise<unknown> =>
  connected(ownerUrl, (owner) =>
    owner.query(`insert into channel (account_id, omnitron_id, name, channel_type, configuration, is_active)
    select account, (select coalesce(max(omnitron_id), 0) + 1 from channel where account_id = account), 'Kanal', 'web',
      '{}', true from generate_series(1, ${changedAccounts}) account`),
  );
