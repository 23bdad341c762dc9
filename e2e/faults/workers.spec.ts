import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { RunningSystem } from '../system/running-system.js';
import { until } from '../system/until.js';
import { AddressSetupUnderWay, districts, isFullSize } from './address-setup-under-way.js';

let system: RunningSystem;
const kills = isFullSize ? 10 : 3;
/** The whole test, in its full size too. */
const maxHoldMs = 240_000;

beforeAll(async () => {
  system = await RunningSystem.start({
    environment: { oms: { JOB_LEASE_SECONDS: '2' }, simulator: { OMNITRON_DISTRICTS: String(districts) } },
  });
});

afterAll(() => system.stop());

const oms = (name = 'oms') => system.app(name);

async function kill(name: string): Promise<void> {
  oms(name).kill('SIGKILL');
  await until(`${name} is dead`, () => oms(name).hasExited);
}

describe('a worker', () => {
  it(
    'that is killed at random points and restarted ends the job: each row once, no earlier page read again',
    async () => {
      const setup = await AddressSetupUnderWay.begin(system);
      for (let killed = 0; killed < kills; killed++) {
        await setup.untilSeen(Math.floor(((killed + Math.random()) * districts) / kills));
        await kill('oms');
        const { checkpoint } = await setup.job();
        await system.simulator.forgetRequests();
        await system.startApp('oms');
        if (checkpoint?.level === 3 && checkpoint.after !== null) {
          const { after } = checkpoint;
          await until(
            'the job goes on',
            async () => (await setup.districtsAskedBehind()).length > 0 || (await setup.job()).state !== 'WORKING',
          );
          expect((await setup.districtsAskedBehind()).every((key) => key !== null && key >= after)).toBe(true);
        }
      }
      await setup.finishes();
      expect((await setup.job()).fence).toBeGreaterThan(1);
    },
    maxHoldMs,
  );

  it(
    'that is stopped past its lease loses its job to another replica, and can write nothing more when it goes on',
    async () => {
      await system.startApp('oms-2');
      const setup = await AddressSetupUnderWay.begin(system);
      await setup.untilSeen(districts / 3);
      const { id } = await setup.job();
      const holder = await holderOf(id);
      const other = holder === 'oms' ? 'oms-2' : 'oms';
      oms(holder).kill('SIGSTOP');
      await until('the other replica has taken the job', () => hasTaken(other, id));
      await setup.untilSeen(districts / 2);
      oms(holder).kill('SIGCONT');
      await until('the first replica notices that it has lost the job', () =>
        logs(holder).some(({ msg, job }) => msg === 'lost a job' && job === id),
      );
      await setup.finishes();
      expect((await setup.job()).fence).toBe(2);
      await system.app('oms-2').stop();
    },
    maxHoldMs,
  );

  it(
    'that is told to end gives its job back, and another replica goes on at once',
    async () => {
      await system.startApp('oms-2', { JOB_LEASE_SECONDS: '600' });
      await system.restartApp('oms', { JOB_LEASE_SECONDS: '600' });
      const setup = await AddressSetupUnderWay.begin(system);
      await setup.untilSeen(districts / 3);
      const holder = await holderOf((await setup.job()).id);
      await oms(holder).stop();
      await setup.finishes();
      expect((await setup.job()).fence).toBe(2);
    },
    maxHoldMs,
  );
});

interface LogLine {
  readonly msg?: string;
  readonly job?: string;
}

const logs = (name: string): LogLine[] => oms(name).lines.map((line) => JSON.parse(line) as LogLine);

/** Whether a replica says that it took the job. */
const hasTaken = (name: string, id: string): boolean =>
  logs(name).some(({ msg, job }) => msg === 'took a job' && job === id);

/** Which of two replicas has the job; logs are written in batches. */
const holderOf = (id: string): Promise<string> =>
  until('a replica has taken the job', () => ['oms', 'oms-2'].find((name) => hasTaken(name, id)));
