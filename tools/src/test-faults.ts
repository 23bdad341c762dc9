import { runJest } from './jest-run.js';
import { runTests } from './run-tests.js';

// At the real size, and with every kill; a spec that is run by its name is a tenth as large.
process.env.FULL_SIZE = '1';

await runTests(async () => [await runJest(['e2e/faults', ...process.argv.slice(2)])]);
