import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { rolesOf } from '@refundry/provisioning';
import { testDatabase } from '@refundry/testing';
import { clockSkewGauge } from './clock-skew.js';
import { ReadPool } from '../read-connection/read-pool.js';

const hour = 3_600_000;
let readPool: ReadPool;

beforeAll(async () => {
  const { url } = await testDatabase('oms');
  readPool = new ReadPool({ url, role: rolesOf('oms').reader, timeoutMs: 5000 });
  await readPool.onModuleInit();
});

afterAll(() => readPool.onApplicationShutdown());

const skew = async (now?: () => number): Promise<number> =>
  Number((await clockSkewGauge(readPool, now).read())[0]?.value);

describe("the skew of a clock against PostgreSQL's", () => {
  it('is nothing on the machine of PostgreSQL, however long the answer takes', async () => {
    expect(Math.abs(await skew())).toBeLessThan(0.002);
    const times = [Date.now() - hour, Date.now() + hour];
    expect(await skew(() => times.shift() ?? 0)).toBe(0);
  });

  it.each([
    ['ahead', 1],
    ['behind', -1],
  ] as const)('is what a clock is %s, less the round trip', async (_where, sign) => {
    const seconds = sign * (await skew(() => Date.now() + sign * hour));
    expect(seconds).toBeGreaterThan(3590);
    expect(seconds).toBeLessThan(3600.002);
  });
});
