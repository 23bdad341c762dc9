import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { omsPath, type Client, type Page } from '../system/client.js';
import { queryDatabase } from '../system/database.js';
import type { Place } from '../system/places.js';
import { RunningSystem } from '../system/running-system.js';
import { level, type LastRun } from '../system/setup.js';
import { Simulator, type Fault, type UpstreamRow } from '../system/simulator.js';

let system: RunningSystem;
let client: Client;
/** An Omnitron that answers nothing but errors, and a client of it. */
let [brokenOmnitron, patient] = [] as unknown as [Simulator, Client];

/** A tenth of what Omnitron has in the real world. */
const districtsUpstream = 7326;
/** The requests we send to Omnitron at once. */
const pageSize = 1000;
/** Long enough for an answer of 64 MiB to be found too large while other tests use the processors. */
const timeoutMs = 4000;

const passing: readonly { what: string; faults: readonly Fault[]; trace: (trouble: Trouble) => boolean }[] = [
  {
    what: 'asks for a rest now and then',
    faults: [{ kind: 'too_many_requests', retryAfter: 1, every: 6, times: 2 }],
    trace: ({ repeated }) => repeated === 2,
  },
  {
    what: 'fails once in ten requests',
    faults: [{ kind: 'server_error', every: 10 }],
    trace: ({ repeated }) => repeated > 0,
  },
  {
    what: 'cuts a page off',
    faults: [{ kind: 'cut_off', resource: 'districts', page: 3, times: 2 }],
    trace: ({ repeated }) => repeated === 2,
  },
  {
    what: 'shows a row on two pages and another on none',
    faults: [{ kind: 'duplicates', resource: 'districts' }],
    trace: ({ inVain }) => inVain > 0,
  },
  {
    what: 'shows a row on two pages',
    faults: [{ kind: 'duplicates_extra', resource: 'districts' }],
    trace: ({ inVain }) => inVain > 0,
  },
  {
    what: 'loses a row while its pages are read',
    faults: [{ kind: 'shrinking', resource: 'districts' }],
    trace: ({ inVain }) => inVain > 0,
  },
  {
    what: 'ends our key amid the districts',
    faults: [{ kind: 'expired_key', resource: 'districts', page: 3, times: 1 }],
    trace: ({ logins }) => logins === 1,
  },
  {
    what: 'sends something else than JSON',
    faults: [{ kind: 'not_json', every: 4, times: 3 }],
    trace: ({ repeated }) => repeated === 3,
  },
  { what: 'takes its time', faults: [{ kind: 'latency', ms: 80 }], trace: ({ repeated }) => repeated === 0 },
  {
    what: 'does not answer in time',
    faults: [{ kind: 'latency', ms: timeoutMs * 3, resource: 'districts', page: 2, times: 1 }],
    trace: ({ repeated }) => repeated === 1,
  },
];

const breaking: readonly { what: string; faults: readonly Fault[]; error: RegExp }[] = [
  { what: 'redirects without end', faults: [{ kind: 'redirect' }], error: /Omnitron answered with status 302\./ },
  {
    what: 'refuses the login',
    faults: [{ kind: 'refuse_login' }, { kind: 'expired_key', times: 1 }],
    error: /Omnitron refused the login\./,
  },
  { what: 'refuses the keys it gives', faults: [{ kind: 'expired_key' }], error: /Omnitron refused the login\./ },
  {
    what: 'asks for a rest of a day',
    faults: [{ kind: 'too_many_requests', retryAfter: 86_400 }],
    error: /Omnitron answered with status 429\./,
  },
  {
    what: 'sends pages without end',
    faults: [{ kind: 'endless', resource: 'districts' }],
    error: /Omnitron does not order the districts/,
  },
  { what: 'sends 64 MiB', faults: [{ kind: 'oversized', resource: 'cities' }], error: /too large/ },
];

beforeAll(async () => {
  [system, brokenOmnitron] = await Promise.all([
    RunningSystem.start({
      environment: {
        oms: { UPSTREAM_TIMEOUT_MS: String(timeoutMs) },
        simulator: { OMNITRON_DISTRICTS: String(districtsUpstream) },
      },
    }),
    Simulator.start(),
  ]);
  [client, patient] = await Promise.all([
    system.newClient(),
    system.newClient({ omnitron: brokenOmnitron }),
    brokenOmnitron.misbehave({ kind: 'server_error' }),
  ]);
  // It takes a while until this is given up; the other tests needn't wait for it.
  await patient.setup('addresses').execute();
  // So that its login is known when the first test begins.
  await client.setup('channels').isRequired();
});

