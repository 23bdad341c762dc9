import 'reflect-metadata';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  createRefundRules,
  createRulesDraft,
  discardRulesDraft,
  listRulesDrafts,
  publishRulesDraft,
  quoteRefund,
  readRefundRules,
  readRulesDraft,
  replaceRefundRules,
  replaceRulesDraft,
  requestRefund,
  reservationAudit,
  reservationEvents,
  reservationSettings,
  retireRefundRules,
  saveReservation,
  unscheduleRulesDraft,
  type DraftState,
  type Publication,
  type RefundRules,
  type RefundRulesDraft,
} from '@refundry/contracts';
import { scopes } from '@refundry/auth';
import { NatsServer, testDatabase } from '@refundry/testing';
import type { MountedEndpoint } from '@refundry/resource';
import pg from 'pg';
import { flight, flightRules, RunningService } from '../testing/running-service.js';

let nats: NatsServer;
/** Two replicas. */
let service: RunningService;
let other: RunningService;
let owner: pg.Client;
/** With the service's own role, which may end its sessions. */
let ender: pg.Client;
let accounts = 0;

const newAccount = (): number => ++accounts;
const publicUrl = 'https://gateway.example/list';
const dearer = { ...flightRules, name: 'Dearer', tiers: [{ minutes_before: 0, percent: 90 }] };

beforeAll(async () => {
  nats = await NatsServer.start();
  const database = await testDatabase('reservation-refund');
  service = await RunningService.start(nats.url(), database);
  other = await RunningService.start(nats.url(), database);
  owner = new pg.Client({ connectionString: database.ownerUrl });
  ender = new pg.Client({ connectionString: database.url });
  await Promise.all([owner.connect(), ender.connect()]);
});

afterAll(async () => {
  await Promise.all([service.stop(), other.stop()]);
  await Promise.all([owner.end(), ender.end()]);
  await nats.stop();
});

const createRules = (account: number, others: object = {}): Promise<RefundRules> =>
  service.ask(createRefundRules, { account, body: { ...flightRules, ...others } });
const draft = (account: number, body: object): Promise<RefundRulesDraft> =>
  service.ask(createRulesDraft, { account, body });
const reason = 'The season begins';
const publish = (
  account: number,
  { id }: RefundRulesDraft,
  body: Partial<Publication> = {},
): Promise<RefundRulesDraft> => service.ask(publishRulesDraft, { account, key: String(id), body: { reason, ...body } });
const read = (account: number, { id }: Pick<RefundRulesDraft, 'id'>): Promise<RefundRulesDraft> =>
  service.ask(readRulesDraft, { account, key: String(id) });
const rulesOf = (account: number, id: number | null | undefined): Promise<RefundRules> =>
  service.ask(readRefundRules, { account, key: String(id) });

/** Sets it for a moment that is over when the service looks. */
const publishSoon = (account: number, { id }: RefundRulesDraft): Promise<RefundRulesDraft> =>
  service.ask(publishRulesDraft, {
    account,
    key: String(id),
    receivedAt: Date.now() - 60_000,
    body: { reason, publish_at: new Date(Date.now() - 1000).toISOString() },
  });

async function untilIs(account: number, one: RefundRulesDraft, status: DraftState): Promise<RefundRulesDraft> {
  for (;;) {
    const found = await read(account, one);
    if (found.status === status) return found;
  }
}

const column = async (account: number, table: string, expression: string): Promise<unknown[]> =>
  (
    await owner.query<{ value: unknown }>(
      `select ${expression} as value from ${table} where account_id = $1 order by id`,
      [account],
    )
  ).rows.map(({ value }) => value);

/** All events of an account, logged or still to be. */
const events = async (account: number): Promise<{ type: string }[]> => {
  for (;;) {
    if ((await column(account, 'outbox', 'is_logged')).includes(false)) continue;
    const { results } = await service.ask<{ results: { type: string; data: object; subject: string }[] }>(
      reservationEvents.list,
      { account, publicUrl, publicBase: 'https://gateway.example/' },
    );
    return results.map(({ type, data, subject }) => ({ type, data, subject }));
  }
};
const decisions = async (account: number): Promise<object[]> => {
  const { results } = await service.ask<{
    results: { action: string; reason: string | null; actor_kind: string; actor: string }[];
  }>(reservationAudit.list, { account, query: 'page_size=100', publicUrl });
  return results.map(({ action, reason: why }) => ({ action, reason: why })).reverse();
};

