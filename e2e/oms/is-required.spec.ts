import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { freePort } from '@refundry/testing';
import type { Client } from '../system/client.js';
import type { Answer } from '../system/http.js';
import { upstreamReason, upstreamReasons } from '../system/reasons.js';
import { RunningSystem } from '../system/running-system.js';
import { level, steps, type Setup } from '../system/setup.js';
import type { Fault, UpstreamRow } from '../system/simulator.js';
import { until } from '../system/until.js';

let system: RunningSystem;
let client: Client;
/** Of an account in which nothing ever ran. */
let fresh: Client;
/** Of an account without an Omnitron. */
let unconnected: Client;
let addresses: Setup;

const timeoutMs = 300;

beforeAll(async () => {
  system = await RunningSystem.start({
    environment: { oms: { UPSTREAM_TIMEOUT_MS: String(timeoutMs) }, simulator: { OMNITRON_DISTRICTS: '1200' } },
  });
  [client, fresh, unconnected] = await Promise.all([
    system.newClient(),
    system.newClient(),
    system.newAccount().then((account) => system.newToken(account)),
  ]);
  addresses = client.setup('addresses');
});

afterAll(() => system.stop());

/** Each test has keys of its own, far behind what Omnitron has. */
let lastPk = 500_000;
const newDistrict = (fields: object = {}): UpstreamRow => ({
  pk: ++lastPk,
  name: `Yeni Mahalle ${lastPk}`,
  city: 41,
  township: 452,
  is_active: true,
  longitude: null,
  latitude: null,
  ...fields,
});
const newDistricts = (count: number, fields: object = {}): UpstreamRow[] =>
  Array.from({ length: count }, () => newDistrict(fields));
/** Before all others'. */
const oldDates = { created_date: '2020-01-01T00:00:00.000001Z', modified_date: '2020-01-01T00:00:00.000001Z' };

describe('before any run', () => {
  it.each(steps)('%s are required', async (step) => {
    expect(await fresh.setup(step).isRequired()).toBe('true');
  });
});