afterAll(() => Promise.all([system.stop(), brokenOmnitron.stop()]));

beforeEach(async () => {
  await system.simulator.behave();
  await system.simulator.forgetRequests();
});

/** How one sees from Omnitron's side that something went wrong. */
interface Trouble {
  /** Requests that were asked before in the same words. */
  readonly repeated: number;
  /** Pages of districts that were asked for and not needed. */
  readonly inVain: number;
  readonly logins: number;
}

describe('an Omnitron that', () => {
  it.each(passing)(
    '$what is read to its end: nothing is missing and nothing there twice',
    async ({ faults, trace }) => {
      await forgetAddresses();
      await system.simulator.misbehave(...faults);
      const run = await client.setup('addresses').run();
      expect(run).toMatchObject({ status: 'FINISHED', error: null });
      expect(trace(await trouble())).toBe(true);
      expect(run.levels.map(({ name, seen, inserted, problems }) => ({ name, seen, inserted, problems }))).toEqual(
        Object.entries({ countries: 1, cities: 81, townships: 999, districts: districtsUpstream }).map(
          ([name, seen]) => ({ name, seen, inserted: seen, problems: [] }),
        ),
      );
      await system.simulator.behave();
      expect(await keys()).toEqual((await system.simulator.rows('districts')).map(({ pk }) => pk));
      expect(await client.setup('addresses').isRequired()).toBe('false');
    },
  );
});

describe('a row that can’t be inserted', () => {
  const orphan: UpstreamRow = { pk: 800_001, name: 'Yetim', city: 41, township: 700_001, is_active: true };

  it('because its township is missing is listed, and everything else is there', async () => {
    await forgetAddresses();
    await system.simulator.addRows('districts', orphan);
    const run = await client.setup('addresses').run();
    expect(run).toMatchObject({ status: 'FINISHED', error: null });
    expect(level(run, 'districts')).toEqual({
      name: 'districts',
      seen: districtsUpstream + 1,
      inserted: districtsUpstream,
      skipped: 1,
      updated: 0,
      unchanged: 0,
      withheld: 0,
      refused: 1,
      problems: [{ omnitron_id: orphan.pk, reason: expect.stringMatching(/township.*700001/) }],
    });
    expect(await countOf()).toBe(districtsUpstream);
    expect(await client.setup('addresses').isRequired()).toBe('false');
  });

  it('is tried again by a further run, and still listed', async () => {
    const run = await client.setup('addresses').run();
    expect(level(run, 'districts')).toMatchObject({ inserted: 0, problems: [{ omnitron_id: orphan.pk }] });
  });

  it('is there with its township when that appears, and listed no more', async () => {
    await system.simulator.addRows('townships', { pk: 700_001, name: 'Yeni Township', city: 41, is_active: true });
    expect(await client.setup('addresses').isRequired()).toBe('true');
    const run = await client.setup('addresses').run();
    expect(run.levels.map(({ name, inserted, problems }) => [name, inserted, problems])).toEqual([
      ['countries', 0, []],
      ['cities', 0, []],
      ['townships', 1, []],
      ['districts', 1, []],
    ]);
    const [[township], [district]] = await Promise.all([
      client.rows<Place>('townships/?name=Yeni%20Township'),
      client.rows<Place>('districts/?name=Yetim'),
    ]);
    expect(district).toMatchObject({ township: township!.pk, city: township!.city });
    expect(await client.setup('addresses').isRequired()).toBe('false');
  });

  it('is listed no more when it is gone upstream', async () => {
    await system.simulator.addRows('districts', { ...orphan, pk: 900_001, township: 700_009 });
    expect(level(await client.setup('addresses').run(), 'districts').problems).toHaveLength(1);
    await system.simulator.removeRow('districts', 900_001);
    expect(level(await client.setup('addresses').run(), 'districts').problems).toEqual([]);
  });

  it('because it makes no sense is listed, and all others are there', async () => {
    const good = { city: 41, township: 452, is_active: true };
    const senseless: readonly UpstreamRow[] = [
      { pk: 1, ...good },
      { pk: 2, ...good, name: null },
      { pk: 3, ...good, name: { of: 'another kind' } },
      { pk: 4, ...good, name: 'Boylam', longitude: 'rubbish' },
      { pk: 5, ...good, name: 'Enlem', latitude: '12345.6' },
      { pk: 6, ...good, name: 'Null\u0000' },
      { pk: 7, ...good, name: 'Surrogate \ud800' },
      { pk: 8, ...good, name: 'Township', township: 'Kadıköy' },
      { pk: 9, ...good, name: 'City', city: null },
      { pk: 10, ...good, name: 'Date', created_date: 'yesterday' },
      { pk: 3_000_000_000, ...good, name: 'Key' },
    ];
    const countBefore = await countOf();
    await system.simulator.addRows('districts', ...senseless, { pk: 700_100, ...good, name: 'Sağlam' });
    const run = await client.setup('addresses').run();
    expect(run).toMatchObject({ status: 'FINISHED', error: null });
    expect(level(run, 'districts').inserted).toBe(1);
    expect(level(run, 'districts').problems).toEqual(
      senseless.map(({ pk }) => ({ omnitron_id: pk, reason: expect.stringMatching(/./) })),
    );
    expect(await countOf()).toBe(countBefore + 1);
    expect(await client.setup('addresses').isRequired()).toBe('false');
    for (const { pk } of senseless.slice(1)) await system.simulator.removeRow('districts', pk);
    await system.simulator.changeRow('districts', 1, { name: 'Düzeltilmiş' });
    const further = level(await client.setup('addresses').run(), 'districts');
    expect([further.inserted, further.problems]).toEqual([1, []]);
  });

  it('for all the rows of a level leaves its children out and says so of each', async () => {
    await forgetAddresses();
    const countries = await system.simulator.rows('countries');
    await system.simulator.setRows('countries', []);
    const run = await client.setup('addresses').run();
    expect(run).toMatchObject({ status: 'FINISHED', error: null });
    expect(run.levels.map(({ name, inserted, problems }) => [name, inserted, problems.length > 0])).toEqual([
      ['countries', 0, false],
      ['cities', 0, true],
      ['townships', 0, true],
      ['districts', 0, true],
    ]);
    await system.simulator.setRows('countries', countries);
    expect(await client.setup('addresses').isRequired()).toBe('true');
    const further = await client.setup('addresses').run();
    expect(further.levels.flatMap(({ problems }) => problems)).toEqual([]);
    expect(await keys()).toEqual((await system.simulator.rows('districts')).map(({ pk }) => pk));
  });
});

