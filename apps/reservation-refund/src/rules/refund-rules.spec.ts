import 'reflect-metadata';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  createRefundRules,
  dryRunRefundRules,
  listRefundRules,
  quoteRefund,
  readRefundRules,
  readRefundRulesVersion,
  readReservation,
  replaceRefundRules,
  retireRefundRules,
  saveReservation,
  type RefundQuote,
  type RefundRules,
} from '@refundry/contracts';
import { NatsServer, testDatabase } from '@refundry/testing';
import fc from 'fast-check';
import pg from 'pg';
import { flight, flightRules, RunningService } from '../testing/running-service.js';

let nats: NatsServer;
let service: RunningService;
let owner: pg.Client;
let accounts = 0;

/** Each test has an account of its own, so that its rules meet no others. */
const newAccount = (): number => ++accounts;
const create = (account: number, others: object = {}, domain = 'shop.example'): Promise<RefundRules> =>
  service.ask(createRefundRules, { account, domain, body: { ...flightRules, ...others } });
const save = (account: number, others: object = {}): Promise<object> =>
  service.ask(saveReservation, { account, key: '1', body: { ...flight, ...others } });
const appliedTo = async (
  account: number,
  others: object = {},
  domain = 'shop.example',
): Promise<string | undefined> => {
  await save(account, others);
  const { rule } = await service.ask<RefundQuote>(quoteRefund, {
    account,
    domain,
    body: { reserve_id: 1, detail: true },
  });
  return rule && `${rule.name} v${rule.version}`;
};
const tier = (percent: number): object[] => [{ minutes_before: 0, percent }];

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

describe('a rule set', () => {
  it('is kept as it was given', async () => {
    const account = newAccount();
    const noShow = { no_show: true, nights: 2, minimum: 1, maximum: 5, rounding: 1000 };
    const rules = await create(account, {
      carrier: 'W5',
      valid_from: '2027-01-01',
      grace_minutes: 30,
      tiers: [...flightRules.tiers, noShow],
    });
    expect(rules).toMatchObject({
      version: 1,
      domain: 'shop.example',
      name: 'Domestic flights',
      service: 'flight',
      supplier: null,
      carrier: 'W5',
      fare_class: null,
      valid_from: '2027-01-01T00:00:00Z',
      valid_until: null,
      grace_minutes: 30,
      is_retired: false,
    });
    expect(rules.tiers[0]).toEqual({
      minutes_before: null,
      days_before: 3,
      clock: '12:00',
      no_show: null,
      percent: 30,
      amount: null,
      nights: null,
      minimum: null,
      maximum: null,
      rounding: null,
    });
    expect(rules.tiers[4]).toMatchObject(noShow);
    expect(await service.ask(readRefundRules, { account, key: String(rules.id) })).toEqual(rules);
    expect(
      await service.ask(listRefundRules, {
        account,
        query: 'is_retired=false',
        publicUrl: 'https://gateway.example/rules',
      }),
    ).toMatchObject({ count: 1, results: [rules] });
  });

  it('is replaced by a new version, and the old one can still be read', async () => {
    const account = newAccount();
    const first = await create(account);
    const key = String(first.id);
    const second = await service.ask<RefundRules>(replaceRefundRules, {
      account,
      key,
      body: { name: 'Dearer', tiers: tier(90) },
    });
    expect(second).toMatchObject({
      id: first.id,
      version: 2,
      name: 'Dearer',
      service: null,
      tiers: [{ percent: 90 }],
      created_date: first.created_date,
    });
    expect(await service.ask(readRefundRulesVersion, { account, within: key, key: '1' })).toEqual(first);
    expect(await service.ask(readRefundRulesVersion, { account, within: key, key: '2' })).toEqual(second);
    expect(await appliedTo(account)).toBe('Dearer v2');
    await expect(service.ask(readRefundRulesVersion, { account, within: key, key: '3' })).rejects.toMatchObject({
      code: 'unknown_rules',
    });
  });

  it('can be put back as it was read', async () => {
    const account = newAccount();
    const read = await create(account);
    expect(await service.ask(replaceRefundRules, { account, key: String(read.id), body: read })).toMatchObject({
      version: 2,
      tiers: read.tiers,
    });
  });

  it('applies to nothing any more when it is retired', async () => {
    const account = newAccount();
    const { id } = await create(account);
    const retired = await service.ask(retireRefundRules, { account, key: String(id) });
    expect(retired).toMatchObject({ is_retired: true, version: 1 });
    expect(await service.ask(retireRefundRules, { account, key: String(id) })).toEqual(retired);
    expect(await appliedTo(account)).toBeUndefined();
    await expect(
      service.ask(replaceRefundRules, { account, key: String(id), body: flightRules }),
    ).rejects.toMatchObject({ code: 'wrong_state', present: { of: 'rules', state: 'retired', possible: [] } });
    for (const other of [`0${id}`, `+${id}`, `${id}\u200c`])
      for (const endpoint of [readRefundRules, retireRefundRules])
        await expect(service.ask(endpoint, { account, key: other })).rejects.toMatchObject({ code: 'unknown_rules' });
    expect(await create(account)).toMatchObject({ version: 1 });
  });

  it("is never another account's", async () => {
    const { id } = await create(newAccount());
    const account = newAccount();
    for (const endpoint of [readRefundRules, replaceRefundRules, retireRefundRules])
      await expect(service.ask(endpoint, { account, key: String(id), body: flightRules })).rejects.toMatchObject({
        code: 'unknown_rules',
      });
    expect(await appliedTo(account)).toBeUndefined();
  });
});

