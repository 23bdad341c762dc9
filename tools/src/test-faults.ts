import { readFaultOptions, type FaultOptions } from './fault-options.js';
import { runJest } from './jest-run.js';
import { sentenceOf } from './refusal.js';
import { runTests } from './run-tests.js';

async function testFaults({ seeds, specs }: FaultOptions): Promise<never> {
  process.env.FAULT_SEEDS = seeds.join();
  // At the real size, and with every kill; a spec that is run by its name alone is a tenth as large.
  process.env.FULL_SIZE = '1';
  return runTests(async () => [await runJest(specs)]);
}

try {
  await testFaults(readFaultOptions(process.argv.slice(2)));
} catch (error) {
  console.error(sentenceOf(error));
  process.exitCode = 1;
}
