import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Client } from '../system/client.js';
import { idsOf, upstreamReasons } from '../system/reasons.js';
import { SharedSystem } from '../system/shared-system.js';
import { Simulator } from '../system/simulator.js';

let system: SharedSystem;
/** Two accounts, each with an Omnitron of its own whose reasons have the same keys. */
let [ours, theirs] = [] as unknown as [Client, Client];
let theirOmnitron: Simulator;

beforeAll(async () => {
  [system, theirOmnitron] = await Promise.all([SharedSystem.withSimulator(), Simulator.start()]);
  [ours, theirs] = await Promise.all([system.newClient(), system.newClient({ omnitron: theirOmnitron })]);
  await Promise.all([system.simulator.setReasons(named(12, 'our')), theirOmnitron.setReasons(named(7, 'their'))]);
  expect((await Promise.all([ours.pull(), theirs.pull()])).map(({ status }) => status)).toEqual([200, 200]);
});

afterAll(() => Promise.all([theirOmnitron.stop(), system.leave()]));

beforeEach(() => Promise.all([system.simulator.forgetRequests(), theirOmnitron.forgetRequests()]));

describe('two accounts', () => {
  it('list and count their own reasons only', async () => {
    for (const query of [
      '',
      '?page=1',
      '?id__gt=0',
      '?is_active=true',
      '?page_size=100&sort=-id',
      '?cancellation_type=cancel',
    ]) {
      const [our, their] = await Promise.all([ours.page(query), theirs.page(query)]);
      expect([our.count, their.count]).toEqual([12, 7]);
      expect(our.results.every(({ subject }) => subject.startsWith('our'))).toBe(true);
      expect(their.results.every(({ subject }) => subject.startsWith('their'))).toBe(true);
    }
    expect((await theirs.page('?omnitron_id=12')).count).toBe(0);
  });

  it('do not find each other’s reasons by id', async () => {
    const [our, their] = [idsOf(await ours.reasons()), idsOf(await theirs.reasons())];
    expect(our.filter((id) => their.includes(id))).toEqual([]);
    for (const [client, own, foreign] of [
      [ours, our, their],
      [theirs, their, our],
    ] as const) {
      for (const id of own) expect((await client.get(`${id}/`)).status).toBe(200);
      const unknown = (await client.get('999999/')).text;
      for (const id of foreign) {
        const { status, text } = await client.get(`${id}/`);
        expect([status, text]).toEqual([404, unknown]);
      }
    }
  });

  it('pull from their own Omnitron only, and change nothing of each other’s', async () => {
    const before = await theirs.reasons();
    await system.simulator.changeReason(1, { subject: 'our new one' });
    expect((await ours.pull()).status).toBe(200);
    expect((await theirOmnitron.requests()).total).toBe(0);
    expect(await theirs.reasons()).toEqual(before);
  });

  it('pull at the same time without sharing a run', async () => {
    await Promise.all(
      [system.simulator, theirOmnitron].map((omnitron) => omnitron.misbehave({ kind: 'latency', ms: 300 })),
    );
    const answers = await Promise.all([ours.pull(), theirs.pull(), ours.pull(), theirs.pull()]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    expect(await Promise.all([system.simulator.reasonPagesAsked(), theirOmnitron.reasonPagesAsked()])).toEqual([1, 1]);
    await Promise.all([system.simulator, theirOmnitron].map((omnitron) => omnitron.behave()));
  });

  it('are each pulled though the other’s Omnitron is down', async () => {
    await theirOmnitron.misbehave({ kind: 'refuse_login' }, { kind: 'redirect' });
    const answers = await Promise.all([ours.pull(), theirs.pull()]);
    expect(answers.map(({ status }) => status)).toEqual([200, 502]);
    await theirOmnitron.behave();
  });
});

describe('the tokens of one account', () => {
  it('see the same reasons', async () => {
    const other = await system.newToken(ours.account);
    expect(await other.reasons()).toEqual(await ours.reasons());
  });
});

function named(count: number, whose: string): ReturnType<typeof upstreamReasons> {
  return upstreamReasons(count).map((reason) => ({ ...reason, subject: `${whose} ${reason.subject}` }));
}
