import 'reflect-metadata';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  abortRulesImpact,
  createRefundRules,
  createRulesDraft,
  discardRulesDraft,
  listRulesImpacts,
  publishRulesDraft,
  quoteRefund,
  readRulesImpact,
  saveReservation,
  startRulesImpact,
  type RefundQuote,
  type RefundRules,
  type RefundRulesDraft,
  type RulesImpact,
} from '@refundry/contracts';
import { NatsServer, testDatabase } from '@refundry/testing';
import fc from 'fast-check';
import pg from 'pg';
import { flight, flightRules, RunningService } from '../testing/running-service.js';

let nats: NatsServer;
let database: { url: string; ownerUrl: string };
let service: RunningService;
let owner: pg.Client;
let accounts = 0;

beforeAll(async () => {
  nats = await NatsServer.start();
  database = await testDatabase('reservation-refund');
  service = await RunningService.start(nats.url(), database);
  owner = new pg.Client({ connectionString: database.ownerUrl });
  await owner.connect();
});

afterAll(async () => {
  await service.stop();
  await owner.end();
  await nats.stop();
});

const newAccount = (): number => ++accounts;
/** Nine days before the flight starts: 30 % by the rules there are. */
const receivedAt = Date.parse('2027-03-01T08:00:00Z');
const percent = (value: number): object => ({ tiers: [{ minutes_before: 0, percent: value }] });
const createRules = (account: number, others: object = {}): Promise<RefundRules> =>
  service.ask(createRefundRules, { account, body: { ...flightRules, ...others } });
const save = (account: number, id: number, others: object = {}): Promise<object> =>
  service.ask(saveReservation, {
    account,
    key: String(id),
    body: { ...flight, local_pnr: `L${id}`, original_pnr: `O${id}`, ...others },
  });
const start = (account: number, body: object): Promise<RulesImpact> =>
  service.ask(startRulesImpact, { account, receivedAt, body });
const read = (account: number, { id }: RulesImpact): Promise<RulesImpact> =>
  service.ask(readRulesImpact, { account, key: String(id) });

async function ended(account: number, impact: RulesImpact): Promise<RulesImpact> {
  for (;;) {
    const found = await read(account, impact);
    if (found.state !== 'working') return found;
  }
}
const preview = async (account: number, body: object): Promise<RulesImpact> =>
  ended(account, await start(account, body));

/** Many reservations at once, each for as many Rial as its number times a thousand. */
const fill = (account: number, count: number): Promise<unknown> =>
  owner.query(
    `insert into reservation (account_id, id, local_pnr, local_pnr_key, service, issued_at, starts_at, zone, passengers,
       price, status)
     select $1, n, 'L' || n, '', 'flight', '2027-01-01', '2027-03-10'::timestamptz + n * interval '1 minute',
       'Asia/Tehran', 1, n * 1000, 'confirmed' from generate_series(1, $2::integer) n`,
    [account, count],
  );

