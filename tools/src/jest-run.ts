import { chmodSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { heading } from './checks.js';
import { readJson } from './data-folder.js';
import { say } from './progress.js';
import { ofJest, type JestReport, type TestTotals } from './test-totals.js';
import { repository, runTool } from './toolbox.js';

const WORKERS = 2;

/**
 * Runs every spec file, or those that `args` select. Its temporary files go with it, also when it is ended by force.
 */
export async function runJest(args: readonly string[]): Promise<TestTotals> {
  const begun = performance.now();
  const folder = mkdtempSync(join(tmpdir(), 'refundry-test-'));
  chmodSync(folder, 0o711); // PostgreSQL may run as another account
  const report = join(folder, 'report.json');
  try {
    say('== tests');
    const { succeeded } = await runTool(
      'jest',
      [
        '--ci',
        `--maxWorkers=${WORKERS}`,
        `--cacheDirectory=${join(repository, 'node_modules', '.cache', 'jest')}`,
        '--json',
        `--outputFile=${report}`,
        ...args,
      ],
      {
        shown: true,
        env: { TMPDIR: folder, NODE_OPTIONS: '--experimental-vm-modules --no-warnings' },
      },
    );
    heading('tests', succeeded, begun);
    const totals = ofJest(readJson(report) as JestReport | undefined);
    return succeeded || totals.failed > 0 ? totals : { ...totals, failed: 1 };
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