describe('of the rule sets that match', () => {
  it('the most specific applies', async () => {
    const account = newAccount();
    const order: [string, object][] = [
      ['everything', {}],
      ['service', { service: 'flight' }],
      ['supplier', { supplier: 'charter' }],
      ['carrier', { carrier: 'W5' }],
      ['fare class', { fare_class: 'Y' }],
      ['service and supplier', { service: 'flight', supplier: 'charter' }],
      ['service, supplier and carrier', { service: 'flight', supplier: 'charter', carrier: 'W5' }],
      ['all of them', { service: 'flight', supplier: 'charter', carrier: 'W5', fare_class: 'Y' }],
    ];
    for (const [name, criteria] of order) {
      await service.ask(createRefundRules, { account, body: { name, ...criteria, tiers: tier(50) } });
      expect(await appliedTo(account)).toBe(`${name} v1`);
    }
    expect(await appliedTo(account, { fare_class: 'J' })).toBe('service, supplier and carrier v1');
    expect(await appliedTo(account, { service: 'train', supplier: null, carrier: null, fare_class: null })).toBe(
      'everything v1',
    );
  });

  it('one applies whose validity holds the moment of issue, from its beginning until before its end', async () => {
    const account = newAccount();
    await create(account, { name: 'spring', valid_from: '2027-03-01T00:00:00Z', valid_until: '2027-06-01T00:00:00Z' });
    await create(account, { name: 'summer', valid_from: '2027-06-01T00:00:00Z' });
    for (const [issuedAt, name] of [
      ['2027-02-28T23:59:59.999999Z', undefined],
      ['2027-03-01T00:00:00Z', 'spring v1'],
      ['2027-03-01T00:00:01Z', 'spring v1'],
      ['2027-05-31T23:59:59Z', 'spring v1'],
      ['2027-06-01T00:00:00Z', 'summer v1'],
      ['2027-06-01T00:00:01Z', 'summer v1'],
    ] as const)
      expect(await appliedTo(account, { issued_at: issuedAt, starts_at: '2028-01-01T00:00:00Z' })).toBe(name);
  });

  it.each([
    ['the letters of an Arabic keyboard', 'ایران ایر کیش', ['ايران اير كيش', 'ايران اير كيش'.normalize('NFD')]],
    [
      'joiners between words or in place of space',
      'ایران ایر کیش',
      ['ایران\u200cایر\u200cکیش', 'ایران\u200c ایر کیش\u200c', '\u200fایران ایر کیش\ufeff'],
    ],
    [
      'runs of space, and space of other kinds',
      'ایران ایر کیش',
      ['ایران  ایر کیش', 'ایران\u00a0ایر\u2003کیش', 'ایران\tایر کیش'],
    ],
    [
      'forms of letters, vowel signs and strokes',
      'ایران ایر کیش',
      ['ﺍﯾﺮﺍﻥ ﺍﯾﺮ ﮐﯿﺶ', 'اِیران ایر کیش', 'ایـــران ایر کیش'],
    ],
    ['other forms of heh, alef and yeh', 'قشم آسیا هواپیمائی ماهه', ['قشم اسيا هواپيمايى ماهة']],
    ['case', 'Mahan Air', ['MAHAN AIR', 'mahan air', 'MAHAN\u00adAIR', 'Ｍａｈａｎ Ａｉｒ', 'mahan\u200b air']],
    [
      'case as Turkish has it, and as German has',
      'İSTANBUL Straße',
      ['istanbul strasse', 'ıstanbul STRASSE', 'Istanbul straße'],
    ],
    [
      'yeh with a hamza apart, kaf of Kurdish and a half-space that ends in a mark of direction',
      'هواپیمائی کاسپین',
      ['هواپیماي\u0654ي\u200c\u200e ڪاسپين'],
    ],
    ['a yeh of Urdu and narrow blanks', 'زاگرس جنوبی', ['زاگرس\u202fجنوبے', 'زاگـرس\u3000جنوبى\u2060']],
    ['case of letters that are one character', 'ǅ ﬁrst Class', ['ǆ FIRST CLASS', 'dž  First\u2028class']],
    ['digits and dashes', 'خط ۱۲-۳', ['خط ١٢-٣', 'خط 12\u20133', 'خط １２‑３']],
  ])('one applies to names that differ from its own in %s', async (_name, supplier, spellings) => {
    const account = newAccount();
    await create(account, { name: 'general' });
    await create(account, { name: 'special', supplier });
    for (const spelling of [supplier, ...spellings])
      expect([spelling, await appliedTo(account, { supplier: spelling })]).toEqual([spelling, 'special v1']);
  });

  it('one applies to a carrier and fare class however they are written; its names stay as they came', async () => {
    const account = newAccount();
    const rules = await create(account, { carrier: ' w۵', fare_class: 'Y\u200c' });
    expect(rules).toMatchObject({ carrier: 'w۵', fare_class: 'Y\u200c' });
    expect(await appliedTo(account, { carrier: 'W5', fare_class: 'y' })).toBe('Domestic flights v1');
    expect(await service.ask(readReservation, { account, key: '1' })).toMatchObject({ carrier: 'W5', fare_class: 'y' });
  });

  it('none applies to names that are told apart', async () => {
    const account = newAccount();
    await create(account, { supplier: 'Mahan Air' });
    for (const supplier of ['Mahan', 'Mahan Airs', 'Mahan-Air', 'Máhan Air', '\u200c', null])
      expect([supplier, await appliedTo(account, { supplier })]).toEqual([supplier, undefined]);
  });

  it('of two older ones that differ in spelling only, the one spelled alike applies, else the older', async () => {
    const account = newAccount();
    const { id: persian } = await create(account, { name: 'Persian', supplier: 'کیش' });
    const { id: other } = await create(account, { name: 'Arabic', supplier: 'other' });
    await owner.query('update refund_rules set supplier = $3 where account_id = $1 and id = $2', [
      account,
      other,
      'كيش',
    ]);
    for (const [supplier, name] of [
      ['کیش', 'Persian'],
      ['كيش', 'Arabic'],
      ['کـیش', 'Persian'],
    ] as const)
      expect(await appliedTo(account, { supplier })).toBe(`${name} v1`);
    await service.ask(retireRefundRules, { account, key: String(persian) });
    expect(await appliedTo(account, { supplier: 'کیش' })).toBe('Arabic v1');
  });

  it("one of the caller's domain applies", async () => {
    const account = newAccount();
    await create(account, { name: 'here' }, 'a.example');
    await create(account, { name: 'there' }, 'b.example');
    expect(await appliedTo(account, {}, 'a.example')).toBe('here v1');
    expect(await appliedTo(account, {}, 'b.example')).toBe('there v1');
    expect(await appliedTo(account, {}, 'c.example')).toBeUndefined();
  });
});

