import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { AppProcess } from '@refundry/testing';

const folder = fileURLToPath(new URL('../../../.data/faults/', import.meta.url));

/** Keeps what was found in a run, what its clients saw, and what all apps have logged. @returns where */
export function keepLogs(run: string, apps: readonly AppProcess[], report: string): string {
  const place = join(folder, run);
  mkdirSync(place, { recursive: true });
  writeFileSync(join(place, 'report.txt'), report);
  for (const { name, pid, lines } of apps)
    writeFileSync(join(place, `${name}-${pid ?? 'unborn'}.log`), lines.join('\n'));
  return place;
}

/** pino's. */
const fatal = 60;

/** The log lines of apps that are fatal, or no log lines at all. */
export const fatalLines = (apps: readonly AppProcess[]): string[] =>
  apps.flatMap(({ name, lines }) =>
    lines.filter((line) => line !== '' && !isHarmless(line)).map((line) => `${name}: ${line}`),
  );

function isHarmless(line: string): boolean {
  try {
    return (JSON.parse(line) as { level: number }).level < fatal;
  } catch {
    return false;
  }
}
