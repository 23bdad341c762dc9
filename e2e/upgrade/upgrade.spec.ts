import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Upgrade } from './upgrade.js';

/** `npm run test:upgrade` says which and how long. */
const { UPGRADE_CHECKOUT: checkout = '', UPGRADE_EXPORT_MINUTES = '1', UPGRADE_MIXED_MINUTES = '0.2' } = process.env;
const times = { exportMinutes: Number(UPGRADE_EXPORT_MINUTES), mixedMinutes: Number(UPGRADE_MIXED_MINUTES) };
const maxHoldMs = (30 + times.exportMinutes + 5 * times.mixedMinutes) * 60_000;

let upgrade: Upgrade;

beforeAll(async () => {
  upgrade = await Upgrade.prepare(checkout, times);
  await upgrade.play(times);
  process.stderr.write(`\n${upgrade.table}\n\n${upgrade.failed.length > 0 ? `Logs: ${upgrade.keepLogs()}\n` : ''}`);
}, maxHoldMs);

afterAll(() => upgrade.stop(), maxHoldMs);

describe('an upgrade of the running system under a load of all families', () => {
  it('fails no request', () => {
    expect(upgrade.failed).toEqual([]);
  });

  it('sends exports whole that begin before migrations', () => {
    expect(upgrade.exportsAreWhole).toBe(true);
  });

  it(
    'loses, doubles and makes up nothing, and counts right',
    async () => {
      expect(await upgrade.findings()).toEqual([]);
    },
    maxHoldMs,
  );

  it('runs the migrations that were left for later', async () => {
    expect(await upgrade.hasRun('WideKeys')).toBe(true);
  });
});
