import type { Gauge } from '@refundry/observability';
import type { ReadPool } from '../read-connection/read-pool.js';

/**
 * Compares this process' clock with PostgreSQL's.
 *
 * @param now this process' clock, in milliseconds since 1970
 * @returns seconds by which it is ahead at least, negative where it is behind: what the round trip alone explains is no
 *   skew
 */
async function clockSkew(readPool: ReadPool, now: () => number): Promise<number> {
  const before = now();
  const [row] = await readPool.rows({
    account: 'any',
    text: 'select extract(epoch from clock_timestamp()) * 1000',
    values: [],
    isPrepared: true,
  });
  const [after, postgres] = [now(), Number(row?.[0])];
  return (Math.max(0, before - postgres) + Math.min(0, after - postgres)) / 1000;
}

/** The skew, as operators see it (docs/operations/clocks.md). */
export const clockSkewGauge = (readPool: ReadPool, now: () => number = Date.now): Gauge => ({
  name: 'clock_skew_seconds',
  help: "How far the clock is ahead of PostgreSQL's, negative where it is behind; 0 within one round trip",
  labelNames: [],
  read: async () => [{ labels: {}, value: await clockSkew(readPool, now) }],
});