describe('the impact of rules', () => {
  it('is told for open reservations, by the rules as they would be chosen', async () => {
    const account = newAccount();
    const { id: rules } = await createRules(account, { carrier: 'W5' });
    await save(account, 1);
    await save(account, 2, { price: 20_000_000 });
    await save(account, 3, { carrier: 'W6' });
    await save(account, 4, { carrier: 'W6', fare_class: 'J' });
    await save(account, 5, { status: 'canceled' });
    await save(account, 6, { starts_at: '2027-03-01T08:00:00Z' });
    await save(account, 7, { service: 'bus', carrier: null });
    const impact = await preview(account, { rules: { name: 'Y', fare_class: 'y', ...percent(50) } });
    expect(impact).toMatchObject({
      state: 'finished',
      draft_id: null,
      rules_id: null,
      priced_at: '2027-03-01T08:00:00Z',
      expected: 5,
      checked: 5,
      // Rules for a carrier and a service are more specific than for a fare class.
      unchanged: 3,
      priced_differently: 0,
      newly_refundable: 2,
      no_longer_refundable: 0,
      penalty_before: 9_000_000,
      penalty_after: 19_000_000,
      examples: [
        { reserve_id: 3, before: null, after: 5_000_000 },
        { reserve_id: 7, before: null, after: 5_000_000 },
      ],
    });
    const replaced = await preview(account, {
      rules_id: rules,
      rules: { ...flightRules, ...percent(80), carrier: 'W5', valid_until: '2026-06-01' },
    });
    expect(replaced).toMatchObject({
      unchanged: 3,
      no_longer_refundable: 2,
      penalty_before: 9_000_000,
      penalty_after: 0,
      examples: [
        { reserve_id: 2, before: 6_000_000, after: null },
        { reserve_id: 1, before: 3_000_000, after: null },
      ],
    });
    expect(await service.ask(listRulesImpacts, { account, publicUrl: 'https://g.example/i' })).toMatchObject({
      count: 2,
      results: [impact, replaced],
    });
  });

  it('is that of a draft, and comes true when it is published', async () => {
    const account = newAccount();
    const { id: rules } = await createRules(account);
    const prices = [1, 2, 3].map((price) => price * 1_234_567);
    for (const [index, price] of prices.entries()) await save(account, index + 1, { price, carrier: ' ｗ5' });
    const draft = await service.ask<RefundRulesDraft>(createRulesDraft, {
      account,
      body: { rules_id: rules, rules: { ...flightRules, carrier: 'w۵', ...percent(45) } },
    });
    const impact = await preview(account, { draft_id: draft.id });
    expect(impact).toMatchObject({ draft_id: draft.id, rules_id: rules, priced_differently: 3 });
    const quotes = (): Promise<RefundQuote[]> =>
      Promise.all(
        prices.map((_price, index) =>
          service.ask<RefundQuote>(quoteRefund, { account, receivedAt, body: { reserve_id: index + 1 } }),
        ),
      );
    const sumOf = (some: readonly RefundQuote[]): number => some.reduce((sum, { penalty = 0 }) => sum + penalty, 0);
    expect(impact.penalty_before).toBe(sumOf(await quotes()));
    await service.ask(publishRulesDraft, { account, key: String(draft.id), body: { reason: 'It is due' } });
    const after = await quotes();
    expect(impact.penalty_after).toBe(sumOf(after));
    expect(impact.examples.map(({ reserve_id: id, after: penalty }) => [id, penalty])).toEqual(
      after.map(({ reserve_id: id, penalty }) => [id, penalty]).reverse(),
    );
  });

  it('is told page by page, with the twenty largest differences', async () => {
    const account = newAccount();
    await createRules(account);
    await fill(account, 1003);
    await owner.query('update reservation set price = 9007199254740991 where account_id = $1 and id <= 3', [account]);
    const impact = await preview(account, { rules: { ...flightRules, name: 'x', carrier: 'W5', ...percent(1) } });
    expect(impact).toMatchObject({ expected: 1003, checked: 1003, unchanged: 1003, examples: [] });
    const { id: rules } = await createRules(account, { service: 'hotel' });
    const dearer = await preview(account, { rules_id: rules, rules: { ...flightRules, departs_from: '2030-01-01' } });
    expect(dearer).toMatchObject({ unchanged: 1003 });
    const all = await preview(account, { rules: { name: 'all', fare_class: 'Y', ...percent(1) } });
    expect(all).toMatchObject({ unchanged: 1003, checked: 1003 });
    const {
      rows: [{ id: first } = { id: '' }],
    } = await owner.query<{ id: string }>(
      `select id from refund_rules where account_id = $1 and service = 'flight' order by id limit 1`,
      [account],
    );
    const cheaper = await preview(account, { rules_id: Number(first), rules: { ...flightRules, ...percent(10) } });
    expect(cheaper).toMatchObject({ priced_differently: 1003 });
    expect(cheaper.examples).toHaveLength(20);
    expect(cheaper.examples.slice(0, 5).map(({ reserve_id: id }) => id)).toEqual([1, 2, 3, 1003, 1002]);
    // The sums are exact, and more than a double holds.
    const {
      rows: [exact],
    } = await owner.query<{ sums: string }>(
      `select penalty_before || ' ' || penalty_after as sums from refund_rules_impact
        where account_id = $1 and id = $2`,
      [account, cheaper.id],
    );
    const prices = [
      ...Array.from({ length: 3 }, () => 9_007_199_254_740_991n),
      ...Array.from({ length: 1000 }, (_, index) => BigInt(index + 4) * 1000n),
    ];
    const sumBy = (share: bigint): bigint =>
      prices.reduce((sum, price) => sum + (price * share * 2n + 100n) / 200n, 0n);
    expect(exact?.sums).toBe(`${sumBy(30n)} ${sumBy(10n)}`);
  });

  it('counts each reservation once, and its sums are those of its quotes', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.record({
            carrier: fc.constantFrom('W5', 'w5', 'IR', null),
            price: fc.nat(10_000_000),
            hours: fc.integer({ min: 1, max: 400 }),
          }),
          { minLength: 1, maxLength: 12 },
        ),
        fc.nat(100),
        fc.constantFrom('W5', 'IR', undefined),
        async (reservations, share, carrier) => {
          const account = newAccount();
          await createRules(account, { carrier: 'IR' });
          for (const [index, { hours, ...one }] of reservations.entries())
            await save(account, index + 1, {
              ...one,
              starts_at: new Date(receivedAt + hours * 3_600_000).toISOString(),
            });
          const rules = {
            name: 'tried',
            service: 'flight',
            fare_class: 'Y',
            ...(carrier && { carrier }),
            ...percent(share),
          };
          const impact = await preview(account, { rules });
          const quotes = async (): Promise<RefundQuote[]> =>
            Promise.all(
              reservations.map((_one, index) =>
                service.ask<RefundQuote>(quoteRefund, { account, receivedAt, body: { reserve_id: index + 1 } }),
              ),
            );
          const before = await quotes();
          await service.ask(createRefundRules, { account, body: rules });
          const after = await quotes();
          const sumOf = (some: RefundQuote[]): number => some.reduce((sum, { penalty = 0 }) => sum + penalty, 0);
          const pairs = before.map((quote, index) => [quote, after[index]!] as const);
          const count = (is: (pair: (typeof pairs)[number]) => boolean): number => pairs.filter(is).length;
          expect(impact).toMatchObject({
            checked: reservations.length,
            penalty_before: sumOf(before),
            penalty_after: sumOf(after),
            newly_refundable: count(([was, is]) => !was.refundable && is.refundable),
            no_longer_refundable: 0,
            priced_differently: count(([was, is]) => was.refundable && was.penalty !== is.penalty),
            unchanged: count(([was, is]) => was.refundable === is.refundable && was.penalty === is.penalty),
          });
        },
      ),
      { seed: 20_261_130, numRuns: 12 },
    );
  });
});

