import { readFileSync } from 'node:fs';
import { commandLineOf, ended, signalIfRunning } from './process-table.js';

/**
 * Ends the server whose pid file an earlier run left behind; `mark` is what its command line contains, and a recycled
 * pid's does not.
 */
export async function stopLeftover(
  pidFile: string,
  mark: string,
  signals: readonly NodeJS.Signals[],
): Promise<'stopped' | 'gone' | 'somebody else'> {
  const pid = readPid(pidFile);
  const command = pid === undefined ? undefined : commandLineOf(pid);
  if (pid === undefined || command === undefined) return 'gone';
  if (!command.includes(mark)) return 'somebody else';
  for (const signal of signals) {
    signalIfRunning(pid, signal);
    if (await ended(pid, 5000)) break;
  }
  return 'stopped';
}

function readPid(file: string): number | undefined {
  try {
    return Number(readFileSync(file, 'utf8').split('\n')[0]) || undefined;
  } catch {
    return undefined;
  }
}
