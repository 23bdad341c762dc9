import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { fuzz, table } from '../fuzz/fuzz-run.js';
import { FuzzedSystem } from '../fuzz/fuzzed-system.js';
import { everyService, RunningSystem } from '../system/running-system.js';

/** `npm run test:fuzz` says how many there shall be, and of which seed. */
const { FUZZ_REQUESTS = '400', FUZZ_SEED = '1', FUZZ_ONLY } = process.env;
const requests = Number(FUZZ_REQUESTS);
const seed = Number(FUZZ_SEED);
const maxShown = 20;
const startMs = 300_000;
const msForEach = 100;

let system: RunningSystem;

beforeAll(async () => {
  system = await RunningSystem.start({ services: everyService });
});
afterAll(() => system.stop());

describe('whatever is asked of the described API', () => {
  it(
    'is answered as it is described, and by no fault of ours',
    async () => {
      const target = await FuzzedSystem.fill(system);
      const report = await fuzz(target, {
        seed,
        requests,
        ...(FUZZ_ONLY !== undefined && { only: Number(FUZZ_ONLY) }),
      });
      process.stderr.write(
        `${requests} requests of the seed ${seed}; FUZZ_ONLY sends one of them by its number.\n` +
          (requests > 1000 ? `${table(report)}\n` : ''),
      );
      expect([report.complaints.length, ...report.complaints.slice(0, maxShown)]).toEqual([0]);
    },
    startMs + requests * msForEach,
  );

  it('ends no process', () => {
    expect(['gateway', 'accounts', ...everyService].filter((name) => system.app(name).hasExited)).toEqual([]);
  });
});
