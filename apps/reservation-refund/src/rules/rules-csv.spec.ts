import 'reflect-metadata';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  createRefundRules,
  createRulesDraft,
  exportRefundRules,
  importRefundRules,
  listRefundRules,
  publishRulesDraft,
  replaceRefundRules,
  retireRefundRules,
  type ImportedRules,
  type RefundRules,
} from '@refundry/contracts';
import { NatsServer, testDatabase } from '@refundry/testing';
import fc from 'fast-check';
import pg from 'pg';
import { flightRules, RunningService } from '../testing/running-service.js';

let nats: NatsServer;
let service: RunningService;
let owner: pg.Client;
let accounts = 0;

beforeAll(async () => {
  nats = await NatsServer.start();
  const database = await testDatabase('reservation-refund');
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
const create = (account: number, others: object = {}, domain = 'shop.example'): Promise<RefundRules> =>
  service.ask(createRefundRules, { account, domain, body: { ...flightRules, ...others } });
const exported = (account: number, domain = 'shop.example'): Promise<string> =>
  service.file(exportRefundRules, { account, domain });
const imported = (account: number, csv: string, others: object = {}): Promise<ImportedRules> =>
  service.ask(importRefundRules, { account, body: { csv, ...others } });
const rulesOf = async (account: number): Promise<RefundRules[]> =>
  (
    await service.ask<{ results: RefundRules[] }>(listRefundRules, {
      account,
      query: 'page_size=100&detail=1',
      publicUrl: 'https://g.example/rules',
    })
  ).results;

const header =
  'id,name,service,supplier,carrier,fare_class,valid_from,valid_until,departs_from,departs_until,child_percent,' +
  'infant_percent,grace_minutes,' +
  'minutes_before,days_before,clock,no_show,percent,amount,nights,minimum,maximum,rounding\r\n';
const trains = ',Trains,train,,,,,,,,,,15,1440,,,,10,,,,,\r\n,,,,,,,,,,,,,0,,,,50,,,100000,,1000\r\n';

describe('the rules as CSV', () => {
  it('have a line for each tier, the first with what the set says', async () => {
    const account = newAccount();
    const { id } = await create(account, {
      name: 'Flights, "domestic"',
      supplier: '=cmd()',
      carrier: 'هواپیمایی ماهان',
      valid_from: '2027-01-01',
      departs_until: '2027-04-04T20:30:00.5Z',
      infant_percent: 10,
      tiers: [
        { days_before: 3, clock: '12:00', percent: 30 },
        { minutes_before: 0, amount: 5 },
        { no_show: true, nights: 2 },
      ],
    });
    const { id: retired } = await create(account, { service: 'bus' });
    await service.ask(retireRefundRules, { account, key: String(retired) });
    await create(account, {}, 'other.example');
    expect(await exported(account)).toBe(
      header +
        `${id},"Flights, ""domestic""",flight,'=cmd(),هواپیمایی ماهان,,2027-01-01T00:00:00Z,,,` +
        '2027-04-04T20:30:00.500000Z,,10,0,,3,12:00,,30,,,,,\r\n' +
        ',,,,,,,,,,,,,0,,,,,5,,,,\r\n' +
        ',,,,,,,,,,,,,,,,true,,,2,,,\r\n',
    );
    expect(await exported(newAccount())).toBe(header);
  });

  it('change nothing when they come back as they were', async () => {
    const texts = fc.oneof(
      fc.string({
        unit: fc.constantFrom("'", '=', '-', '+', '@', '1', 'a', ',', ';', '"', '\n', 'ی'),
        minLength: 1,
        maxLength: 6,
      }),
      fc.constantFrom("'=a", "''=a", '-5', '+98 (21) 5', '=1', "'", 'a\r\nb'),
    );
    const name = texts.map((text) => `${text}.`);
    const sets = fc.array(
      fc.record({ name, supplier: fc.option(texts.map((text) => `${text}x`)), grace_minutes: fc.nat(99) }),
      {
        minLength: 1,
        maxLength: 4,
      },
    );
    await fc.assert(
      fc.asyncProperty(sets, async (some) => {
        const account = newAccount();
        for (const [index, one] of some.entries()) await create(account, { ...one, fare_class: `F${index}` });
        const before = await rulesOf(account);
        expect(await imported(account, await exported(account))).toEqual({
          created: 0,
          replaced: 0,
          unchanged: some.length,
        });
        expect(await rulesOf(account)).toEqual(before);
      }),
      { seed: 20_261_130, numRuns: 25 },
    );
  });
});

describe('an import', () => {
  it('makes new rules, puts next versions in their place, and leaves the rest', async () => {
    const account = newAccount();
    const { id } = await create(account);
    await create(account, { service: 'bus' });
    const csv = (await exported(account)).replace(',30,,,,,', ',35,,,,,') + trains;
    expect(await imported(account, csv, { dry_run: true })).toEqual({ created: 1, replaced: 1, unchanged: 1 });
    expect((await rulesOf(account)).map(({ version }) => version)).toEqual([1, 1]);
    expect(await imported(account, csv, { reason: 'New year' })).toEqual({ created: 1, replaced: 1, unchanged: 1 });
    const [flights, buses, added] = await rulesOf(account);
    expect(flights).toMatchObject({ id, version: 2, tiers: [{ percent: 35 }, { percent: 60 }, { percent: 70 }, {}] });
    expect(buses).toMatchObject({ version: 1 });
    expect(added).toMatchObject({
      version: 1,
      name: 'Trains',
      domain: 'shop.example',
      grace_minutes: 15,
      tiers: [
        { minutes_before: 1440, percent: 10 },
        { minutes_before: 0, percent: 50, minimum: 100_000, rounding: 1000 },
      ],
    });
    const { rows } = await owner.query<{ action: string; reason: string }>(
      `select action, reason from audit_entry where account_id = $1 and reason is not null order by id`,
      [account],
    );
    expect(rows).toEqual([
      { action: 'refund_rules.replaced', reason: 'New year' },
      { action: 'refund_rules.created', reason: 'New year' },
    ]);
  });

  it('takes what spreadsheets make of a file', async () => {
    const account = newAccount();
    const blank = ';'.repeat(20);
    const semicolons = `\ufeff${(header + trains).replaceAll(',', ';').replaceAll('\r\n', '\n')}\n${blank}\n`;
    expect(await imported(account, semicolons)).toEqual({ created: 1, replaced: 0, unchanged: 0 });
    const [{ id } = { id: 0 }] = await rulesOf(account);
    const columns = (text: string): string =>
      text
        .trim()
        .split('\r\n')
        .map((line) => line.split(',').reverse().join(','))
        .join('\r\n');
    expect(await imported(account, columns(await exported(account)))).toEqual({
      created: 0,
      replaced: 0,
      unchanged: 1,
    });
    expect((await rulesOf(account)).map((rules) => rules.id)).toEqual([id]);
  });

  it('lets two rule sets change places', async () => {
    const account = newAccount();
    const [first, second] = [await create(account, { carrier: 'W5' }), await create(account, { carrier: 'IR' })];
    const csv = (await exported(account)).replace('W5', 'x').replace('IR', 'W5').replace(',x,', ',IR,');
    expect(await imported(account, csv)).toEqual({ created: 0, replaced: 2, unchanged: 0 });
    expect((await rulesOf(account)).map(({ id, carrier }) => [id, carrier])).toEqual([
      [first.id, 'IR'],
      [second.id, 'W5'],
    ]);
  });

  it('tells what is wrong line by line, and writes nothing', async () => {
    const account = newAccount();
    const { id } = await create(account);
    const { id: gone } = await create(account, { service: 'bus' });
    await service.ask(retireRefundRules, { account, key: String(gone) });
    const { id: elsewhere } = await create(account, { service: 'hotel' }, 'other.example');
    const before = await rulesOf(account);
    const line = (start: string, tier: string): string => `${start},,,,,,,,,,,${tier}\r\n`;
    const whole = '0,0,,,,50,,,,,';
    const refusal = async (...lines: string[]): Promise<unknown> => {
      for (const others of [{}, { dry_run: true }]) {
        const asked = imported(account, header + lines.join(''), others);
        await expect(asked).rejects.toMatchObject({ code: 'invalid' });
      }
      const failure = await imported(account, header + lines.join('')).catch((error: unknown) => error);
      return (failure as { payload: { lines: unknown } }).payload.lines;
    };
    expect(
      await refusal(
        line(',', whole),
        line('x,A', whole),
        line(',B', '0,0,,,,101,,,,,'),
        line(',C', '0,90,,,,10,,,,,'),
        ',,,,,,,,,,,,,120,,,,20,,,,,\r\n',
        ',,,,,,,,,,,,,0,,,,20,,,,,\r\n',
        line(',D', '0,90,,,,10,,,,,'),
        line(',E,plane', whole.slice(2)),
      ),
    ).toEqual([
      { line: 2, errors: { name: ['This field is required.'] } },
      { line: 3, errors: { id: ['A valid integer is required.'] } },
      { line: 4, errors: { percent: ['Ensure this value is less than or equal to 100.'] } },
      { line: 5, errors: { non_field_errors: ['It does not always end before the next tier does.'] } },
      {
        line: 8,
        errors: {
          non_field_errors: ['It leaves a gap before the start: let the last tier end at it, with minutes_before 0.'],
        },
      },
      { line: 9, errors: { service: ['"plane" is not a valid choice.'] } },
    ]);
    expect(
      await refusal(
        line(`${id},A`, whole),
        line(`${id},A`, whole),
        line('987654321,B', whole),
        line(`${gone},C`, whole),
        line(`${elsewhere},D`, whole),
      ),
    ).toEqual([
      { line: 3, errors: { id: ['It stands in line 2 too.'] } },
      { line: 4, errors: { id: ['There is no such rule set in this domain.'] } },
      { line: 5, errors: { id: ['This rule set is retired.'] } },
      { line: 6, errors: { id: ['There is no such rule set in this domain.'] } },
    ]);
    expect(
      await refusal(
        line(',E,flight', whole.slice(2)),
        line(',F,train', whole.slice(2)),
        line(',G,train', whole.slice(2)),
      ),
    ).toEqual([
      {
        line: 2,
        errors: {
          non_field_errors: [`Rules ${id}, "Domestic flights", hold for the same reservations at the same time.`],
        },
      },
      { line: 3, errors: { non_field_errors: ['Line 4 holds for the same reservations at the same time.'] } },
      { line: 4, errors: { non_field_errors: ['Line 3 holds for the same reservations at the same time.'] } },
    ]);
    expect(await rulesOf(account)).toEqual(before);
  });

  it('is bounded, in what it takes and in what it tells', async () => {
    const account = newAccount();
    const one = ',A,,,,,,,,,,,0,0,,,,50,,,,,\r\n';
    for (const [csv, message] of [
      [header.replace('clock,', ''), 'Columns are missing: clock.'],
      [header.replace('name', 'name,name'), 'Columns are unknown, or repeated: name.'],
      [header.replace('\r\n', ',x\r\n'), 'Columns are unknown, or repeated: x.'],
      [header + one.repeat(501), 'Ensure this file has no more than 500 rule sets.'],
      [header + ',\r\n'.repeat(10_001), 'Ensure this file has no more than 10000 lines.'],
      ['a'.repeat(500_001), 'Ensure this field has no more than 500000 characters.'],
    ] as const)
      await expect(imported(account, csv)).rejects.toMatchObject({ code: 'invalid', fields: { csv: [message] } });
    const failure = await imported(account, header + one.replace('50', '500').repeat(150)).catch(
      (error: unknown) => error,
    );
    expect(failure).toMatchObject({ fields: { csv: ['150 lines are wrong.'] } });
    expect((failure as { payload: { lines: unknown[] } }).payload.lines).toHaveLength(100);
    expect(await imported(account, header)).toEqual({ created: 0, replaced: 0, unchanged: 0 });
  });

  it('waits for others who write the same rules in no circle', async () => {
    const account = newAccount();
    const { id } = await create(account);
    const { id: other } = await create(account, { carrier: 'IR' });
    const key = String(id);
    for (let round = 1; round <= 10; round++) {
      const csv = (await exported(account)).replaceAll(/,3\d,,,,,/g, `,3${round % 10},,,,,`);
      const { id: draft } = await service.ask<{ id: number }>(createRulesDraft, {
        account,
        body: { rules_id: other, rules: { ...flightRules, carrier: 'IR', grace_minutes: round } },
      });
      const outcomes = await Promise.allSettled([
        imported(account, csv),
        service.ask(replaceRefundRules, { account, key, body: { ...flightRules, name: `Round ${round}` } }),
        service.ask(publishRulesDraft, { account, key: String(draft), body: { reason: 'It is due' } }),
        imported(account, csv, { dry_run: true }),
        create(account, { carrier: `C${round}` }),
      ]);
      const refused = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason as object] : []));
      // The draft was made of the version before the import's.
      for (const reason of refused)
        expect(reason).toMatchObject({
          code: 'invalid',
          fields: { based_on: [expect.stringContaining('by now')] },
        });
    }
  });

  it('of 500 rule sets is one transaction, beside others that replace the same', async () => {
    const account = newAccount();
    const many = Array.from(
      { length: 500 },
      (_, number) => `,Set ${number},,,C${number},,,,,,,,0,0,,,,50,,,,,\r\n`,
    ).join('');
    expect(await imported(account, header + many)).toEqual({ created: 500, replaced: 0, unchanged: 0 });
    const csv = await exported(account);
    const outcomes = await Promise.allSettled([
      imported(account, csv.replaceAll(',50,', ',60,')),
      imported(account, csv.replaceAll(',50,', ',70,')),
    ]);
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled']);
    const { rows } = await owner.query<{ percents: string; versions: string }>(
      `select string_agg(distinct tiers -> 0 ->> 'percent', ',') as percents,
         string_agg(distinct version::text, ',') as versions from refund_rules where account_id = $1`,
      [account],
    );
    expect(rows).toEqual([{ percents: expect.stringMatching(/^(60|70)$/), versions: '3' }]);
  }, 60_000);
});
