import { runChecks } from './checks.js';
import { runJest } from './jest-run.js';
import { runTests } from './run-tests.js';

await runTests(runChecks, async () => [await runJest(process.argv.slice(2))]);
