import { runChecks } from './checks.js';
import { runJest } from './jest-run.js';
import { say } from './progress.js';
import { closingLine, sum } from './tally.js';
import { endTools } from './toolbox.js';

const INTERRUPTED = 130;

const interruption = new AbortController();
const end = (): void => {
  interruption.abort();
  endTools();
};
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, end);
if (process.connected) process.on('disconnect', end);

const checked = await runChecks();
const tested = interruption.signal.aborted ? [] : [await runJest(process.argv.slice(2))];
const total = sum([...checked, ...tested]);
say(closingLine(total));
process.exit(interruption.signal.aborted ? INTERRUPTED : total.failed > 0 ? 1 : 0);