describe('a rule set for the departures of a time', () => {
  const nowruz = { departs_from: '2027-03-15T00:00:00Z', departs_until: '2027-04-05T00:00:00+03:30' };

  it('applies to a reservation that starts in it, from its beginning until before its end', async () => {
    const account = newAccount();
    await create(account, { name: 'before', departs_until: nowruz.departs_from });
    await create(account, { name: 'nowruz', ...nowruz });
    for (const [startsAt, name] of [
      ['2027-03-14T23:59:59.999999Z', 'before v1'],
      ['2027-03-15T00:00:00Z', 'nowruz v1'],
      ['2027-04-04T20:29:59.999999Z', 'nowruz v1'],
      ['2027-04-04T20:30:00Z', undefined],
    ] as const)
      expect([startsAt, await appliedTo(account, { starts_at: startsAt })]).toEqual([startsAt, name]);
  });

  it('is answered with it where the detail is asked for, and as ever where it is not', async () => {
    const account = newAccount();
    const plain = await create(account, nowruz);
    const key = String(plain.id);
    expect(Object.keys(plain)).not.toEqual(expect.arrayContaining(['departs_from']));
    const detailed = Object.assign({}, plain, nowruz, {
      departs_until: '2027-04-04T20:30:00Z',
      child_percent: null,
      infant_percent: null,
    });
    const query = 'detail=1';
    expect(await service.ask(readRefundRules, { account, key })).toEqual(plain);
    expect(await service.ask(readRefundRules, { account, key, query })).toEqual(detailed);
    expect(await service.ask(readRefundRulesVersion, { account, within: key, key: '1', query })).toEqual(detailed);
    expect(await service.ask(listRefundRules, { account, query, publicUrl: 'https://g.example/rules' })).toMatchObject({
      results: [detailed],
    });
    expect(await service.ask(createRefundRules, { account, query, body: { ...flightRules, carrier: 'W5' } })).toEqual(
      expect.objectContaining({ departs_from: null, departs_until: null }),
    );
  });

  it('keeps it through a replacement that says nothing of it, and loses it by one that says so', async () => {
    const account = newAccount();
    const { id } = await create(account, nowruz);
    const replace = (others: object): Promise<object> =>
      service.ask(replaceRefundRules, {
        account,
        key: String(id),
        query: 'detail=1',
        body: { ...flightRules, ...others },
      });
    expect(await replace({})).toMatchObject({ version: 2, departs_from: nowruz.departs_from });
    await expect(replace({ departs_until: '2027-03-15T00:00:00Z' })).rejects.toMatchObject({
      fields: { departs_until: ['Ensure this is later than departs_from.'] },
    });
    expect(await replace({ departs_from: null, departs_until: null })).toMatchObject({
      version: 3,
      departs_from: null,
      departs_until: null,
    });
  });

  it('stands beside one for other departures, and is refused beside one for the same', async () => {
    const account = newAccount();
    await create(account, nowruz);
    await create(account, { departs_from: nowruz.departs_until });
    await create(account, { departs_until: nowruz.departs_from, valid_until: '2027-01-01T00:00:00Z' });
    await create(account, { departs_until: nowruz.departs_from, valid_from: '2027-01-01T00:00:00Z' });
    for (const departures of [{}, { departs_from: '2027-04-04T20:29:59Z', departs_until: '2027-05-01T00:00:00Z' }])
      await expect(create(account, departures)).rejects.toMatchObject({
        code: 'invalid',
        fields: { non_field_errors: [expect.stringContaining('hold for the same reservations at the same time')] },
      });
    await expect(create(account, { ...nowruz, departs_until: nowruz.departs_from })).rejects.toMatchObject({
      fields: { departs_until: ['Ensure this is later than departs_from.'] },
    });
  });
});

