import { runJest } from './jest-run.js';
import { runTests } from './run-tests.js';

// What `npm test` does at a tenth of the real size and with fewer kills.
process.env.FULL_SIZE = '1';

await runTests(async () => [await runJest(['e2e/faults', ...process.argv.slice(2)])]);
