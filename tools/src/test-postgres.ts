import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { runJest } from './jest-run.js';
import { say } from './progress.js';
import { sentenceOf } from './refusal.js';
import { runTests } from './run-tests.js';

/**
 * The parts that depend on PostgreSQL's version: the libraries that speak to it, migrations, and the statements that
 * ask what it can do.
 */
const specs = [
  'libs/persistence/',
  'libs/jobs/',
  'libs/outbox/',
  'apps/[^/]+/src/migrations/',
  'apps/supplier-refund/src/supplier-refunds/lock-order',
];

/** Runs specs against the PostgreSQL whose programs are in `bin`. */
async function testPostgres([bin, ...named]: string[]): Promise<never> {
  if (bin === undefined)
    throw new Error('Say where the programs of PostgreSQL are: npm run test:postgres -- /usr/lib/postgresql/15/bin');
  say(execFileSync(join(bin, 'postgres'), ['--version'], { encoding: 'utf8' }).trim());
  process.env.POSTGRES_BIN = bin;
  return runTests(async () => [await runJest(named.length > 0 ? named : specs)]);
}

try {
  await testPostgres(process.argv.slice(2));
} catch (error) {
  console.error(sentenceOf(error));
  process.exitCode = 1;
}