describe('a rule set is refused', () => {
  const half = { minutes_before: 0, percent: 50 };
  const general = (message: string): object => ({ non_field_errors: [message] });
  const gap = general('It leaves a gap before the start: let the last tier end at it, with minutes_before 0.');
  const order = general('It does not always end before the next tier does.');

  it.each([
    ['without a tier', [], ['This list may not be empty.']],
    [
      'with more than 50 tiers',
      Array.from({ length: 51 }, (_, index) => ({ minutes_before: 50 - index, percent: 50 })),
      { non_field_errors: ['Ensure this field has no more than 50 elements.'] },
    ],
    ['with a gap before the start', [{ minutes_before: 180, percent: 50 }], [gap]],
    [
      'with a gap before the no-show tier',
      [
        { days_before: 1, clock: '12:00', percent: 50 },
        { no_show: true, percent: 80 },
      ],
      [gap, {}],
    ],
    ['with only a no-show tier', [{ no_show: true, percent: 80 }], [gap]],
    [
      'with a tier behind the no-show tier',
      [{ no_show: true, percent: 80 }, half],
      [general('It begins at the start, so that no tier may follow.'), {}],
    ],
    [
      'with tiers that overlap',
      [{ minutes_before: 60, percent: 10 }, { minutes_before: 180, percent: 20 }, half],
      [order, {}, {}],
    ],
    [
      'with two tiers that end together',
      [{ minutes_before: 60, percent: 10 }, { minutes_before: 60, percent: 20 }, half],
      [order, {}, {}],
    ],
    ['with two tiers that end at the start', [half, half], [order, {}]],
    [
      'with a clock that may come after the minutes',
      [{ days_before: 1, clock: '12:00', percent: 10 }, { minutes_before: 720, percent: 20 }, half],
      [order, {}, {}],
    ],
    [
      'with minutes that may come after the clock',
      [{ minutes_before: 2159, percent: 10 }, { days_before: 1, clock: '12:00', percent: 20 }, half],
      [order, {}, {}],
    ],
    [
      'with clocks out of order',
      [{ days_before: 1, clock: '12:00', percent: 10 }, { days_before: 1, clock: '11:59', percent: 20 }, half],
      [order, {}, {}],
    ],
    [
      'with two ends in a tier',
      [{ minutes_before: 60, no_show: true, percent: 10 }, half],
      [general('Give one of minutes_before, days_before with clock, and no_show.'), {}],
    ],
    [
      'with a tier that never ends',
      [{ percent: 10 }, half],
      [general('Give one of minutes_before, days_before with clock, and no_show.'), {}],
    ],
    [
      'with days and no clock',
      [{ days_before: 1, percent: 10 }, half],
      [general('Give days_before and clock together.'), {}],
    ],
    [
      'with a clock that shows no time',
      [{ days_before: 1, clock: '24:00', percent: 10 }, half],
      [{ clock: ['Enter a time from 00:00 to 23:59.'] }, {}],
    ],
    [
      'with two measures',
      [{ minutes_before: 0, percent: 10, amount: 5 }],
      [general('Give one of percent, amount and nights.')],
    ],
    ['with no measure', [{ minutes_before: 0 }], [general('Give one of percent, amount and nights.')]],
    [
      'with a minimum above the maximum',
      [
        { minutes_before: 60, percent: 10 },
        { minutes_before: 0, percent: 50, minimum: 2, maximum: 1 },
      ],
      [{}, { minimum: ['Ensure this is not above the maximum.'] }],
    ],
    [
      'with more than all',
      [{ minutes_before: 0, percent: 101 }],
      [{ percent: ['Ensure this value is less than or equal to 100.'] }],
    ],
    [
      'with less than nothing',
      [{ minutes_before: 0, amount: -1 }],
      [{ amount: ['Ensure this value is greater than or equal to 0.'] }],
    ],
  ])('%s', async (_name, tiers, errors) => {
    await expect(create(newAccount(), { tiers })).rejects.toMatchObject({ code: 'invalid', fields: { tiers: errors } });
    await expect(
      service.ask(dryRunRefundRules, { body: { rules: { name: 'tried', tiers }, reservation: flight } }),
    ).rejects.toMatchObject({ code: 'invalid' });
  });

  it('with a validity that ends before it begins', async () => {
    await expect(
      create(newAccount(), { valid_from: '2027-06-01T00:00:00.000001Z', valid_until: '2027-06-01T00:00:00.000001Z' }),
    ).rejects.toMatchObject({ code: 'invalid', fields: { valid_until: ['Ensure this is later than valid_from.'] } });
  });

  it('that holds for the same reservations at the same time as another of the domain', async () => {
    const account = newAccount();
    const { id } = await create(account, { valid_until: '2027-06-01T00:00:00Z' });
    const ambiguous = {
      code: 'invalid',
      fields: {
        non_field_errors: [`Rules ${id}, "Domestic flights", hold for the same reservations at the same time.`],
      },
    };
    await expect(create(account)).rejects.toMatchObject(ambiguous);
    await expect(create(account, { valid_from: '2027-05-31T23:59:59Z' })).rejects.toMatchObject(ambiguous);
    const { id: later } = await create(account, { valid_from: '2027-06-01T00:00:00Z' });
    await expect(
      service.ask(replaceRefundRules, { account, key: String(later), body: flightRules }),
    ).rejects.toMatchObject(ambiguous);
    await create(account, {}, 'other.example');
    await create(account, { carrier: 'W5' });
    await expect(create(account, { carrier: 'w۵\u200f' })).rejects.toMatchObject({
      code: 'invalid',
      fields: { non_field_errors: [expect.stringContaining('hold for the same reservations')] },
    });
  });

  it('when another that would hold for the same is made at the same time', async () => {
    const account = newAccount();
    const outcomes = await Promise.allSettled(Array.from({ length: 5 }, () => create(account)));
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });
});

