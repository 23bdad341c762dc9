import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { MixedTraffic } from '../system/mixed-traffic.js';
import { everyReplica, ReplicatedSystem } from '../system/replicated-system.js';
import { isFullSize } from './address-setup-under-way.js';

const rounds = isFullSize ? 3 : 1;
const maxHoldMs = 600_000;
let replicated: ReplicatedSystem;

beforeAll(async () => {
  replicated = await ReplicatedSystem.start();
}, maxHoldMs);
afterAll(() => replicated.stop());

describe('under 200 requests a second of all families', () => {
  it(
    'every replica of every app is restarted, several times over, and no request fails',
    async () => {
      const traffic = await MixedTraffic.begin(replicated.account, { perSecond: 200 });
      for (let round = 0; round < rounds; round++) await replicated.restart(everyReplica);
      await traffic.end();
      console.log(`${traffic.sent.length} requests, ${traffic.failed.length} failed`);
      expect(traffic.failed).toEqual([]);
      await replicated.expectOnce(traffic);
    },
    maxHoldMs,
  );
});
