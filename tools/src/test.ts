import { runChecks } from './checks.js';
import { runJestAgainAlone } from './jest-run.js';
import { runTests } from './run-tests.js';

/** Every spec but those that kill or upgrade, which have commands of their own. */
const everyday = ['--testPathIgnorePatterns=/node_modules/', '--testPathIgnorePatterns=/e2e/(faults|upgrade)/'];
const named = process.argv.slice(2);

await runTests(runChecks, async () => [await runJestAgainAlone(named.length > 0 ? named : everyday)]);
