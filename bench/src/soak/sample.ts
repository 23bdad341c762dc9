import { mebibyte } from '@refundry/concurrency';
import { residentMiB } from '../measuring/memory.js';
import type { ServedApp } from '../system/apps.js';

/** The memory of a process at one moment. */
export interface Sample {
  readonly residentMiB: number;
  /** In use; what is garbage counts until it is collected. */
  readonly heapMiB: number;
  readonly descriptors: number;
  readonly handles: number;
  /** How late the event loop was, of a hundred times the worst but one. */
  readonly lagMs: number;
}

export const figures = [
  'residentMiB',
  'heapMiB',
  'descriptors',
  'handles',
  'lagMs',
] as const satisfies readonly (keyof Sample)[];

/** @throws when the app is gone */
export async function sampleOf({ pid, operations }: ServedApp): Promise<Sample> {
  const text = await (await fetch(`${operations}/metrics`)).text();
  const metric = (name: string): number => Number(new RegExp(`^${name}(?:{[^}]*})? (\\S+)$`, 'm').exec(text)?.[1]);
  return {
    residentMiB: residentMiB(pid),
    heapMiB: metric('nodejs_heap_size_used_bytes') / mebibyte,
    descriptors: metric('process_open_fds'),
    handles: metric('nodejs_active_handles_total'),
    lagMs: metric('nodejs_eventloop_lag_p99_seconds') * 1000,
  };
}

/** Of the process that makes the load. */
export function ownSample(): Sample {
  const { rss, heapUsed } = process.memoryUsage();
  return {
    residentMiB: rss / mebibyte,
    heapMiB: heapUsed / mebibyte,
    descriptors: NaN,
    handles: process.getActiveResourcesInfo().length,
    lagMs: NaN,
  };
}
