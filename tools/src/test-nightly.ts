import { runJest } from './jest-run.js';
import { runTests } from './run-tests.js';

/** Cases of the largest size, in `*.nightly.ts`; the specs beside them try the same with less. */
await runTests(async () => [await runJest(['--config', 'jest.nightly.config.mjs', ...process.argv.slice(2)])]);
