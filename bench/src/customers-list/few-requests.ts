import { cpuMicrosOf } from '../measuring/cpu-time.js';
import { spentOn } from '../measuring/spent.js';
import { spreadOf } from '../measuring/statistics.js';
import type { Subject, Turn } from '../measuring/subject.js';

const requests = 3;

/** A turn of a subject that takes seconds for an answer: a few requests, one after the other. */
export async function takeFewRequests({ name, url, headers, parts }: Subject, signal: AbortSignal): Promise<Turn> {
  const times: number[] = [];
  const cpuMicros = Object.fromEntries(Object.entries(parts).map(([part, pid]) => [part, () => cpuMicrosOf(pid)]));
  const { seconds, cpuMs } = await spentOn(cpuMicros, async () => {
    for (let asked = 0; asked < requests; asked += 1) {
      const startedAt = performance.now();
      const response = await fetch(url, { headers, signal });
      if (!response.ok) throw new Error(`${name} answers ${response.status}.`);
      await response.arrayBuffer();
      times.push(performance.now() - startedAt);
    }
  });
  const { median: p50Ms, max: p99Ms } = spreadOf(times);
  return {
    requestsPerSecond: requests / seconds,
    p50Ms,
    p99Ms,
    cpuMicros: Object.fromEntries(Object.entries(cpuMs).map(([part, ms]) => [part, (ms * 1000) / requests])),
  };
}
