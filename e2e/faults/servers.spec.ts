import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { OwnCluster } from '../system/own-cluster.js';
import { RunningSystem } from '../system/running-system.js';
import { until } from '../system/until.js';
import { AddressSetupUnderWay, districts, isFullSize } from './address-setup-under-way.js';

let postgres: OwnCluster;
let system: RunningSystem;
const maxHoldMs = 240_000;

beforeAll(async () => {
  postgres = await OwnCluster.start();
  system = await RunningSystem.start({
    cluster: postgres.url,
    environment: { oms: { JOB_LEASE_SECONDS: '2' }, simulator: { OMNITRON_DISTRICTS: String(districts) } },
  });
});

afterAll(async () => {
  await system.stop();
  await postgres.remove();
});

const begin = async (): Promise<AddressSetupUnderWay> => {
  const setup = await AddressSetupUnderWay.begin(system);
  await setup.untilSeen(districts / 4);
  expect((await setup.job()).state).toBe('WORKING');
  return setup;
};

/** However long it is away, clients are answered again when it is back. */
const answersAgain = (setup: AddressSetupUnderWay): Promise<unknown> =>
  until('the API answers again', async () => (await setup.client.get()).status === 200);

describe('a job goes on to its one end', () => {
  it(
    'when JetStream loses everything it has',
    async () => {
      const setup = await begin();
      await system.stopNats();
      system.wipeJetStream();
      await system.startNats();
      await answersAgain(setup);
      await setup.finishes();
      expect((await setup.job()).fence).toBe(1);
    },
    maxHoldMs,
  );

  it(
    'when a wake-up is lost before anybody has heard it',
    async () => {
      const setup = new AddressSetupUnderWay(system, await system.newClient());
      await system.simulator.behave();
      await system.app('oms').stop();
      await system.startApp('oms');
      await system.stopNats();
      await setup.query(
        `insert into job (account_id, kind, state) select max(account_id), 'addresses', 'WORKING'
          from omnitron_connection`,
      );
      system.wipeJetStream();
      await system.startNats();
      await answersAgain(setup);
      await setup.finishes();
    },
    maxHoldMs,
  );

  it(
    'when NATS is restarted',
    async () => {
      const setup = await begin();
      await system.stopNats();
      await setup.untilSeen(districts / 2);
      await system.startNats();
      await answersAgain(setup);
      await setup.finishes();
      expect((await setup.job()).fence).toBe(1);
    },
    maxHoldMs,
  );

  it.each(['is restarted', 'crashes'])(
    'when PostgreSQL %s',
    async (how) => {
      const setup = await begin();
      await (how === 'crashes' ? postgres.crash() : postgres.stop());
      await postgres.startAgain();
      await answersAgain(setup);
      await setup.finishes();
    },
    maxHoldMs,
  );

  (isFullSize ? it : it.skip)(
    'when Omnitron takes five seconds for every page of districts',
    async () => {
      const setup = await AddressSetupUnderWay.begin(system, 5000);
      await setup.finishes();
    },
    maxHoldMs,
  );

  it(
    'which is its abortion, when somebody aborts it: at once, with whole pages; ordered again it completes',
    async () => {
      const setup = await begin();
      await setup.abort();
      expect(await setup.status()).toBe('ABORTED');
      const { checkpoint } = await setup.job();
      await system.simulator.forgetRequests();
      const [written] = await setup.query<{ rows: number; last: number }>(
        `select count(*)::integer as rows, max(omnitron_id) as last from district
          where account_id = (select max(account_id) from job)`,
      );
      expect((await setup.lastRun()).levels[3]).toMatchObject({ inserted: written?.rows, seen: written?.rows });
      expect(checkpoint?.after ?? null).toBe(written?.last);
      await setup.execute();
      expect(await setup.status()).toBe('WORKING');
      await setup.finishes();
      expect((await setup.districtsAskedBehind()).every((key) => key !== null && key >= (checkpoint?.after ?? 0))).toBe(
        true,
      );
    },
    maxHoldMs,
  );
});
