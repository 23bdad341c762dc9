import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { runProgram } from './containers/run-program.js';
import { runJest } from './jest-run.js';
import { reporting } from './progress.js';
import { sentenceOf } from './refusal.js';
import { runTests } from './run-tests.js';
import type { TestTotals } from './test-totals.js';
import { repository } from './toolbox.js';

const text = { type: 'string' } as const;

/**
 * `--from` the Git reference of the former version, `main` unless given, which is checked out and compiled, or `--old`
 * a folder that holds it compiled; `--export-minutes`, 1, and `--mixed-minutes`, 0.2: how long an export lasts, and
 * each mixture of versions.
 */
async function testUpgrade(args: string[]): Promise<never> {
  const {
    values: { from, old, ...minutes },
  } = parseArgs({
    args,
    options: {
      from: { ...text, default: 'main' },
      old: text,
      'export-minutes': { ...text, default: '1' },
      'mixed-minutes': { ...text, default: '0.2' },
    },
  });
  Object.assign(process.env, {
    UPGRADE_EXPORT_MINUTES: minutes['export-minutes'],
    UPGRADE_MIXED_MINUTES: minutes['mixed-minutes'],
  });
  return runTests(() => (old === undefined ? withCheckout(from, run) : run(resolve(old))));
}

async function run(checkout: string): Promise<TestTotals[]> {
  process.env.UPGRADE_CHECKOUT = checkout;
  return [await runJest(['e2e/upgrade'])];
}

async function withCheckout<T>(reference: string, work: (checkout: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'refundry-upgrade-'));
  const checkout = join(folder, 'checkout');
  const git = (...args: string[]): Promise<string> => runProgram(repository, 'git', ['worktree', ...args]);
  await git('add', '--detach', checkout, reference);
  try {
    await reporting(`${reference} is installed`, () =>
      runProgram(checkout, 'npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error']),
    );
    await reporting('it is compiled', () => runProgram(checkout, 'npm', ['run', 'build']));
    return await work(checkout);
  } finally {
    await git('remove', '--force', checkout);
    rmSync(folder, { recursive: true });
  }
}

try {
  await testUpgrade(process.argv.slice(2));
} catch (error) {
  console.error(sentenceOf(error));
  process.exitCode = 1;
}