describe('a preview', () => {
  it('is refused where it is not said of what, or of what can not be', async () => {
    const account = newAccount();
    const general = { fields: { non_field_errors: ['Give one of draft_id and rules.'] } };
    await expect(start(account, {})).rejects.toMatchObject(general);
    await expect(start(account, { draft_id: 1, rules: flightRules })).rejects.toMatchObject(general);
    await expect(start(account, { draft_id: 987 })).rejects.toMatchObject({ code: 'unknown_row' });
    await expect(start(account, { rules_id: 987, rules: flightRules })).rejects.toMatchObject({
      code: 'unknown_rules',
    });
    await expect(start(account, { rules: { ...flightRules, tiers: [] } })).rejects.toMatchObject({
      fields: { rules: { tiers: ['This list may not be empty.'] } },
    });
    const { id } = await service.ask<RefundRulesDraft>(createRulesDraft, { account, body: { rules: flightRules } });
    await service.ask(discardRulesDraft, { account, key: String(id) });
    await expect(start(account, { draft_id: id })).rejects.toMatchObject({
      present: { of: 'draft', state: 'discarded' },
    });
    const other = await preview(newAccount(), { rules: flightRules });
    await expect(read(account, other)).rejects.toMatchObject({ code: 'unknown_row' });
    await expect(service.ask(abortRulesImpact, { account, key: String(other.id) })).rejects.toMatchObject({
      code: 'unknown_row',
    });
  });

  it('is the only one of its account, and goes no further when it is aborted', async () => {
    const [account, another] = [newAccount(), newAccount()];
    await save(account, 1);
    await createRules(account);
    await owner.query('begin; lock table reservation in access exclusive mode');
    const impact = await start(account, { rules: { ...flightRules, carrier: 'W5', ...percent(1) } });
    expect(impact).toMatchObject({ state: 'working', expected: null, checked: 0, ended_date: null });
    await expect(start(account, { rules: flightRules })).rejects.toMatchObject({
      present: { of: 'impact', state: 'working', possible: ['aborted'] },
    });
    const other = await start(another, { rules: flightRules });
    const aborted = await service.ask(abortRulesImpact, { account, key: String(impact.id) });
    expect(aborted).toMatchObject({ state: 'aborted', ended_date: expect.stringMatching(/Z$/) });
    await owner.query('commit');
    expect(await ended(another, other)).toMatchObject({ state: 'finished', checked: 0 });
    expect(await preview(account, { rules: { ...flightRules, carrier: 'W5', ...percent(1) } })).toMatchObject({
      state: 'finished',
      priced_differently: 1,
    });
    expect(await read(account, impact)).toEqual(aborted);
    await expect(service.ask(abortRulesImpact, { account, key: String(impact.id) })).rejects.toMatchObject({
      present: { of: 'impact', state: 'aborted', possible: [] },
    });
  });

  it('goes on where it was when its worker is cut off, and counts nothing twice', async () => {
    const account = newAccount();
    await fill(account, 450);
    await owner.query(`
      create function hold() returns trigger language plpgsql as $$ begin perform pg_advisory_xact_lock(22);
        return null; end $$;
      create trigger hold after update on refund_rules_impact for each row
        when (new.account_id = ${account} and new.checked = 400) execute function hold();
      select pg_advisory_lock(22);
    `);
    const impact = await start(account, { rules: flightRules });
    const ender = new pg.Client({ connectionString: database.url });
    await ender.connect();
    for (;;) {
      const { rows } = await owner.query<{ pid: number }>(
        `select pid from pg_locks where locktype = 'advisory' and objid = 22 and not granted
          and database = (select oid from pg_database where datname = current_database())`,
      );
      if (rows.length === 0) continue;
      expect(await read(account, impact)).toMatchObject({ state: 'working', expected: 450, checked: 200 });
      await ender.query('select pg_terminate_backend($1)', [rows[0]?.pid]);
      break;
    }
    await Promise.all([owner.query('select pg_advisory_unlock_all()'), ender.end()]);
    expect(await ended(account, impact)).toMatchObject({
      state: 'finished',
      checked: 450,
      newly_refundable: 450,
      penalty_after: (450 * 451 * 1000 * 3) / 20,
    });
    await owner.query('drop function hold cascade');
  });

  it('is gone seven days after its end', async () => {
    const account = newAccount();
    const impact = await preview(account, { rules: flightRules });
    await owner.query(
      `update refund_rules_impact set ended_date = ended_date - interval '8 days' where account_id = $1`,
      [account],
    );
    await service.stop();
    service = await RunningService.start(nats.url(), database);
    for (;;) {
      const { rows } = await owner.query('select from refund_rules_impact where account_id = $1', [account]);
      if (rows.length === 0) break;
    }
    await expect(read(account, impact)).rejects.toMatchObject({ code: 'unknown_row' });
  });
});
