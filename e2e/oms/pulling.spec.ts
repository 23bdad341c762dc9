import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Client } from '../system/client.js';
import type { Answer } from '../system/http.js';
import { idsOf, ofUpstream, upstreamReason, upstreamReasons, type Reason } from '../system/reasons.js';
import { SharedSystem } from '../system/shared-system.js';

let system: SharedSystem;
/** Carries the default scopes, which is all but manage. */
let client: Client;
/** May do everything with the same account. */
let manager: Client;
/** An account that has no Omnitron. */
let unconnected: Client;

/** Three pages of what we ask Omnitron for. */
const reasonsUpstream = 250;

beforeAll(async () => {
  system = await SharedSystem.withSimulator();
  client = await system.newClient();
  [manager, unconnected] = await Promise.all([
    system.newToken(client.account, { scopes: 'oms:read,oms:sync,oms:manage' }),
    system.newAccount().then((account) => system.newToken(account)),
  ]);
});

afterAll(() => system.leave());

beforeEach(async () => {
  const { simulator } = system;
  await Promise.all([
    simulator.behave(),
    simulator.answerWith('envelope'),
    simulator.setReasons(upstreamReasons(reasonsUpstream)),
  ]);
  expect((await manager.forcePull()).status).toBe(200);
  await simulator.forgetRequests();
});

describe('a pull', () => {
  it('takes every page of Omnitron', async () => {
    const reasons = await client.reasons();
    expect(reasons.map(({ omnitron_id }) => omnitron_id).toSorted((one, other) => one - other)).toEqual(
      upstreamReasons(reasonsUpstream).map(({ pk }) => pk),
    );
  });

  it('takes all fields by the names that Omnitron gives them, an unknown type as it is', async () => {
    await system.simulator.changeReason(7, {
      subject: ' İade\n"ı" ',
      cancellation_type: 'teleported',
      order: -3,
      extra_information_needed: true,
      is_active: false,
    });
    await client.pull();
    expect(ofUpstream(await client.reasons(), 7)).toMatchObject({
      subject: ' İade\n"ı" ',
      cancellation_type: 'teleported',
      ordering: -3,
      extra_information_needed: true,
      is_active: false,
    });
  });

  it('writes nothing when nothing has changed, and says so in the log', async () => {
    const before = await client.reasons();
    const answer = await client.pull();
    expect(await client.reasons()).toEqual(before);
    expect(await pulled(answer)).toMatchObject({ seen: reasonsUpstream, inserted: 0, updated: 0, deactivated: 0 });
  });

  it('moves `modified_date` of what has changed, and of nothing else', async () => {
    const before = await client.reasons();
    await system.simulator.changeReason(120, { subject: 'Otherwise' });
    const answer = await client.pull();
    const after = await client.reasons();
    const [was, is] = [ofUpstream(before, 120), ofUpstream(after, 120)];
    expect(is).toEqual({ ...was, subject: 'Otherwise', modified_date: is.modified_date });
    expect(is.modified_date > was.modified_date).toBe(true);
    expect(without(after, 120)).toEqual(without(before, 120));
    expect(await pulled(answer)).toMatchObject({ inserted: 0, updated: 1, deactivated: 0 });
  });

  it('deactivates what is gone under the same id, and activates it again when it is back', async () => {
    const before = await client.reasons();
    const { id, modified_date: modified } = ofUpstream(before, 44);
    await system.simulator.removeReason(44);
    expect(await pulled(await client.pull())).toMatchObject({ inserted: 0, updated: 0, deactivated: 1 });
    const gone = await client.reasons();
    expect(ofUpstream(gone, 44)).toMatchObject({ id, is_active: false });
    expect(ofUpstream(gone, 44).modified_date > modified).toBe(true);
    await system.simulator.setReasons(upstreamReasons(reasonsUpstream));
    expect(await pulled(await client.pull())).toMatchObject({ inserted: 0, updated: 1, deactivated: 0 });
    const back = await client.reasons();
    expect(ofUpstream(back, 44)).toMatchObject({ id, is_active: true });
    expect([idsOf(back), without(back, 44)]).toEqual([idsOf(before), without(before, 44)]);
  });

  it('takes what is not meant for an OMS as gone', async () => {
    const { id } = ofUpstream(await client.reasons(), 9);
    await system.simulator.changeReason(9, { send_to_oms: false });
    await client.pull();
    expect(ofUpstream(await client.reasons(), 9)).toMatchObject({ id, is_active: false });
    await system.simulator.changeReason(9, { send_to_oms: true });
    await client.pull();
    expect(ofUpstream(await client.reasons(), 9)).toMatchObject({ id, is_active: true });
  });

  it('keeps ids stable when Omnitron reorders its reasons', async () => {
    const before = await client.reasons('?page_size=100&sort=id');
    await system.simulator.setReasons(
      upstreamReasons(reasonsUpstream).map((reason) => ({ ...reason, order: 1000 - reason.pk })),
    );
    await client.pull();
    const after = await client.reasons('?page_size=100&sort=id');
    expect(after.map(({ id, omnitron_id }) => [id, omnitron_id])).toEqual(
      before.map(({ id, omnitron_id }) => [id, omnitron_id]),
    );
    expect(after.every(({ ordering, omnitron_id }) => ordering === 1000 - omnitron_id)).toBe(true);
  });

  it('reads bare arrays as it reads envelopes', async () => {
    const before = await client.reasons();
    await system.simulator.answerWith('array');
    await system.simulator.changeReason(250, { subject: 'The last one' });
    expect(await pulled(await client.pull())).toMatchObject({
      seen: reasonsUpstream,
      inserted: 0,
      updated: 1,
      deactivated: 0,
    });
    expect(without(await client.reasons(), 250)).toEqual(without(before, 250));
  });

  it('is refused when the account has no Omnitron', async () => {
    const answer = await unconnected.pull();
    expect([answer.status, answer.json]).toEqual([502, { detail: expect.any(String) }]);
  });
});

