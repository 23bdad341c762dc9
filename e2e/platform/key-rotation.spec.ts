import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { runCommand } from '../system/command-line.js';
import type { Client } from '../system/client.js';
import { upstreamReasons } from '../system/reasons.js';
import type { ReservationClient } from '../system/reservation-client.js';
import { RunningSystem } from '../system/running-system.js';

const newKey = randomBytes(32).toString('base64');
let system: RunningSystem;
let client: Client;
let agency: ReservationClient;

beforeAll(async () => {
  system = await RunningSystem.start({ services: ['oms', 'reservation-refund'] });
  [client, agency] = await Promise.all([system.newClient(), system.newReservationClient()]);
  await system.simulator.setReasons(upstreamReasons(3));
});

afterAll(() => system.stop());

const restartWith = (environment: Readonly<Record<string, string>>, ...apps: string[]): Promise<unknown> =>
  Promise.all(apps.map((app) => system.restartApp(app, environment)));
const rotateKey = (SECRET_KEY: string): ReturnType<typeof runCommand> =>
  runCommand(['reseal', '--json'], { ...system.commandEnvironment, SECRET_KEY });

/** A password for Omnitron is opened by the one, an organisation token by the other. */
async function expectAllToWork(): Promise<void> {
  expect((await client.pull()).status).toBe(200);
  expect((await agency.request('GET', 'reservations')).status).toBe(200);
}

describe('a new SECRET_KEY', () => {
  it('goes before the old one, then alone, and what is encrypted stays readable', async () => {
    const both = `${newKey},${system.keys.secretKey}`;
    await restartWith({ SECRET_KEY: both }, 'accounts', 'oms');
    await expectAllToWork();
    const { code, stdout } = await rotateKey(both);
    expect([code, JSON.parse(stdout)]).toEqual([0, { organisation_tokens: 1, omnitron_passwords: 1 }]);
    await restartWith({ SECRET_KEY: newKey }, 'accounts', 'oms');
    await expectAllToWork();
  });

  it('can not be given to what the old one has encrypted', async () => {
    const { code, stdout } = await rotateKey(randomBytes(32).toString('base64'));
    expect([code, JSON.parse(stdout)]).toEqual([1, { error: expect.any(String) }]);
  });
});

describe('a new WIRE_KEY', () => {
  it('takes the place of the old one app by app', async () => {
    const [old, next] = [system.keys.rpcEncryptionKey, randomBytes(32).toString('base64')];
    for (const WIRE_KEY of [`${old},${next}`, `${next},${old}`, next]) {
      for (const app of ['accounts', 'gateway']) {
        await restartWith({ WIRE_KEY, SECRET_KEY: app === 'accounts' ? newKey : '' }, app);
        await expectAllToWork();
      }
    }
  });
});
