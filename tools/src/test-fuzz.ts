import { parseArgs } from 'node:util';
import { runJest } from './jest-run.js';
import { sentenceOf } from './refusal.js';
import { runTests } from './run-tests.js';

/**
 * `--requests`, 20,000 unless it is said; `--seed`, another each time; `--only` the number of one request of a seed.
 */
async function testFuzz(args: string[]): Promise<never> {
  const {
    values: { requests, seed, only },
  } = parseArgs({
    args,
    options: {
      requests: { type: 'string', default: '20000' },
      seed: { type: 'string', default: String(Date.now() % 1_000_000) },
      only: { type: 'string' },
    },
  });
  Object.assign(process.env, {
    FUZZ_REQUESTS: requests,
    FUZZ_SEED: seed,
    ...(only !== undefined && { FUZZ_ONLY: only }),
  });
  return runTests(async () => [await runJest(['e2e/platform/fuzz.spec.ts'])]);
}

try {
  await testFuzz(process.argv.slice(2));
} catch (error) {
  console.error(sentenceOf(error));
  process.exitCode = 1;
}
