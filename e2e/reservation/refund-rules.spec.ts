import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Answer } from '../system/http.js';
import { ReservationClient } from '../system/reservation-client.js';
import { postedRules, putReservation } from '../system/reservations.js';
import { RunningSystem } from '../system/running-system.js';
import { until } from '../system/until.js';

interface Row {
  readonly id: number;
  readonly status: string;
  readonly state: string;
}

let system: RunningSystem;
let account: string;
/** The agency, and an office of it with a token of its own. */
let [agency, office] = [] as unknown as [ReservationClient, ReservationClient];

const reason = 'The season begins';
const nowruz = {
  ...postedRules,
  name: 'Nowruz',
  departs_from: '2099-01-01',
  tiers: [{ minutes_before: 0, percent: 80 }],
};

beforeAll(async () => {
  system = await RunningSystem.start({ services: ['reservation-refund'] });
  account = await system.newAccount();
  agency = await system.newReservationClient(account);
  const { organisation_token: token } = await system.command<{ organisation_token: string }>(
    'organisation-token',
    'create',
    ...['--account', account, '--name', 'office', '--for', '1 day'],
  );
  office = new ReservationClient(() => system.url, token, agency.domain);
  await until('the token of the office is known', async () => (await office.request('GET', 'refunds')).status === 200);
  for (const id of [1, 2]) await agency.payload('PUT', `reservations/${id}`, putReservation(id));
});

afterAll(() => system.stop());

const codeOf = ({ status, json }: Answer): [number, unknown] => [
  status,
  (json as { error?: { code: unknown } }).error?.code,
];
const quotes = async (): Promise<(number | undefined)[]> =>
  Promise.all([1, 2].map(async (id) => (await agency.quote(id)).penalty));
const events = async (): Promise<string[]> =>
  (await agency.payload<{ results: { type: string }[] }>('GET', 'events?type=refund_rules.*')).results.map(
    ({ type }) => type,
  );

describe('the rules of a season', () => {
  it('are drafted, looked at, previewed, and published when their time has come', async () => {
    const rules = await agency.payload<Row>('POST', 'refund/rules', postedRules);
    const before = await agency.request('GET', `refund/rules/${rules.id}`);
    expect(await quotes()).toEqual([3_000_000, 3_000_000]);
    const draft = await agency.payload<Row>('POST', 'refund/rules/drafts', { rules_id: rules.id, rules: nowruz });
    const path = `refund/rules/drafts/${draft.id}`;
    expect(await agency.payload('GET', `${path}/changes`)).toEqual({
      against: 1,
      changes: [
        { field: 'name', before: 'Flights', after: 'Nowruz' },
        { field: 'departs_from', before: null, after: '2099-01-01T00:00:00Z' },
        { field: 'tiers[0].percent', before: 30, after: 80 },
      ],
    });
    const started = await agency.request('POST', 'refund/rules/impact', { draft_id: draft.id });
    expect(started.status).toBe(202);
    const { id } = (started.json as { payload: Row }).payload;
    await until(
      'the preview has ended',
      async () => (await agency.payload<Row>('GET', `refund/rules/impact/${id}`)).state === 'finished',
    );
    expect(await agency.payload('GET', `refund/rules/impact/${id}`)).toMatchObject({
      expected: 2,
      checked: 2,
      priced_differently: 2,
      penalty_before: 6_000_000,
      penalty_after: 16_000_000,
      examples: [
        { reserve_id: 1, before: 3_000_000, after: 8_000_000 },
        { reserve_id: 2, before: 3_000_000, after: 8_000_000 },
      ],
    });
    expect((await agency.request('GET', `refund/rules/${rules.id}`)).text.replace(/"timestamp":\d+/, '')).toBe(
      before.text.replace(/"timestamp":\d+/, ''),
    );
    const at = new Date(Date.now() + 1500).toISOString();
    expect(await agency.payload('POST', `${path}/publish`, { reason, publish_at: at })).toMatchObject({
      status: 'scheduled',
    });
    expect(await quotes()).toEqual([3_000_000, 3_000_000]);
    await until('the draft is published', async () => (await agency.payload<Row>('GET', path)).status === 'published');
    expect(Date.now()).toBeGreaterThanOrEqual(Date.parse(at));
    expect(await quotes()).toEqual([8_000_000, 8_000_000]);
    expect(await agency.payload('GET', `refund/rules/${rules.id}/versions`)).toMatchObject({
      count: 2,
      results: [{ version: 2, name: 'Nowruz' }, { version: 1 }],
    });
    await until('the events are logged', async () => (await events()).length === 2);
    expect(await events()).toEqual(['refund_rules.published', 'refund_rules.published']);
    expect(await agency.payload('GET', 'audit?action=refund_rules.replaced')).toMatchObject({
      results: [{ actor_kind: 'system', reason }],
    });
  });

  it('go out as a file, come back changed, and are refused line by line', async () => {
    const file = await agency.request('GET', 'refund/rules/export');
    expect([file.status, file.headers['content-type'], file.headers['content-disposition']]).toEqual([
      200,
      'text/csv; charset=utf-8',
      'attachment; filename="refund-rules.csv"',
    ]);
    expect((await agency.request('HEAD', 'refund/rules/export')).status).toBe(200);
    const put = (csv: string): Promise<Answer> => agency.request('POST', 'refund/rules/import', { csv, reason });
    expect((await put(file.text)).json).toMatchObject({ payload: { created: 0, replaced: 0, unchanged: 1 } });
    const wrong = await put(file.text.replace(',80,', ',180,'));
    expect(wrong.json).toMatchObject({
      error: { code: 1004, fields: { csv: ['1 line is wrong.'] } },
      payload: { lines: [{ line: 2, errors: { percent: ['Ensure this value is less than or equal to 100.'] } }] },
    });
    expect(wrong.status).toBe(400);
    expect((await put(file.text.replace(',80,', ',40,'))).json).toMatchObject({ payload: { replaced: 1 } });
    expect(await quotes()).toEqual([4_000_000, 4_000_000]);
  });
});

