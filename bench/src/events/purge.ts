import { setTimeout as pause } from 'node:timers/promises';
import type pg from 'pg';
import type { RefundSystem } from '../supplier-refunds/system.js';
import { connected } from '../system/connected.js';
import type { Publisher } from './publisher.js';
import { percentiles } from './steady.js';

/** The purge of old events, and what writers notice of it. */
export interface PurgeCost {
  readonly purgedPerSecond: number;
  /** The transaction of an event, in milliseconds, with nothing to purge. */
  readonly aloneP99Ms: number;
  /** The same beside the purge. */
  readonly besideP99Ms: number;
}

/** Events a second, by the writers. */
const perSecond = 100;
/** A purge begins once in a minute. */
const beginsWithinMs = 90_000;

/** Fills the log with events that are too old, and writes while they are purged. */
export async function measurePurge(
  { database, account }: RefundSystem,
  publisher: Publisher,
  { events, seconds, signal }: { events: number; seconds: number; signal: AbortSignal },
): Promise<PurgeCost> {
  const alone = await publisher.publishSteadily(perSecond, seconds, signal);
  return connected(database.ownerUrl, async (client) => {
    await client.query(loading, [account, events]);
    await untilBegun(client, account, events, signal);
    const [begun, before] = [performance.now(), await oldEvents(client, account)];
    const beside = await publisher.publishSteadily(perSecond, seconds, signal);
    const purged = before - (await oldEvents(client, account));
    return {
      purgedPerSecond: (purged / (performance.now() - begun)) * 1000,
      aloneP99Ms: percentiles(alone).p99,
      besideP99Ms: percentiles(beside).p99,
    };
  });
}

const loading = `
  insert into event (account_id, id, position, event_id, type, version, occurred, subject, data)
  select $1, -n, (extract(epoch from now() - interval '31 days') * 1000000)::bigint - n, gen_random_uuid()::text,
    'supplier_refund.document.saved', 1, now() - interval '31 days', 'supplier-refunds/' || n,
    json_build_object('documents', json_build_array(n::text))
  from generate_series(1, $2::integer) n`;

async function untilBegun(client: pg.Client, account: number, events: number, signal: AbortSignal): Promise<void> {
  const begun = performance.now();
  while ((await oldEvents(client, account)) === events) {
    if (performance.now() - begun > beginsWithinMs) throw new Error('No purge has begun.');
    await pause(200, undefined, { signal });
  }
}

async function oldEvents(client: pg.Client, account: number): Promise<number> {
  const { rows } = await client.query<{ n: number }>(
    'select count(*)::integer as n from event where account_id = $1 and id < 0',
    [account],
  );
  return rows[0]?.n ?? 0;
}