describe('an Omnitron that is broken', () => {
  it('amid the districts: the run has FAILED, and another goes on where it stopped', async () => {
    const { simulator } = system;
    await forgetAddresses();
    await simulator.misbehave({ kind: 'redirect', resource: 'districts', page: 3 });
    const failed = await client.setup('addresses').run();
    saysWhy(failed, /Omnitron answered with status 302\./);
    expect(await client.setup('addresses').status()).toBe('FAILED');
    const done = level(failed, 'districts').seen;
    expect([done > 0, done < districtsUpstream]).toEqual([true, true]);
    expect(await countOf()).toBe(done);
    expect(await client.setup('addresses').isRequired()).toBe('true');
    await simulator.behave();
    const districts = await simulator.rows('districts');
    await simulator.forgetRequests();
    const run = await client.setup('addresses').run();
    expect(run).toMatchObject({ status: 'FINISHED', error: null });
    const asked = await listsAsked();
    expect(asked.every(({ resource, after }) => resource === 'districts' && after >= districts[done - 1]!.pk)).toBe(
      true,
    );
    expect(asked).toHaveLength(Math.ceil((districts.length - done) / pageSize));
    expect(level(run, 'districts')).toMatchObject({
      seen: districts.length,
      inserted: districts.length,
      skipped: 0,
      problems: [],
    });
    expect(await keys()).toEqual(districts.map(({ pk }) => pk));
  });

  it.each(breaking)(
    'because it $what: the run has FAILED and says why, and another succeeds',
    async ({ faults, error }) => {
      const { simulator } = system;
      await simulator.misbehave(...faults);
      saysWhy(await client.setup('addresses').run(), error);
      expect((await simulator.requests()).recent.filter(({ url }) => url.includes('moved'))).toEqual([]);
      await simulator.behave();
      expect(await client.setup('addresses').run()).toMatchObject({ status: 'FINISHED', error: null });
    },
  );

  it('since we were told a wrong password: likewise', async () => {
    const { url, username } = system.simulator;
    await system.connectOmnitron(client.account, { url, username, password: 'a wrong one' });
    saysWhy(await client.setup('addresses').run(), /Omnitron refused the login\./);
    await system.connectOmnitron(client.account);
    expect(await client.setup('addresses').run()).toMatchObject({ status: 'FINISHED', error: null });
  });

  it('since the account has none: likewise', async () => {
    const unconnected = await system.newToken(await system.newAccount());
    const failed = await unconnected.setup('channels').run();
    expect(failed).toMatchObject({ status: 'FAILED', error: 'No Omnitron is set up for this account.' });
    expect(await unconnected.rows('channels/')).toEqual([]);
  });

  it.each(['channels', 'cancellation-reasons'] as const)(
    'for %s: the run has FAILED, nothing has changed, and another succeeds',
    async (step) => {
      await system.simulator.misbehave({ kind: 'redirect' });
      saysWhy(await client.setup(step).run(), /Omnitron answered with status 302\./);
      await system.simulator.behave();
      expect(await client.setup(step).run()).toMatchObject({ status: 'FINISHED', error: null });
    },
  );

  it('as it has lost most of its reasons: the run has FAILED with the numbers, and nothing has changed', async () => {
    await client.setup('cancellation-reasons').run();
    const [reasons, rows] = [await client.reasons(), await system.simulator.rows('cancellation_reasons')];
    await system.simulator.setReasons([]);
    const active = reasons.filter(({ is_active: isActive }) => isActive).length;
    saysWhy(await client.setup('cancellation-reasons').run(), new RegExp(`deactivate ${active} of ${active} active`));
    expect(await client.reasons()).toEqual(reasons);
    expect(await client.setup('cancellation-reasons').isRequired()).toBe('true');
    await system.simulator.setRows('cancellation_reasons', rows);
    expect(await client.setup('cancellation-reasons').run()).toMatchObject({ status: 'FINISHED', error: null });
  });

  it('with 500 for ever: the run has FAILED in the end', async () => {
    saysWhy(await patient.setup('addresses').ended(25_000), /Omnitron answered with status 500\./);
    await brokenOmnitron.behave();
    expect(await patient.setup('addresses').run()).toMatchObject({ status: 'FINISHED', error: null });
  });
});