describe('a dry run', () => {
  it('tells the whole timeline', async () => {
    const rules = { ...flightRules, grace_minutes: 60 };
    const { timeline } = await service.ask<{ timeline: object[] }>(dryRunRefundRules, {
      body: { rules, reservation: flight },
    });
    expect(timeline).toEqual([
      { from: null, until: '2027-01-01T01:00:00Z', tier: 'grace', penalty: 0, diffrance: 10_000_000 },
      {
        from: '2027-01-01T01:00:00Z',
        until: '2027-03-07T08:30:00Z',
        tier: 'tiers[0]',
        penalty: 3_000_000,
        diffrance: 7_000_000,
      },
      {
        from: '2027-03-07T08:30:00Z',
        until: '2027-03-09T08:30:00Z',
        tier: 'tiers[1]',
        penalty: 6_000_000,
        diffrance: 4_000_000,
      },
      {
        from: '2027-03-09T08:30:00Z',
        until: '2027-03-10T12:00:00Z',
        tier: 'tiers[2]',
        penalty: 7_000_000,
        diffrance: 3_000_000,
      },
      {
        from: '2027-03-10T12:00:00Z',
        until: '2027-03-10T15:00:00Z',
        tier: 'tiers[3]',
        penalty: 10_000_000,
        diffrance: 0,
      },
      { from: '2027-03-10T15:00:00Z', until: null, tier: 'no_show', penalty: 10_000_000, diffrance: 0 },
    ]);
  });

  it('reads times without an offset by the clock of the zone', async () => {
    const { timeline } = await service.ask<{ timeline: object[] }>(dryRunRefundRules, {
      body: { rules: flightRules, reservation: { ...flight, starts_at: '2027-03-10T18:30:00' } },
    });
    expect(timeline.at(-1)).toMatchObject({ from: '2027-03-10T15:00:00Z', tier: 'no_show' });
  });

  it('keeps nothing', async () => {
    const account = newAccount();
    await service.ask(dryRunRefundRules, { account, body: { rules: flightRules, reservation: flight } });
    expect(await service.ask(listRefundRules, { account, publicUrl: 'https://gateway.example/rules' })).toMatchObject({
      count: 0,
    });
  });

  it('names the place of what is wrong', async () => {
    await expect(
      service.ask(dryRunRefundRules, {
        body: { rules: { name: 'x', tiers: [{ percent: 'much' }] }, reservation: { ...flight, price: null } },
      }),
    ).rejects.toMatchObject({
      code: 'invalid',
      fields: {
        rules: { tiers: [{ percent: ['A valid integer is required.'] }] },
        reservation: { price: ['This field may not be null.'] },
      },
    });
    await expect(
      service.ask(dryRunRefundRules, { body: { rules: flightRules, reservation: { ...flight, zone: 'Nowhere' } } }),
    ).rejects.toMatchObject({ code: 'invalid', fields: { reservation: { zone: ['Enter a valid time zone.'] } } });
  });

  it('agrees with the quote at every moment, and with what comes back', async () => {
    const minutes = fc
      .uniqueArray(fc.integer({ min: 1, max: 10_000 }), { maxLength: 3 })
      .map((some) => [...some.sort((left, right) => right - left), 0]);
    const charge = fc.oneof(
      fc.record({ percent: fc.nat(100) }),
      fc.record({ amount: fc.nat(20_000_000) }),
      fc.record({ nights: fc.nat(5) }),
    );
    const tiers = minutes.chain((ends) =>
      fc.tuple(...ends.map((end) => charge.map((measure) => ({ minutes_before: end, ...measure })))),
    );
    const startsAt = Date.parse(flight.starts_at);
    await fc.assert(
      fc.asyncProperty(
        tiers,
        fc.nat(10_000_000),
        fc.nat(20_000),
        fc.array(fc.integer({ min: -11_000, max: 100 }), { minLength: 3, maxLength: 3 }),
        async (some, price, grace, distances) => {
          const account = newAccount();
          const rules = { ...flightRules, tiers: some, grace_minutes: grace };
          const reservation = { ...flight, price, nights: 3, issued_at: '2027-03-01T00:00:00Z' };
          await Promise.all([service.ask(createRefundRules, { account, body: rules }), save(account, reservation)]);
          const { timeline } = await service.ask<{
            timeline: { from: string | null; until: string | null; penalty: number }[];
          }>(dryRunRefundRules, { body: { rules, reservation } });
          for (const at of distances.map((distance) => startsAt + distance * 60_000)) {
            const quote = await service.ask<RefundQuote>(quoteRefund, {
              account,
              body: { reserve_id: 1 },
              receivedAt: at,
            });
            const stretches = timeline.filter(
              ({ from, until }) =>
                (from === null || Date.parse(from) <= at) && (until === null || at < Date.parse(until)),
            );
            expect(stretches.map(({ penalty }) => penalty)).toEqual([quote.penalty]);
            expect(quote.diffrance + (quote.penalty ?? NaN)).toBe(price);
          }
        },
      ),
      { seed: 20_261_122, numRuns: 40 },
    );
  });
});
