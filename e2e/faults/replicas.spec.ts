import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { MixedTraffic } from '../system/mixed-traffic.js';
import { firstReplicas, ReplicatedSystem } from '../system/replicated-system.js';
import { until } from '../system/until.js';

const maxHoldMs = 120_000;
const perSecond = 200;
let replicated: ReplicatedSystem;

beforeAll(async () => {
  replicated = await ReplicatedSystem.start();
}, maxHoldMs);
afterAll(() => replicated.stop());

describe('under 200 requests a second of all families', () => {
  it(
    'a restart of every app, one after the other, fails no request, and what was acknowledged is there once',
    async () => {
      const traffic = await MixedTraffic.begin(replicated.account, { perSecond });
      await replicated.restart(firstReplicas);
      await traffic.end();
      expect(traffic.failed).toEqual([]);
      await replicated.expectOnce(traffic);
    },
    maxHoldMs,
  );

  it(
    'the death of a replica of three with requests claimed fails no read',
    async () => {
      const { system, account } = replicated;
      await system.startApp('oms-3');
      const traffic = await MixedTraffic.begin(account, { perSecond, writes: false });
      for (const name of ['oms', 'accounts']) {
        const app = system.app(name);
        app.kill('SIGSTOP');
        const before = traffic.sent.length;
        await until('requests lie about there', () => traffic.sent.length > before + perSecond / 4);
        app.kill('SIGKILL');
        await app.exited;
        await system.startApp(name);
      }
      await traffic.end();
      expect(traffic.failed).toEqual([]);
      // Nothing but the silence of the dead takes so long.
      expect(traffic.sent.filter(({ ms }) => ms > 2000)).not.toEqual([]);
    },
    maxHoldMs,
  );
});
