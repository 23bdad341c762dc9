import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Client } from '../system/client.js';
import { queryDatabase } from '../system/database.js';
import type { Answer } from '../system/http.js';
import { upstreamReasons, type Reason } from '../system/reasons.js';
import { RunningSystem } from '../system/running-system.js';
import type { Fault } from '../system/simulator.js';
import { until } from '../system/until.js';

let system: RunningSystem;
let client: Client;
let before: Reason[];

/** Three pages of what we ask Omnitron for. */
const reasonsUpstream = 250;
const timeoutMs = 5000;

beforeAll(async () => {
  system = await RunningSystem.start({
    environment: { oms: { UPSTREAM_TIMEOUT_MS: String(timeoutMs), PULL_DEADLINE_SECONDS: '20' } },
  });
  client = await system.newClient();
});

afterAll(() => system.stop());

/** Every test begins with reasons that were pulled, and that Omnitron has changed since. */
let tests = 0;
beforeEach(async () => {
  const { simulator } = system;
  await Promise.all([
    simulator.behave(),
    simulator.answerWith('envelope'),
    simulator.setReasons(upstreamReasons(reasonsUpstream)),
  ]);
  await succeeds(client.pull());
  before = await client.reasons();
  tests++;
  await simulator.setReasons(
    upstreamReasons(reasonsUpstream).map((reason) => ({ ...reason, subject: `${reason.subject} of test ${tests}` })),
  );
  await simulator.forgetRequests();
});

describe('Omnitron failing in the middle of its last page', () => {
  it('changes nothing, and the next pull succeeds', async () => {
    await system.simulator.misbehave({ kind: 'cut_off', page: 3 });
    await failsWith(502);
    await system.simulator.behave();
    await succeeds(client.pull());
    expect(await hasNewSubjects()).toBe(true);
  });

  it('is asked again for that page alone, and the pull succeeds, when the failure passes', async () => {
    await system.simulator.misbehave({ kind: 'cut_off', page: 3, times: 2 });
    await succeeds(client.pull());
    expect(await hasNewSubjects()).toBe(true);
    expect(await system.simulator.reasonPagesAsked()).toBe(5);
  });
});

describe('an Omnitron that goes on failing', () => {
  it.each<{ what: string; status?: 504; faults: Fault[]; mode?: 'array' }>([
    { what: 'errors of its own', faults: [{ kind: 'server_error' }] },
    { what: 'an error on the second page', faults: [{ kind: 'server_error', page: 2 }] },
    { what: 'something that is no JSON', faults: [{ kind: 'not_json' }] },
    { what: 'half an answer', faults: [{ kind: 'cut_off' }] },
    { what: 'that the key it just gave has expired', faults: [{ kind: 'expired_key' }] },
    { what: 'that our credentials are wrong', faults: [{ kind: 'refuse_login' }, { kind: 'expired_key', times: 1 }] },
    { what: 'a redirect', faults: [{ kind: 'redirect' }] },
    { what: '64 MiB', faults: [{ kind: 'oversized', page: 2 }] },
    { what: 'pages without end', faults: [{ kind: 'endless' }] },
    { what: 'bare arrays without end', faults: [{ kind: 'endless' }], mode: 'array' },
    { what: 'rows twice and others not at all', faults: [{ kind: 'duplicates' }] },
    { what: 'another count on every page', faults: [{ kind: 'shrinking' }] },
    { what: 'to come back after the deadline', faults: [{ kind: 'too_many_requests', retryAfter: 600 }] },
    { what: 'nothing in time', status: 504, faults: [{ kind: 'latency', ms: 60_000 }] },
  ])('by answering $what is reported, and changes nothing', async ({ status = 502, faults, mode }) => {
    await system.simulator.answerWith(mode ?? 'envelope');
    await system.simulator.misbehave(...faults);
    await failsWith(status);
  });

  it('is not followed where it redirects to', async () => {
    await system.simulator.misbehave({ kind: 'redirect' });
    await failsWith(502);
    const { recent } = await system.simulator.requests();
    expect(recent.filter(({ url }) => url.includes('moved'))).toEqual([]);
  });

  it('is refused for rows that make no sense', async () => {
    await system.simulator.setReasons([...upstreamReasons(249), { pk: 250, subject: { of: 'another kind' } } as never]);
    await failsWith(502);
  });
});