describe('a draft', () => {
  it('is kept as it was given, and prices nothing', async () => {
    const account = newAccount();
    const made = await draft(account, { rules: { ...flightRules, departs_from: '2027-01-01T00:00:00+03:30' } });
    expect(made).toMatchObject({
      status: 'draft',
      rules_id: null,
      based_on: null,
      domain: 'shop.example',
      publish_at: null,
      problem: null,
      published_version: null,
      rules: {
        name: 'Domestic flights',
        service: 'flight',
        supplier: null,
        departs_from: '2026-12-31T20:30:00Z',
        departs_until: null,
        grace_minutes: 0,
      },
    });
    expect(made.rules.tiers[2]).toEqual(
      expect.objectContaining({ minutes_before: 180, percent: 70, days_before: null, rounding: null }),
    );
    expect(await read(account, made)).toEqual(made);
    expect(await service.ask(listRulesDrafts, { account, query: 'status=draft', publicUrl })).toMatchObject({
      count: 1,
      results: [made],
    });
    await service.ask(saveReservation, { account, key: '1', body: flight });
    expect(await service.ask(quoteRefund, { account, body: { reserve_id: 1 } })).toMatchObject({ refundable: false });
    expect(await events(account)).toEqual([]);
  });

  it('is changed, with its errors below the name of its content', async () => {
    const account = newAccount();
    const made = await draft(account, { rules: flightRules });
    const key = String(made.id);
    expect(await service.ask(replaceRulesDraft, { account, key, body: { rules: dearer } })).toMatchObject({
      id: made.id,
      rules: { name: 'Dearer', tiers: [{ percent: 90 }] },
    });
    for (const [rules, fields] of [
      [{ ...dearer, tiers: [] }, { rules: { tiers: ['This list may not be empty.'] } }],
      [{ ...dearer, name: '' }, { rules: { name: ['This field may not be blank.'] } }],
    ] as const) {
      await expect(draft(account, { rules })).rejects.toMatchObject({ code: 'invalid', fields });
      await expect(service.ask(replaceRulesDraft, { account, key, body: { rules } })).rejects.toMatchObject({
        code: 'invalid',
        fields,
      });
    }
  });

  it('becomes a rule set, recorded with the reason', async () => {
    const account = newAccount();
    const published = await publish(account, await draft(account, { rules: flightRules }));
    expect(published).toMatchObject({ status: 'published', published_version: 1, reason });
    const { rules_id: id } = published;
    expect(await rulesOf(account, id)).toMatchObject({ version: 1, name: 'Domestic flights', domain: 'shop.example' });
    expect(await decisions(account)).toEqual([
      { action: 'refund_rules_draft.created', reason: null },
      { action: 'refund_rules.created', reason },
      { action: 'refund_rules_draft.published', reason },
    ]);
    expect(await events(account)).toEqual([
      { type: 'refund_rules.published', data: { rules: id, rules_version: 1 }, subject: `refund/rules/${id}` },
    ]);
    await expect(publish(account, published)).rejects.toMatchObject({
      code: 'wrong_state',
      present: { of: 'draft', state: 'published', possible: [] },
    });
  });

  it('becomes the next version of a rule set', async () => {
    const account = newAccount();
    const { id } = await createRules(account);
    const made = await draft(account, { rules_id: id, rules: dearer });
    expect(made).toMatchObject({ rules_id: id, based_on: 1 });
    expect(await publish(account, made)).toMatchObject({ rules_id: id, published_version: 2 });
    expect(await rulesOf(account, id)).toMatchObject({ version: 2, name: 'Dearer' });
  });

  it('is not published over a version that it does not know, until it says that it does', async () => {
    const account = newAccount();
    const { id } = await createRules(account);
    const [first, second] = [
      await draft(account, { rules_id: id, rules: dearer }),
      await draft(account, { rules_id: id, rules: { ...dearer, name: 'Dearest' } }),
    ];
    await publish(account, first);
    await expect(publish(account, second)).rejects.toMatchObject({
      code: 'invalid',
      fields: { based_on: [`Rules ${id} have version 2 by now.`] },
    });
    const key = String(second.id);
    await expect(
      service.ask(replaceRulesDraft, { account, key, body: { based_on: 3, rules: dearer } }),
    ).rejects.toMatchObject({ fields: { based_on: ['Ensure this value is less than or equal to 2.'] } });
    await service.ask(replaceRulesDraft, { account, key, body: { based_on: 2, rules: dearer } });
    expect(await publish(account, second)).toMatchObject({ published_version: 3 });
  });

  it('is refused where its rule set is unknown, retired, or another than it was', async () => {
    const account = newAccount();
    const { id } = await createRules(account);
    await expect(draft(newAccount(), { rules_id: id, rules: dearer })).rejects.toMatchObject({ code: 'unknown_rules' });
    await expect(draft(account, { based_on: 1, rules: dearer })).rejects.toMatchObject({
      fields: { based_on: ['A new rule set is based on none.'] },
    });
    const made = await draft(account, { rules_id: id, rules: dearer });
    const { id: another } = await createRules(account, { carrier: 'W5' });
    await expect(
      service.ask(replaceRulesDraft, { account, key: String(made.id), body: { rules_id: another, rules: dearer } }),
    ).rejects.toMatchObject({ fields: { rules_id: ['A draft stays one of its rule set.'] } });
    await service.ask(retireRefundRules, { account, key: String(id) });
    const refused = { code: 'wrong_state', present: { of: 'rules', state: 'retired' } };
    await expect(draft(account, { rules_id: id, rules: dearer })).rejects.toMatchObject(refused);
    await expect(publish(account, made)).rejects.toMatchObject(refused);
  });

  it('is refused beside rules for the same reservations, and stays a draft', async () => {
    const account = newAccount();
    const { id } = await createRules(account);
    const made = await draft(account, { rules: dearer });
    await expect(publish(account, made)).rejects.toMatchObject({
      fields: {
        non_field_errors: [`Rules ${id}, "Domestic flights", hold for the same reservations at the same time.`],
      },
    });
    expect(await read(account, made)).toEqual(made);
  });

  it('that is discarded is nothing any more', async () => {
    const account = newAccount();
    const made = await draft(account, { rules: dearer });
    const key = String(made.id);
    expect(await service.ask(discardRulesDraft, { account, key })).toMatchObject({ status: 'discarded' });
    const refused = { code: 'wrong_state', present: { of: 'draft', state: 'discarded', possible: [] } };
    for (const [endpoint, body] of [
      [discardRulesDraft, undefined],
      [unscheduleRulesDraft, undefined],
      [publishRulesDraft, { reason }],
      [replaceRulesDraft, { rules: dearer }],
    ] as const)
      await expect(service.ask(endpoint, { account, key, body })).rejects.toMatchObject(refused);
  });

  it("is never another account's", async () => {
    const { id } = await draft(newAccount(), { rules: dearer });
    const account = newAccount();
    for (const [endpoint, body] of [
      [readRulesDraft, undefined],
      [discardRulesDraft, undefined],
      [unscheduleRulesDraft, undefined],
      [publishRulesDraft, { reason }],
      [replaceRulesDraft, { rules: dearer }],
    ] as [MountedEndpoint, object | undefined][])
      for (const key of [String(id), `0${id}`, 'x'])
        await expect(service.ask(endpoint, { account, key, body })).rejects.toMatchObject({ code: 'unknown_row' });
  });

  it('is one of a bounded number', async () => {
    const account = newAccount();
    await owner.query(
      `insert into refund_rules_draft (account_id, status, domain, rules)
        select $1, 'draft', 'shop.example', '{}' from generate_series(1, 1000)`,
      [account],
    );
    await expect(draft(account, { rules: dearer })).rejects.toMatchObject({
      fields: { non_field_errors: ['An account has no more than 1000 open drafts.'] },
    });
  });
});