describe('a second person', () => {
  it('publishes what the first has drafted, where the account wants it', async () => {
    await agency.payload('PATCH', 'settings', { second_person_publishes: true });
    const { id } = await agency.payload<Row>('POST', 'refund/rules/drafts', {
      rules: { ...postedRules, service: 'bus' },
    });
    const path = `refund/rules/drafts/${id}/publish`;
    expect(codeOf(await agency.request('POST', path, { reason }))).toEqual([403, 3014]);
    expect(await office.payload('POST', path, { reason })).toMatchObject({ status: 'published' });
    const { errors } = await agency.payload<{ errors: { code: number; en: string }[] }>('GET', 'errors');
    expect(errors.find(({ code }) => code === 3014)).toMatchObject({
      en: expect.stringContaining('A second person is needed'),
    });
    await agency.payload('PATCH', 'settings', { second_person_publishes: false });
  });
});

describe('the paths of rules', () => {
  it('lead to drafts, previews and files rather than to a rule set of that name', async () => {
    for (const path of ['refund/rules/drafts', 'refund/rules/impact'])
      expect(await agency.payload('GET', path)).toMatchObject({ count: expect.any(Number) });
    for (const [path, code] of [
      ['refund/rules/drafts/987', 3008],
      ['refund/rules/impact/987', 3008],
      ['refund/rules/987', 3007],
      ['refund/rules/987/versions', 3007],
      ['refund/rules/987/versions/1/changes', 3007],
      ['refund/rules/drafts/987/changes', 3008],
    ] as const)
      expect(codeOf(await agency.request('GET', path))).toEqual([422, code]);
    for (const [path, code] of [
      ['refund/rules/export', 4051],
      ['refund/rules/987/retire', 3007],
      ['refund/rules/drafts/987/discard', 3008],
    ] as const)
      expect(codeOf(await agency.request('POST', path, {}))[1]).toBe(code);
  });

  it('say of rules what they always said to clients that know nothing of departures', async () => {
    const content = ['name', 'service', 'supplier', 'carrier', 'fare_class', 'valid_from', 'valid_until'];
    const all = [
      ...['id', 'version', 'domain', ...content, 'grace_minutes', 'tiers'],
      ...['is_retired', 'created_date', 'modified_date'],
    ];
    for (const [path, method] of [
      ['refund/rules', 'POST'],
      ['refund/rules/1', 'PUT'],
    ] as const) {
      const { payload } = (await agency.request('OPTIONS', path)).json as {
        payload: { actions: Readonly<Record<string, object>> };
      };
      expect(Object.keys(payload.actions[method] ?? {})).toEqual(all);
    }
    expect(Object.keys(await agency.payload<object>('GET', 'refund/rules/1'))).toEqual(all);
    expect(Object.keys(await agency.payload<object>('GET', 'refund/rules/1?detail=1'))).toEqual([
      ...all,
      'departs_from',
      'departs_until',
      'child_percent',
      'infant_percent',
    ]);
    const body = { ...postedRules, service: 'train' };
    const made = await agency.payload<Row>('POST', 'refund/rules', body);
    expect(Object.keys(made)).toEqual(all);
    expect(Object.keys(await agency.payload<object>('PUT', `refund/rules/${made.id}`, body))).toEqual(all);
    expect(await agency.payload('PUT', `refund/rules/${made.id}?detail=1`, body)).toMatchObject({ departs_from: null });
  });

  it.each([
    ['GET', 'refund/rules/drafts', 'read'],
    ['GET', 'refund/rules/drafts/1', 'read'],
    ['GET', 'refund/rules/drafts/1/changes', 'read'],
    ['POST', 'refund/rules/drafts', 'write'],
    ['PUT', 'refund/rules/drafts/1', 'write'],
    ['POST', 'refund/rules/drafts/1/publish', 'write'],
    ['POST', 'refund/rules/drafts/1/unschedule', 'write'],
    ['POST', 'refund/rules/drafts/1/discard', 'write'],
    ['GET', 'refund/rules/1/versions', 'read'],
    ['GET', 'refund/rules/1/versions/1/changes', 'read'],
    ['GET', 'refund/rules/impact', 'read'],
    ['GET', 'refund/rules/impact/1', 'read'],
    ['POST', 'refund/rules/impact', 'write'],
    ['POST', 'refund/rules/impact/1/abort', 'write'],
    ['GET', 'refund/rules/export', 'read'],
    ['POST', 'refund/rules/import', 'write'],
  ])('%s %s wants the scope to %s', async (method, path, scope) => {
    for (const other of ['read', 'write', 'manage']) {
      const headers = { authorization: `Bearer ${agency.newToken(`reservation:${other}`)}` };
      const answer = await agency.request(method, path, method === 'GET' ? undefined : {}, { headers });
      const refused = answer.status === 403;
      expect([other, refused]).toEqual([other, other !== scope]);
    }
  });
});
