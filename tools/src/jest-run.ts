import { chmodSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { heading } from './checks.js';
import { readJson } from './data-folder.js';
import { say } from './progress.js';
import { failedFiles, ofJest, withFilesAgain, type JestReport, type TestTotals } from './test-totals.js';
import { repository, runTool } from './toolbox.js';

/** Of long tests, each of which keeps the processors busy. */
const LONG_TEST_WORKERS = 2;
/** More than there are processors on a small machine: many files wait most of their time. */
const WORKERS = 3;
/** More than these are not what a busy machine does. */
const maxFilesAgain = 5;

/** Runs the long tests that `args` select. */
export const runJest = async (args: readonly string[]): Promise<TestTotals> =>
  (await runOnce([`--maxWorkers=${LONG_TEST_WORKERS}`, ...args])).totals;

/**
 * Runs every spec file, or those that `args` select, so that a few that fail are run once more, alone: workers and the
 * systems that they start share the processors. It is not for a search of faults, in which one failure is enough.
 */
export async function runJestAgainAlone(args: readonly string[]): Promise<TestTotals> {
  const first = await runOnce([`--maxWorkers=${WORKERS}`, ...args]);
  const files = failedFiles(first.report);
  if (!first.report || files.length === 0 || files.length > maxFilesAgain) return first.totals;
  say(['Failed beside others, and run once more alone:', ...files].join('\n  '));
  const again = await runOnce(['--runInBand', '--runTestsByPath', ...files]);
  return withFilesAgain(first.report, again.totals);
}

interface JestRun {
  readonly totals: TestTotals;
  /** Undefined where Jest came to none. */
  readonly report: JestReport | undefined;
}

/** Its temporary files go with it, also when it is ended by force. */
async function runOnce(args: readonly string[]): Promise<JestRun> {
  const begun = performance.now();
  const folder = mkdtempSync(join(tmpdir(), 'refundry-test-'));
  chmodSync(folder, 0o711); // PostgreSQL may run as another account
  const file = join(folder, 'report.json');
  try {
    say('== tests');
    const { succeeded } = await runTool(
      'jest',
      [
        '--ci',
        `--cacheDirectory=${join(repository, 'node_modules', '.cache', 'jest')}`,
        '--json',
        `--outputFile=${file}`,
        ...args,
      ],
      {
        shown: true,
        env: { TMPDIR: folder, NODE_OPTIONS: '--experimental-vm-modules --no-warnings' },
      },
    );
    heading('tests', succeeded, begun);
    const report = readJson(file) as JestReport | undefined;
    const totals = ofJest(report);
    return { report, totals: succeeded || totals.failed > 0 ? totals : { ...totals, failed: 1 } };
  } finally {
    await removeForGood(folder);
  }
}

/** Processes of a run that was interrupted may still write for a moment. */
async function removeForGood(folder: string): Promise<void> {
  for (let attempt = 0; attempt < 20 && existsSync(folder); attempt += 1) {
    rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
    await pause(100);
  }
}