/** As if the addresses had never been set up. */
async function forgetAddresses(): Promise<void> {
  const account = await system.accountId(client.account);
  for (const table of ['job', 'sync_mark', 'sync_problem', 'district', 'township', 'city', 'country'])
    await queryDatabase(system.databases.oms.ownerUrl, `delete from ${table} where account_id = $1`, [account]);
}

function saysWhy({ status, error, started, finished }: LastRun, why: RegExp): void {
  expect([status, error]).toEqual(['FAILED', expect.stringMatching(why)]);
  expect(error).not.toMatch(
    /127\.0\.0\.1|http:|undici|UND_ERR|ECONN|Error:|\bat \b.*:\d|\.js\b|select |account_id|fence|lease/,
  );
  expect(started! < finished!).toBe(true);
}

const countOf = async (): Promise<number> => (await client.json<Page<Place>>(`${omsPath}districts/`)).count;

/** Omnitron's keys of the districts that are here, in their order. */
async function keys(): Promise<number[]> {
  const rows = await queryDatabase<{ pk: number }>(
    system.databases.oms.ownerUrl,
    'select omnitron_id as pk from district where account_id = $1 order by omnitron_id',
    [await system.accountId(client.account)],
  );
  return rows.map(({ pk }) => pk);
}

/** The pages of lists that Omnitron was asked for, but for those that only look for the newest row. */
async function listsAsked(): Promise<{ resource: string; after: number }[]> {
  const { recent } = await system.simulator.requests();
  return recent
    .filter(({ method, url }) => method === 'GET' && !url.includes('sort=-modified_date'))
    .map(({ url }) => ({
      resource: /\/api\/v1\/(\w+)\//.exec(url)![1]!,
      after: Number(new URL(url, 'http://omnitron').searchParams.get('pk__gt') ?? -Infinity),
    }));
}

async function trouble(): Promise<Trouble> {
  const { recent, logins } = await system.simulator.requests();
  const urls = recent.filter(({ method }) => method === 'GET').map(({ url }) => url);
  const districts = (await listsAsked()).filter(({ resource }) => resource === 'districts');
  return {
    repeated: urls.length - new Set(urls).size,
    inVain: districts.length - Math.ceil(districtsUpstream / pageSize),
    logins,
  };
}