describe('addresses', () => {
  beforeEach(async () => {
    expect(await addresses.run()).toMatchObject({ status: 'FINISHED', error: null });
    expect(await addresses.isRequired()).toBe('false');
    await system.simulator.forgetRequests();
  });

  it('are not required after a run, which takes four requests to find out', async () => {
    expect(await addresses.isRequired()).toBe('false');
    expect((await system.simulator.requests()).total).toBeLessThanOrEqual(4);
  });

  it.each<[string, string, () => UpstreamRow]>([
    ['country', 'countries', () => ({ pk: ++lastPk, name: 'Kıbrıs', code: 'cy' })],
    ['city', 'cities', () => ({ pk: ++lastPk, name: 'Girne', country: 4 })],
    ['township', 'townships', () => ({ pk: ++lastPk, name: 'Çatalköy', city: 41 })],
    ['district', 'districts', newDistrict],
  ])('are required when a %s appears', async (_what, resource, row) => {
    await system.simulator.addRows(resource, row());
    await isRequiredUntilRun();
  });

  it('are required when a district with old dates appears amid the others', async () => {
    await system.simulator.addRows('districts', newDistrict({ pk: 5999, ...oldDates }));
    await isRequiredUntilRun();
  });

  it('are required when a district appears and another vanishes at the same time', async () => {
    const leaving = newDistrict();
    await system.simulator.addRows('districts', leaving);
    await addresses.run();
    await Promise.all([
      system.simulator.addRows('districts', newDistrict()),
      system.simulator.removeRow('districts', leaving.pk),
    ]);
    await isRequiredUntilRun();
  });

  it('are required when a district appears and the one that was changed last vanishes', async () => {
    const leaving = newDistrict();
    await system.simulator.addRows('districts', leaving);
    await addresses.run();
    await system.simulator.removeRow('districts', leaving.pk);
    await system.simulator.addRows(
      'districts',
      newDistrict({ ...oldDates, modified_date: '2024-06-01T00:00:00Z' }),
      newDistrict(),
    );
    await isRequiredUntilRun();
  });

  it('are required when a district with old dates appears after others have vanished', async () => {
    const leaving = newDistricts(3);
    await system.simulator.addRows('districts', ...leaving);
    await addresses.run();
    for (const { pk } of leaving) await system.simulator.removeRow('districts', pk);
    await addresses.run();
    await system.simulator.addRows('districts', newDistrict({ pk: 5998, ...oldDates }));
    await isRequiredUntilRun();
  });

  it('are required when a district with old dates appears while more than one vanish', async () => {
    const leaving = newDistricts(2, oldDates);
    await system.simulator.addRows('districts', ...leaving);
    await addresses.run();
    for (const { pk } of leaving) await system.simulator.removeRow('districts', pk);
    await system.simulator.addRows('districts', newDistrict({ pk: 5997, ...oldDates }));
    await isRequiredUntilRun();
  });

  it('are required when a district appears that more rows were changed after than are looked at first', async () => {
    await system.simulator.addRows('districts', newDistrict());
    const rows = await system.simulator.rows('districts');
    const modified = '2030-01-01T00:00:00.000001Z';
    await system.simulator.setRows(
      'districts',
      rows.map((row, index) => (index < 1100 ? { ...row, modified_date: modified } : row)),
    );
    await isRequiredUntilRun();
    await system.simulator.setRows('districts', rows);
    await addresses.run();
  });

  it('are not required when rows were only changed', async () => {
    await Promise.all([
      system.simulator.changeRow('districts', 5201, { name: 'Bebek Mahallesi', is_active: false }),
      system.simulator.changeRow('cities', 16, { name: 'Prusa' }),
    ]);
    expect(await addresses.isRequired()).toBe('false');
  });

  it('are not required when rows only vanished, the one that was changed last among them', async () => {
    const leaving = newDistrict();
    await system.simulator.addRows('districts', leaving);
    await addresses.run();
    await system.simulator.removeRow('districts', leaving.pk);
    await system.simulator.removeRow('districts', 5202);
    expect(await addresses.isRequired()).toBe('false');
    await addresses.run();
    expect(await addresses.isRequired()).toBe('false');
  });

  it('are not required for rows that vanished and are back, which are here already', async () => {
    const rows = await system.simulator.rows('districts');
    await system.simulator.removeRow('districts', 5210);
    await addresses.run();
    await system.simulator.setRows('districts', rows);
    expect(await addresses.isRequired()).toBe('false');
  });

  it('are not required for a row that can’t be inserted, as long as it can’t', async () => {
    const township = { pk: ++lastPk, name: 'Moda', city: 41 };
    await system.simulator.addRows('districts', newDistrict({ township: township.pk }), { pk: ++lastPk, name: null });
    expect(await addresses.isRequired()).toBe('true');
    expect(level(await addresses.run(), 'districts').problems).toHaveLength(2);
    expect(await addresses.isRequired()).toBe('false');
    await system.simulator.addRows('townships', township);
    await isRequiredUntilRun();
    await system.simulator.removeRow('districts', lastPk - 1);
  });

  it('are required when a row that made no sense makes sense at last', async () => {
    const row = newDistrict({ name: null });
    await system.simulator.addRows('districts', row);
    expect(level(await addresses.run(), 'districts').problems).toContainEqual({
      omnitron_id: row.pk,
      reason: expect.any(String),
    });
    await system.simulator.changeRow('districts', row.pk, { name: 'Yeni Mahalle' });
    await isRequiredUntilRun();
  });

  it('are asked for row by row in bare arrays, too', async () => {
    await system.simulator.answerWith('array');
    expect(await addresses.run()).toMatchObject({ status: 'FINISHED', error: null });
    expect(await addresses.isRequired()).toBe('false');
    await system.simulator.addRows('districts', newDistrict());
    await isRequiredUntilRun();
    await system.simulator.answerWith('envelope');
  });

  async function isRequiredUntilRun(): Promise<void> {
    expect(await addresses.isRequired()).toBe('true');
    expect(await addresses.run()).toMatchObject({ status: 'FINISHED', error: null });
    expect(await addresses.isRequired()).toBe('false');
  }
});