describe('a pull that would deactivate more than half', () => {
  beforeEach(() => system.simulator.setReasons([...upstreamReasons(124), upstreamReason(1001)]));

  it('stops with the numbers and changes nothing', async () => {
    const before = await client.reasons();
    const answer = await client.pull();
    expect([answer.status, answer.json]).toEqual([409, { detail: expect.stringMatching(/\b126\b.*\b250\b/) }]);
    expect(await client.reasons()).toEqual(before);
  });

  it('goes on when a caller who may manage forces it', async () => {
    expect((await manager.request('POST', 'pull_from_omnitron/?force=false')).status).toBe(409);
    expect(await pulled(await manager.forcePull())).toMatchObject({ inserted: 1, updated: 0, deactivated: 126 });
    expect((await client.page('?is_active=true')).count).toBe(125);
  });

  it('is not forced by GET', async () => {
    expect((await manager.get('pull_from_omnitron/?force=true')).status).toBe(409);
  });

  it('is not forced by a caller who may not manage', async () => {
    const before = await client.reasons();
    const answer = await client.forcePull();
    expect([answer.status, answer.json]).toEqual([
      403,
      { detail: 'You do not have permission to perform this action.' },
    ]);
    expect(await client.reasons()).toEqual(before);
  });

  it('goes on by itself at exactly half', async () => {
    await system.simulator.setReasons(upstreamReasons(125));
    expect(await pulled(await client.pull())).toMatchObject({ deactivated: 125 });
  });
});

describe('pulls at the same time', () => {
  const twenty = (): Promise<Answer[]> => Promise.all(Array.from({ length: 20 }, () => client.pull()));

  beforeEach(async () => {
    await system.simulator.setReasons([upstreamReason(2001), ...upstreamReasons(90)]);
    await manager.forcePull();
    await system.simulator.misbehave({ kind: 'latency', ms: 400 });
    await system.simulator.forgetRequests();
  });

  it('share one upstream run', async () => {
    expect((await twenty()).map(({ status }) => status)).toEqual(Array(20).fill(200));
    expect(await system.simulator.reasonPagesAsked()).toBe(1);
  });

  it('share its failure too', async () => {
    await system.simulator.misbehave({ kind: 'latency', ms: 400 }, { kind: 'redirect' });
    const answers = await twenty();
    expect(answers.map(({ status }) => status)).toEqual(Array(20).fill(502));
    expect(await system.simulator.reasonPagesAsked()).toBe(1);
  });
});

/** The log line that says what a pull has written. */
async function pulled(answer: Answer): Promise<object> {
  expect([answer.status, answer.text]).toEqual([200, '{}']);
  return system.logged('oms', { msg: 'pulled cancellation reasons', requestId: answer.headers['x-request-id'] });
}

const without = (reasons: readonly Reason[], pk: number): Reason[] =>
  reasons.filter(({ omnitron_id }) => omnitron_id !== pk);
