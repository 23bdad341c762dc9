import { readFileSync, writeFileSync } from 'node:fs';
import { parse } from 'yaml';

/** proc(5): 5 sets the peak back to what is resident now. */
export const resetPeak = (pid: number): void => {
  writeFileSync(`/proc/${pid}/clear_refs`, '5');
};

/** The most that was resident since `resetPeak`. */
export function peakMiB(pid: number): number {
  const [, kibibytes] = /^VmHWM:\s*(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kibibytes) / 1024;
}

/** Memory limits of the containers, by their names. */
export function memoryLimits(names: readonly string[]): Record<string, number> {
  const compose = parse(readFileSync(new URL('../../../docker-compose.yml', import.meta.url), 'utf8'), {
    merge: true,
  }) as { services: Record<string, { mem_limit: string }> };
  return Object.fromEntries(names.map((name) => [name, mebibytes(compose.services[name]!.mem_limit)]));
}

const mebibytes = (limit: string): number => Number.parseInt(limit) * (limit.endsWith('g') ? 1024 : 1);