describe('a draft that is scheduled', () => {
  it('is published when its time has come, once, by whichever replica', async () => {
    const account = newAccount();
    const made = await Promise.all(
      Array.from({ length: 6 }, (_, number) => draft(account, { rules: { ...dearer, carrier: `W${number}` } })),
    );
    await Promise.all(made.map((one) => publishSoon(account, one)));
    const published = await Promise.all(made.map((one) => untilIs(account, one, 'published')));
    for (const one of published) expect(one).toMatchObject({ published_version: 1, problem: null, reason });
    expect(await column(account, 'refund_rules_version', 'version')).toEqual(made.map(() => 1));
    expect((await events(account)).map(({ type }) => type)).toEqual(made.map(() => 'refund_rules.published'));
    const recorded = await column(
      account,
      'audit_entry',
      "action || ' ' || coalesce(actor, '') || coalesce(reason, '')",
    );
    expect(recorded.filter((text) => String(text).startsWith('refund_rules.created'))).toEqual(
      made.map(() => `refund_rules.created scheduled-publications${reason}`),
    );
  });

  it('waits for its moment, can be taken back, and is not changed meanwhile', async () => {
    const account = newAccount();
    const made = await draft(account, { rules: dearer });
    const at = '2099-01-01T00:00:00Z';
    await expect(publish(account, made, { publish_at: '2020-01-01T00:00:00Z' })).rejects.toMatchObject({
      fields: { publish_at: ['Ensure this is in the future.'] },
    });
    expect(await publish(account, made, { publish_at: at })).toMatchObject({ status: 'scheduled', publish_at: at });
    const key = String(made.id);
    const refused = { present: { of: 'draft', state: 'scheduled', possible: ['draft', 'published', 'discarded'] } };
    await expect(service.ask(replaceRulesDraft, { account, key, body: { rules: dearer } })).rejects.toMatchObject(
      refused,
    );
    await expect(publish(account, made, { publish_at: at })).rejects.toMatchObject(refused);
    const taken = await service.ask<RefundRulesDraft>(unscheduleRulesDraft, { account, key });
    expect(taken).toMatchObject({ status: 'draft', publish_at: null, reason: null });
    await expect(service.ask(unscheduleRulesDraft, { account, key })).rejects.toMatchObject({
      present: { state: 'draft' },
    });
    expect(await decisions(account)).toEqual([
      { action: 'refund_rules_draft.created', reason: null },
      { action: 'refund_rules_draft.scheduled', reason },
      { action: 'refund_rules_draft.unscheduled', reason: null },
    ]);
  });

  it.each([
    [
      'others hold for the same reservations',
      async (account: number) => {
        const { id } = await createRules(account, { carrier: 'W9' });
        return `Rules ${id}, "Domestic flights", hold for the same reservations at the same time.`;
      },
    ],
    [
      'its rule set was retired',
      async (account: number, id: number) => {
        await service.ask(retireRefundRules, { account, key: String(id) });
        return 'The rules are retired.';
      },
    ],
    [
      'its rule set has changed',
      async (account: number, id: number) => {
        await service.ask(replaceRefundRules, { account, key: String(id), body: flightRules });
        return `Rules ${id} have version 2 by now.`;
      },
    ],
  ])('is a draft again where %s, and others are published past it', async (_name, spoil) => {
    const account = newAccount();
    const { id } = await createRules(account);
    const made = await draft(account, { rules_id: id, rules: { ...dearer, carrier: 'W9' } });
    const another = await draft(account, { rules: { ...dearer, service: 'bus' } });
    const problem = await spoil(account, id);
    await publishSoon(account, made);
    await publishSoon(account, another);
    await untilIs(account, another, 'published');
    expect(await untilIs(account, made, 'draft')).toMatchObject({ problem, publish_at: null, rules_id: id });
    expect(await events(account)).toContainEqual({
      type: 'refund_rules.publication_refused',
      data: { draft: made.id },
      subject: `refund/rules/drafts/${made.id}`,
    });
    expect(await column(account, 'audit_entry', 'action')).toContain('refund_rules_draft.refused');
  });

  it('is published once, though the one who publishes it is cut off in the midst', async () => {
    const account = newAccount();
    const made = await draft(account, { rules: dearer });
    await owner.query(`
      create function delay() returns trigger language plpgsql as $$ begin perform pg_advisory_xact_lock(21);
        return null; end $$;
      create trigger delay after insert on refund_rules_version for each row when (new.account_id = ${account})
        execute function delay();
      select pg_advisory_lock(21);
    `);
    await publishSoon(account, made);
    const waiters = `select pid from pg_locks where locktype = 'advisory' and objid = 21 and not granted
      and database = (select oid from pg_database where datname = current_database())`;
    for (;;) {
      const { rows } = await owner.query<{ pid: number }>(waiters);
      if (rows.length === 0) continue;
      await ender.query('select pg_terminate_backend($1)', [rows[0]?.pid]);
      break;
    }
    expect(await read(account, made)).toMatchObject({ status: 'scheduled' });
    await owner.query('select pg_advisory_unlock_all()');
    expect(await untilIs(account, made, 'published')).toMatchObject({ published_version: 1 });
    await owner.query('drop function delay cascade');
    expect(await column(account, 'refund_rules', 'version')).toEqual([1]);
    expect((await events(account)).map(({ type }) => type)).toEqual(['refund_rules.published']);
  });
});

