import 'reflect-metadata';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  createRefundRules,
  createRulesDraft,
  listRulesVersions,
  publishRulesDraft,
  readDraftChanges,
  readRulesChanges,
  replaceRefundRules,
  type RefundRules,
  type RefundRulesDraft,
  type RulesChanges,
} from '@refundry/contracts';
import { NatsServer, testDatabase } from '@refundry/testing';
import { flightRules, RunningService } from '../testing/running-service.js';

let nats: NatsServer;
let service: RunningService;
let accounts = 0;

beforeAll(async () => {
  nats = await NatsServer.start();
  service = await RunningService.start(nats.url(), await testDatabase('reservation-refund'));
});

afterAll(async () => {
  await service.stop();
  await nats.stop();
});

const newAccount = (): number => ++accounts;
const [first, second, third] = [
  flightRules,
  {
    ...flightRules,
    name: 'Nowruz',
    supplier: 'charter',
    departs_from: '2027-03-15',
    tiers: [
      { days_before: 3, clock: '12:00', percent: 40 },
      ...flightRules.tiers.slice(1, 3),
      { minutes_before: 0, amount: 5 },
    ],
  },
  { ...flightRules, tiers: [...flightRules.tiers, { no_show: true, nights: 1 }] },
];

async function newVersions(account: number): Promise<string> {
  const { id } = await service.ask<RefundRules>(createRefundRules, { account, body: first });
  const key = String(id);
  for (const body of [second, third]) await service.ask(replaceRefundRules, { account, key, body });
  return key;
}

const changesOf = (account: number, within: string, key: string, query = ''): Promise<RulesChanges> =>
  service.ask(readRulesChanges, { account, within, key, query });

const toSecond = [
  { field: 'name', before: 'Domestic flights', after: 'Nowruz' },
  { field: 'supplier', before: null, after: 'charter' },
  { field: 'departs_from', before: null, after: '2027-03-15T00:00:00Z' },
  { field: 'tiers[0].percent', before: 30, after: 40 },
  { field: 'tiers[3].percent', before: 100, after: null },
  { field: 'tiers[3].amount', before: null, after: 5 },
];

describe('the changes of a version', () => {
  it('are what differs from the one before, tiers by their place', async () => {
    const account = newAccount();
    const rules = await newVersions(account);
    expect(await changesOf(account, rules, '2')).toEqual({ against: 1, changes: toSecond });
    const back = await changesOf(account, rules, '3');
    expect(back.changes.at(-1)).toEqual({ field: 'tiers[4]', before: null, after: { no_show: true, nights: 1 } });
  });

  it('are what differs from any that is named, itself too', async () => {
    const account = newAccount();
    const rules = await newVersions(account);
    expect(await changesOf(account, rules, '1', 'against=3')).toEqual({
      against: 3,
      changes: [
        { field: 'departs_from', before: '2027-03-15T00:00:00Z', after: null },
        { field: 'tiers[4]', before: { no_show: true, nights: 1 }, after: null },
      ],
    });
    expect(await changesOf(account, rules, '2', 'against=2')).toEqual({ against: 2, changes: [] });
  });

  it('are everything that the first one says', async () => {
    const account = newAccount();
    expect(await changesOf(account, await newVersions(account), '1')).toEqual({
      against: null,
      changes: [
        { field: 'name', before: null, after: 'Domestic flights' },
        { field: 'service', before: null, after: 'flight' },
        { field: 'grace_minutes', before: null, after: 0 },
        ...flightRules.tiers.map((tier, place) => ({ field: `tiers[${place}]`, before: null, after: tier })),
      ],
    });
  });

  it('are those of versions that there are, of rules of the account', async () => {
    const account = newAccount();
    const rules = await newVersions(account);
    for (const [of, within, key, query] of [
      [account, rules, '4', ''],
      [account, rules, '0', ''],
      [account, rules, 'x', ''],
      [account, rules, '1', 'against=9'],
      [account, `0${rules}`, '1', ''],
      [newAccount(), rules, '1', ''],
    ] as const)
      await expect(changesOf(of, within, key, query)).rejects.toMatchObject({ code: 'unknown_rules' });
    await expect(changesOf(account, rules, '1', 'against=0')).rejects.toMatchObject({
      fields: { against: ['Ensure this value is greater than or equal to 1.'] },
    });
  });
});

describe('the versions of a rule set', () => {
  it('are listed, the latest first', async () => {
    const account = newAccount();
    const rules = await newVersions(account);
    await newVersions(newAccount());
    const list = (query: string, of = account, within = rules): Promise<object> =>
      service.ask(listRulesVersions, { account: of, within, query, publicUrl: 'https://gateway.example/versions' });
    expect(await list('')).toMatchObject({
      count: 3,
      results: [
        { id: Number(rules), version: 3, name: 'Domestic flights', published_date: expect.stringMatching(/Z$/) },
        { version: 2, name: 'Nowruz' },
        { version: 1 },
      ],
    });
    expect(await list('page_size=1&page=2')).toMatchObject({ count: 3, results: [{ version: 2 }] });
    expect(await list('cursor=*&page_size=2&sort=version')).toMatchObject({
      results: [{ version: 1 }, { version: 2 }],
    });
    for (const [of, within] of [
      [newAccount(), rules],
      [account, '987654321'],
      [account, 'x'],
    ] as const)
      await expect(list('', of, within)).rejects.toMatchObject({ code: 'unknown_rules' });
  });
});

describe('the changes of a draft', () => {
  const draft = (account: number, body: object): Promise<RefundRulesDraft> =>
    service.ask(createRulesDraft, { account, body });
  const ofDraft = (account: number, id: number): Promise<RulesChanges> =>
    service.ask(readDraftChanges, { account, key: String(id) });

  it('are what it would change of the rules as they are, and afterwards what it has changed', async () => {
    const account = newAccount();
    const { id: rules } = await service.ask<RefundRules>(createRefundRules, { account, body: first });
    const { id } = await draft(account, { rules_id: rules, rules: second });
    expect(await ofDraft(account, id)).toEqual({ against: 1, changes: toSecond });
    await service.ask(publishRulesDraft, { account, key: String(id), body: { reason: 'Nowruz' } });
    await service.ask(replaceRefundRules, { account, key: String(rules), body: third });
    expect(await ofDraft(account, id)).toEqual({ against: 1, changes: toSecond });
  });

  it('are everything that a new rule set says', async () => {
    const account = newAccount();
    const { id } = await draft(account, { rules: third });
    const { against, changes } = await ofDraft(account, id);
    expect([against, changes[0]]).toEqual([null, { field: 'name', before: null, after: 'Domestic flights' }]);
    await service.ask(publishRulesDraft, { account, key: String(id), body: { reason: 'New' } });
    expect(await ofDraft(account, id)).toEqual({ against, changes });
    await expect(ofDraft(newAccount(), id)).rejects.toMatchObject({ code: 'unknown_row' });
  });
});