describe('channels', () => {
  let channels: Setup;

  beforeAll(() => {
    channels = client.setup('channels');
  });

  beforeEach(async () => {
    expect(await channels.run()).toMatchObject({ status: 'FINISHED', error: null });
  });

  it('are not required after a run, which takes one request to find out', async () => {
    await system.simulator.forgetRequests();
    expect(await channels.isRequired()).toBe('false');
    expect((await system.simulator.requests()).total).toBe(1);
  });

  it('are required when one appears, also while another vanishes', async () => {
    await system.simulator.addRows('channels', { pk: 4, name: 'Trendyol', channel_type: 'trendyol' });
    await isRequiredUntilRun();
    await Promise.all([
      system.simulator.removeRow('channels', 4),
      system.simulator.addRows('channels', { pk: 7, name: 'Hepsiburada', channel_type: 'hb' }),
    ]);
    await isRequiredUntilRun();
  });

  it('are required when one was changed', async () => {
    await system.simulator.changeRow('channels', 3, { configuration: { currency: 'eur' } });
    await isRequiredUntilRun();
    await system.simulator.changeRow('channels', 3, { is_active: false });
    await isRequiredUntilRun();
  });

  it('are required when one was changed amid more than are looked at first', async () => {
    const rows = Array.from({ length: 250 }, (_, index) => ({ pk: 1000 + index, name: `Channel ${index}` }));
    await system.simulator.addRows('channels', ...rows);
    await isRequiredUntilRun();
    await system.simulator.changeRow('channels', 1003, { name: 'Otherwise' });
    await isRequiredUntilRun();
    for (const { pk } of rows) await system.simulator.removeRow('channels', pk);
  });

  it('are not required when one vanished', async () => {
    await system.simulator.removeRow('channels', 7);
    expect(await channels.isRequired()).toBe('false');
  });

  async function isRequiredUntilRun(): Promise<void> {
    expect(await channels.isRequired()).toBe('true');
    expect(await channels.run()).toMatchObject({ status: 'FINISHED', error: null });
    expect(await channels.isRequired()).toBe('false');
  }
});

describe('cancellation reasons', () => {
  let reasons: Setup;

  beforeAll(() => {
    reasons = client.setup('cancellation-reasons');
  });

  beforeEach(async () => {
    await system.simulator.setReasons([...upstreamReasons(120), upstreamReason(1001, { send_to_oms: false })]);
    expect(await reasons.run()).toMatchObject({ status: 'FINISHED', error: null });
    expect(await reasons.isRequired()).toBe('false');
  });

  it('are not required after a pull either', async () => {
    await system.simulator.changeReason(1, { subject: 'Otherwise' });
    expect(await reasons.isRequired()).toBe('true');
    expect((await client.pull()).status).toBe(200);
    expect(await reasons.isRequired()).toBe('false');
  });

  it.each<[string, () => Promise<unknown>]>([
    ['one appears', () => system.simulator.addRows('cancellation_reasons', upstreamReason(500) as never)],
    ['one was changed', () => system.simulator.changeReason(44, { order: 7 })],
    ['one is gone', () => system.simulator.removeReason(44)],
    [
      'one appears and another is gone',
      () => system.simulator.setReasons([...upstreamReasons(119), upstreamReason(501)]),
    ],
    ['one is no longer meant for us', () => system.simulator.changeReason(45, { send_to_oms: false })],
    ['one is meant for us at last', () => system.simulator.changeReason(1001, { send_to_oms: true })],
  ])('are required when %s', async (_what, change) => {
    await change();
    expect(await reasons.isRequired()).toBe('true');
    expect(await reasons.run()).toMatchObject({ status: 'FINISHED', error: null });
    expect(await reasons.isRequired()).toBe('false');
  });

  it('are not required for what changes of one that is not meant for us', async () => {
    await system.simulator.changeReason(1001, { subject: 'Otherwise' });
    expect(await reasons.isRequired()).toBe('false');
  });

  it('take no more than four requests to find out', async () => {
    await system.simulator.forgetRequests();
    expect(await reasons.isRequired()).toBe('false');
    expect((await system.simulator.requests()).total).toBeLessThanOrEqual(4);
  });
});