describe('two who publish one draft at once', () => {
  it('make one version of it', async () => {
    const account = newAccount();
    const made = await draft(account, { rules: dearer });
    const outcomes = await Promise.allSettled(
      [service, other, service, other].map((replica) =>
        replica.ask(publishRulesDraft, { account, key: String(made.id), body: { reason } }),
      ),
    );
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const outcome of outcomes)
      if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject({ code: 'wrong_state' });
    expect(await column(account, 'refund_rules_version', 'version')).toEqual([1]);
    expect(await events(account)).toHaveLength(1);
  });

  it('and another draft of the same rules make one version of the two', async () => {
    const account = newAccount();
    const { id } = await createRules(account);
    const made = await Promise.all([1, 2, 3].map(() => draft(account, { rules_id: id, rules: dearer })));
    const outcomes = await Promise.allSettled(made.map((one) => publish(account, one)));
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(await rulesOf(account, id)).toMatchObject({ version: 2 });
  });
});

describe('a refund that is requested while rules are published', () => {
  it('has the penalty that was seen by the rules that gave it, or is refused with that of the new ones', async () => {
    for (let round = 0; round < 8; round++) {
      const account = newAccount();
      const { id } = await createRules(account);
      await service.ask(saveReservation, { account, key: '1', body: flight });
      const made = await draft(account, { rules_id: id, rules: dearer });
      const receivedAt = Date.parse('2027-03-01T08:00:00Z');
      const body = { reserve_id: 1, expected_penalty: 3_000_000 };
      const [refund] = await Promise.allSettled([
        other.ask(requestRefund, { account, receivedAt, body }),
        publish(account, made),
      ]);
      if (refund.status === 'fulfilled') expect(refund.value).toMatchObject({ penalty: 3_000_000, rule_version: 1 });
      else expect(refund.reason).toMatchObject({ code: 'penalty_changed', payload: { penalty: 9_000_000 } });
    }
  });
});

