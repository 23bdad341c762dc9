import { cpuMicrosOf } from './cpu-time.js';
import type { Subject, Turn } from './subject.js';
import { load, type Load } from './wrk.js';

/** Loads one subject for a while and reads what its processes spent on it. */
export async function measureTurn(
  { name, url, headers, parts }: Subject,
  { seconds, connections }: Pick<Load, 'seconds' | 'connections'>,
  signal: AbortSignal,
): Promise<Turn> {
  const spent = (): [string, number][] => Object.entries(parts).map(([part, pid]) => [part, cpuMicrosOf(pid)]);
  const before = Object.fromEntries(spent());
  const { requests, duration, p50, p99 } = await load({ url, headers, seconds, connections }, signal).catch(
    (error: unknown): never => {
      signal.throwIfAborted();
      throw new Error(`${name}: ${(error as Error).message}`, { cause: error });
    },
  );
  if (requests === 0) throw new Error(`${name} answered nothing within ${seconds} s.`);
  return {
    requestsPerSecond: requests / (duration / 1e6),
    p50Ms: p50 / 1000,
    p99Ms: p99 / 1000,
    cpuMicros: Object.fromEntries(spent().map(([part, micros]) => [part, (micros - before[part]!) / requests])),
  };
}