describe('an Omnitron that can’t be asked', () => {
  beforeAll(async () => {
    for (const step of steps) expect(await client.setup(step).run()).toMatchObject({ status: 'FINISHED' });
  });

  afterEach(() => system.simulator.behave());

  it.each<{ what: string; faults: Fault[] }>([
    { what: 'answers 500', faults: [{ kind: 'server_error' }] },
    { what: 'does not answer', faults: [{ kind: 'latency', ms: 20_000 }] },
    { what: 'answers no JSON', faults: [{ kind: 'not_json' }] },
    { what: 'breaks off', faults: [{ kind: 'cut_off' }] },
    { what: 'redirects', faults: [{ kind: 'redirect' }] },
    { what: 'refuses its own keys', faults: [{ kind: 'expired_key' }] },
    { what: 'refuses the login', faults: [{ kind: 'refuse_login' }, { kind: 'expired_key', times: 3 }] },
    { what: 'is asked too often', faults: [{ kind: 'too_many_requests', retryAfter: 60 }] },
  ])('because it $what: no answer but 503', async ({ faults }) => {
    await system.simulator.misbehave(...faults);
    await neverAnswers(client);
    await system.simulator.behave();
    for (const step of steps) expect(await client.setup(step).isRequired()).toBe('false');
  });

  it('because it is not there, or takes us for somebody else: no answer but 503', async () => {
    const { url, username, password } = system.simulator;
    for (const login of [
      { url: `http://127.0.0.1:${await freePort()}`, username, password },
      { url, username, password: 'wrong' },
    ]) {
      await system.connectOmnitron(client.account, login);
      await neverAnswers(client);
    }
    await system.connectOmnitron(client.account);
  });

  it('because the account has none: no answer but 503', async () => {
    await neverAnswers(unconnected);
  });

  it.each(['countries', 'cities', 'townships', 'districts'])(
    'about its %s alone is no reason to say that addresses are not required',
    async (resource) => {
      await system.simulator.misbehave({ kind: 'server_error', resource });
      isUnavailable(await addresses.request('GET', 'is_required'));
    },
  );

  it('for a moment only is asked once more', async () => {
    await system.simulator.misbehave({ kind: 'server_error', resource: 'districts', times: 1 });
    expect(await addresses.isRequired()).toBe('false');
  });

  async function neverAnswers(by: Client): Promise<void> {
    await Promise.all(
      steps.flatMap((step) =>
        ['GET', 'POST'].map(async (method) => {
          isUnavailable(await by.setup(step).request(method, 'is_required'));
        }),
      ),
    );
  }
});

describe('a while after a run', () => {
  it('the step is READY again, and the run is still told of', async () => {
    await system.restartApp('oms', { READY_AFTER_SECONDS: '1' });
    const setup = client.setup('channels');
    await setup.execute();
    const seen = [await setup.status()];
    await until('it is READY again', async () => seen[seen.push(await setup.status()) - 1] === 'READY', {
      within: 20_000,
    });
    // A run of this size may end before it is asked for.
    const changes = seen.filter((status, index) => status !== 'WORKING' && status !== seen[index - 1]);
    expect(changes).toEqual(['FINISHED', 'READY']);
    expect(await setup.lastRun()).toMatchObject({ status: 'FINISHED', error: null, finished: expect.any(String) });
    await setup.execute();
    expect(await setup.ended()).toMatchObject({ status: 'FINISHED' });
  });
});

function isUnavailable({ status, headers, json }: Answer): void {
  expect([status, headers['retry-after'], json, headers['cache-control']]).toEqual([
    503,
    expect.stringMatching(/^[1-9]\d*$/),
    { detail: 'Service temporarily unavailable, try again later.' },
    'no-store',
  ]);
}