describe('an Omnitron whose failure passes', () => {
  it.each<Fault>([
    { kind: 'server_error', times: 2 },
    { kind: 'not_json', times: 1 },
    { kind: 'cut_off', times: 1 },
    { kind: 'expired_key', times: 1 },
    { kind: 'duplicates', times: 1 },
    { kind: 'duplicates_extra' },
    { kind: 'shrinking', times: 1 },
    { kind: 'endless', times: 1, page: 1 },
    { kind: 'latency', ms: 100 },
    { kind: 'latency', ms: 60_000, times: 1 },
  ])('by %p is pulled in one go', async (fault) => {
    await system.simulator.misbehave(fault);
    await succeeds(client.pull());
    expect(await hasNewSubjects()).toBe(true);
    expect((await client.page()).count).toBe(reasonsUpstream);
  });

  it('is logged in to once more when its key has expired', async () => {
    await system.simulator.misbehave({ kind: 'expired_key', times: 1 });
    await succeeds(client.pull());
    expect((await system.simulator.requests()).logins).toBe(1);
  });

  it('is left alone for as long as it asks for', async () => {
    await system.simulator.misbehave({ kind: 'too_many_requests', times: 1, retryAfter: 1 });
    await succeeds(client.pull());
    const [refused, next] = (await system.simulator.requests()).recent
      .filter(({ url }) => url.includes('cancellation_reasons'))
      .map(({ at }) => Date.parse(at));
    expect(next! - refused!).toBeGreaterThanOrEqual(1000);
  });

  it('never makes reasons inactive that its bare arrays lacked while they shrank', async () => {
    await system.simulator.answerWith('array');
    await system.simulator.misbehave({ kind: 'shrinking', times: 2 });
    await client.pull();
    expect(await client.reasons('?page_size=100&is_active=false')).toEqual([]);
  });

  it('by duplicates in bare arrays is read until two readings agree', async () => {
    await system.simulator.answerWith('array');
    await system.simulator.misbehave({ kind: 'duplicates', times: 1 });
    await succeeds(client.pull());
    expect(await hasNewSubjects()).toBe(true);
  });
});

describe('a pull', () => {
  it('is not stopped by a caller who leaves', async () => {
    await system.simulator.misbehave({ kind: 'latency', ms: 500 });
    const leaving = new AbortController();
    const left = client.pull(leaving.signal).catch((error: unknown) => (error as Error).name);
    await askedForReasons(1);
    leaving.abort();
    expect(await left).toBe('AbortError');
    await until('the pull has ended', hasNewSubjects);
  });

  it('is rolled back at its deadline', async () => {
    await system.restartApp('oms', { PULL_DEADLINE_SECONDS: '1' });
    await system.simulator.misbehave({ kind: 'latency', ms: 600, page: 3 }, { kind: 'latency', ms: 600, page: 1 });
    const answers = await Promise.all([client.pull(), client.pull()]);
    for (const answer of answers) expect([answer.status, answer.json]).toEqual([504, { detail: expect.any(String) }]);
    expect(await client.reasons()).toEqual(before);
    await system.simulator.behave();
    await succeeds(client.pull());
    await system.restartApp('oms');
  });

  it('leaves nothing half-written when oms is killed, and the next one works', async () => {
    await system.simulator.misbehave({ kind: 'latency', ms: 600, page: 3 });
    const answer = client.pull();
    await askedForReasons(3);
    system.app('oms').kill('SIGKILL');
    await system.app('oms').exited;
    expect(await refusal(answer)).toEqual([503, '1', { detail: 'Service temporarily unavailable, try again later.' }]);
    expect(await storedSubjects()).toEqual(before.map(({ subject }) => subject).toSorted());
    await system.simulator.behave();
    await system.startApp('oms');
    expect(await client.reasons()).toEqual(before);
    await succeeds(client.pull());
    expect(await hasNewSubjects()).toBe(true);
  });
});

async function succeeds(answer: Promise<Answer>): Promise<void> {
  const { status, text } = await answer;
  expect([status, text]).toEqual([200, '{}']);
}

async function failsWith(status: number): Promise<void> {
  const answer = await client.pull();
  expect([answer.status, answer.json]).toEqual([status, { detail: expect.stringMatching(/./) }]);
  expect(answer.headers['cache-control']).toBe('no-store');
  expect(await client.reasons()).toEqual(before);
}

async function refusal(answer: Promise<Answer>): Promise<unknown[]> {
  const { status, headers, json } = await answer;
  return [status, headers['retry-after'], json];
}

async function hasNewSubjects(): Promise<boolean> {
  return (await client.reasons()).every(({ subject }) => subject.endsWith(`of test ${tests}`));
}

const askedForReasons = (pages: number): Promise<unknown> =>
  until(`Omnitron is asked for ${pages} pages`, async () => (await system.simulator.reasonPagesAsked()) >= pages);

async function storedSubjects(): Promise<string[]> {
  const rows = await queryDatabase<{ subject: string }>(
    system.databases.oms.ownerUrl,
    'select subject from cancellation_reason',
  );
  return rows.map(({ subject }) => subject).toSorted();
}