describe('where the account wants a second person', () => {
  const caller = (account: number, id?: string) => ({
    account,
    domain: 'shop.example',
    scopes: Object.values(scopes.reservation),
    ...(id !== undefined && { actor: { kind: 'signed_token' as const, id } }),
  });

  it('who changed a draft last does not publish it, nor one who is not known', async () => {
    const account = newAccount();
    await service.ask(reservationSettings.update, { account, body: { second_person_publishes: true } });
    const made = await service.ask<RefundRulesDraft>(createRulesDraft, {
      caller: caller(account, '1'),
      body: { rules: dearer },
    });
    const key = String(made.id);
    await service.ask(replaceRulesDraft, { caller: caller(account, '2'), key, body: { rules: dearer } });
    for (const id of ['2', undefined])
      for (const body of [{ reason }, { reason, publish_at: '2099-01-01T00:00:00Z' }])
        await expect(service.ask(publishRulesDraft, { caller: caller(account, id), key, body })).rejects.toMatchObject({
          code: 'second_person_needed',
        });
    expect(await service.ask(publishRulesDraft, { caller: caller(account, '1'), key, body: { reason } })).toMatchObject(
      { status: 'published' },
    );
  });

  it('others publish what they have drafted themselves', async () => {
    const account = newAccount();
    const made = await service.ask<RefundRulesDraft>(createRulesDraft, {
      caller: caller(account, '1'),
      body: { rules: dearer },
    });
    expect(
      await service.ask(publishRulesDraft, { caller: caller(account, '1'), key: String(made.id), body: { reason } }),
    ).toMatchObject({ status: 'published' });
  });
});

describe('rules that are changed without a draft', () => {
  it('are published and retired as events say', async () => {
    const account = newAccount();
    const { id } = await createRules(account);
    const key = String(id);
    await service.ask(replaceRefundRules, { account, key, body: dearer });
    await service.ask(retireRefundRules, { account, key });
    await service.ask(retireRefundRules, { account, key });
    const subject = `refund/rules/${id}`;
    expect(await events(account)).toEqual([
      { type: 'refund_rules.published', data: { rules: id, rules_version: 1 }, subject },
      { type: 'refund_rules.published', data: { rules: id, rules_version: 2 }, subject },
      { type: 'refund_rules.retired', data: { rules: id, rules_version: 2 }, subject },
    ]);
  });
});
