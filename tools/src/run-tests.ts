import { say } from './progress.js';
import { closingLine, sum, type TestTotals } from './test-totals.js';
import { endTools } from './toolbox.js';

const INTERRUPTED = 130;

/** Runs one step of testing after the other, says what they came to, and ends the process accordingly. */
export async function runTests(...steps: readonly (() => Promise<readonly TestTotals[]>)[]): Promise<never> {
  const interruption = new AbortController();
  const end = (): void => {
    interruption.abort();
    endTools();
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, end);
  if (process.connected) process.on('disconnect', end);

  const totals: TestTotals[] = [];
  for (const step of steps) if (!interruption.signal.aborted) totals.push(...(await step()));
  const total = sum(totals);
  say(closingLine(total));
  process.exit(interruption.signal.aborted ? INTERRUPTED : total.failed > 0 ? 1 : 0);
}
