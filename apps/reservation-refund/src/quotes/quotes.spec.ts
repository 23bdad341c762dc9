import 'reflect-metadata';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  createRefundRules,
  publishErrors,
  quoteRefund,
  readBookStatus,
  readReservation,
  listReservations,
  saveReservation,
} from '@refundry/contracts';
import { NatsServer, testDatabase } from '@refundry/testing';
import fc from 'fast-check';
import { flight, flightRules, RunningService } from '../testing/running-service.js';

let nats: NatsServer;
let service: RunningService;

const noonThreeDaysBefore = Date.parse('2027-03-07T08:30:00Z');
const quote = (body: unknown, others: object = {}): Promise<object> =>
  service.ask(quoteRefund, { body, receivedAt: noonThreeDaysBefore - 1000, ...others });
const save = (id: number | string, others: object = {}): Promise<object> =>
  service.ask(saveReservation, { key: String(id), body: { ...flight, ...others } });

beforeAll(async () => {
  nats = await NatsServer.start();
  service = await RunningService.start(nats.url(), await testDatabase('reservation-refund'));
  await service.ask(createRefundRules, { body: flightRules });
  await save(10_011, { local_pnr: 'l1', original_pnr: 'o1' });
  await save(10_012, { local_pnr: '10011', original_pnr: 'twice' });
  await save(10_013, { local_pnr: 'L3', original_pnr: 'TWICE' });
  await save(10_014, { local_pnr: 'L4', original_pnr: null, service: 'train' });
  await save(10_015, { local_pnr: 'L5', original_pnr: 'L1' });
  await save(10_016, { local_pnr: '777', original_pnr: '9007199254740993' });
  await save(10_017, { local_pnr: 'L7', original_pnr: '777' });
  await save(10_018, { local_pnr: '010011', original_pnr: null });
  await save(10_019, { local_pnr: '+10011', original_pnr: null });
  await save(10_020, { local_pnr: 'a\u200cb\u00a012\u200f', original_pnr: null });
  await save(10_021, { local_pnr: 'کی۷', original_pnr: null });
  await save(10_022, { local_pnr: 'JOINED', original_pnr: null });
  await save(10_023, { local_pnr: 'JOI\u200dNED', original_pnr: null });
});

afterAll(async () => {
  await service.stop();
  await nats.stop();
});

describe('the procedure of a refund', () => {
  it('is answered as the document prints it', async () => {
    const answer = await quote({ reserve_id: '10011' });
    expect(JSON.stringify(answer)).toBe(
      '{"refundable":true,"reserve_id":10011,"diffrance":7000000,"price":10000000,"penalty":3000000}',
    );
  });

  it('does not go by the rules that another account has for the same domain', async () => {
    await service.ask(createRefundRules, { body: { ...flightRules, service: 'train' }, account: 2 });
    expect(await quote({ reserve_id: '10014' })).toMatchObject({ refundable: false });
  });

  it('has no penalty where there are no rules', async () => {
    expect(JSON.stringify(await quote({ reserve_id: '10014' }))).toBe(
      '{"refundable":false,"reserve_id":10014,"diffrance":0,"price":10000000}',
    );
    expect(await quote({ reserve_id: '10014', detail: true })).toEqual({
      refundable: false,
      reserve_id: 10_014,
      diffrance: 0,
      price: 10_000_000,
    });
  });

  it('is refundable where everything is kept', async () => {
    expect(await quote({ reserve_id: '10011' }, { receivedAt: Date.parse(flight.starts_at) })).toEqual({
      refundable: true,
      reserve_id: 10_011,
      diffrance: 0,
      price: 10_000_000,
      penalty: 10_000_000,
    });
  });

  it('counts the moment at which the gateway received the request', async () => {
    for (const [late, penalty] of [
      [-1, 3_000_000],
      [0, 6_000_000],
      [1, 6_000_000],
    ] as const)
      expect(await quote({ reserve_id: 10_011 }, { receivedAt: noonThreeDaysBefore + late })).toMatchObject({
        penalty,
      });
  });

  it('says in detail what applied and what comes next', async () => {
    expect(await quote(undefined, { query: 'reserve_id=10011&detail=1' })).toEqual({
      refundable: true,
      reserve_id: 10_011,
      diffrance: 7_000_000,
      price: 10_000_000,
      penalty: 3_000_000,
      rule: { id: 1, version: 1, name: 'Domestic flights' },
      tier: 'tiers[0]',
      until: '2027-03-07T08:30:00Z',
      next: {
        from: '2027-03-07T08:30:00Z',
        until: '2027-03-09T08:30:00Z',
        tier: 'tiers[1]',
        penalty: 6_000_000,
        diffrance: 4_000_000,
      },
      breakdown: [{ passenger: 1, price: 10_000_000, penalty: 3_000_000, diffrance: 7_000_000 }],
      refunded_passengers: [],
      whole: { price: 10_000_000, penalty: 3_000_000 },
    });
    expect(await quote({ reserve_id: 10_011, detail: 1 }, { receivedAt: Date.parse(flight.starts_at) })).toMatchObject({
      tier: 'no_show',
      until: null,
      next: null,
    });
  });

  it('is refused for what was given back or used', async () => {
    for (const [status, code] of [
      ['refund', 'already_refunded'],
      ['canceled', 'already_refunded'],
      ['done', 'already_used'],
    ] as const) {
      await save(20_000, { status, local_pnr: 'used', original_pnr: null });
      await expect(quote({ reserve_id: 20_000 })).rejects.toMatchObject({ code });
    }
  });
});

describe('the reservation that a reserve_id names', () => {
  it.each([
    ['its id', '"10011"', 10_011],
    ['its id as a number', '10011', 10_011],
    ['its id in Persian digits', '"۱۰۰۱۱"', 10_011],
    ['its id in Arabic digits', '"١٠٠١١"', 10_011],
    ['its id with space around it', '"  10011\\t"', 10_011],
    ['its original PNR', '"O1"', 10_011],
    ['its original PNR in lower case', '"o1"', 10_011],
    ['digits, an id before a PNR', '"10011"', 10_011],
    ['digits, an original PNR before a local one', '777', 10_017],
    ['a number beyond 2⁵³', '9007199254740993', 10_016],
    ['an original PNR before a local one', '"l1"', 10_015],
    ['its local PNR', '"l4"', 10_014],
    ['its id in full-width digits', '"１００１１"', 10_011],
    ['its id among bidirectional marks', '"\\u202b10011\\u202c\\u200f"', 10_011],
    ['its id behind a byte order mark', '"\\ufeff10011"', 10_011],
    ['its id before a no-break space', '"10011\\u00a0"', 10_011],
    ['a PNR that is another id behind a zero', '"010011"', 10_018],
    ['such a PNR in Persian digits', '"۰۱۰۰۱۱"', 10_018],
    ['such a PNR with a soft hyphen in it', '"01\\u00ad0011"', 10_018],
    ['a PNR with a sign', '"+10011"', 10_019],
    ['a PNR that was kept with what nobody sees', '"AB 12"', 10_020],
    ['such a PNR however it is written', '"\\u200eab\\u00a0\\u00a01\\u00ad2"', 10_020],
    ['a PNR in letters of an Arabic keyboard', '"كي7"', 10_021],
  ])('is found by %s', async (_name, json, id) => {
    expect(await quote(`{"reserve_id":${json}}`)).toMatchObject({ reserve_id: id });
  });

  it.each([
    ['no body', '', '', 'reserve_id_missing'],
    ['an empty object', '{}', '', 'reserve_id_missing'],
    ['null', '{"reserve_id":null}', '', 'reserve_id_missing'],
    ['an empty text', '{"reserve_id":""}', '', 'reserve_id_missing'],
    ['an empty parameter', '', 'reserve_id=', 'reserve_id_missing'],
    ['an array', '{"reserve_id":["10011"]}', '', 'reserve_id_malformed'],
    ['an object', '{"reserve_id":{}}', '', 'reserve_id_malformed'],
    ['a million characters', JSON.stringify({ reserve_id: 'a'.repeat(1_000_000) }), '', 'reserve_id_malformed'],
    ['a body that is an array', '[]', '', 'malformed_request'],
    ['a body that is no JSON', '{"reserve_id"', '', 'parse_error'],
    ['body and query that disagree', '{"reserve_id":"10011"}', 'reserve_id=10012', 'inputs_disagree'],
    ['a PNR of nobody', '{"reserve_id":"NOBODY"}', '', 'unknown_reservation'],
    ['an id of nobody', '{"reserve_id":"99999999999999999999"}', '', 'unknown_reservation'],
    ['a PNR like an id with an exponent', '{"reserve_id":"10011e0"}', '', 'unknown_reservation'],
    ['a PNR like an id with a fraction', '{"reserve_id":"10011.0"}', '', 'unknown_reservation'],
    ['a PNR like an id with space in it', '{"reserve_id":"10 011"}', '', 'unknown_reservation'],
    ['an id with a superscript', '{"reserve_id":"1001¹"}', '', 'unknown_reservation'],
    ['an id beyond a bigint', '{"reserve_id":"9223372036854775808"}', '', 'unknown_reservation'],
    ['a number with an exponent', '{"reserve_id":10011e0}', '', 'reserve_id_malformed'],
    ['a zero with a sign', '{"reserve_id":-0}', '', 'reserve_id_malformed'],
    ['invisible', '{"reserve_id":"\\u200c\\ufeff"}', '', 'reserve_id_missing'],
    ['a PNR of several, of whom one has a joiner in it', '{"reserve_id":"joined"}', '', 'ambiguous_pnr'],
    ['a PNR of several', '{"reserve_id":"twice"}', '', 'ambiguous_pnr'],
  ])('is refused where it is %s', async (_name, body, query, code) => {
    await expect(quote(body, { query })).rejects.toMatchObject({ code });
  });

  it('is the only one whose PNR looks like the text, or none', async () => {
    const looks = new Map([
      ['۴', '4'],
      ['４', '4'],
      ['a', 'A'],
      ['ي', 'ی'],
      ['\u200c', ''],
      ['\u00ad', ''],
      ['\ufeff', ''],
      ['\u200f', ''],
      ['\u00a0', ' '],
      ['\u3000', ' '],
    ]);
    const look = (text: string): string =>
      Array.from(text, (character) => looks.get(character) ?? character)
        .join('')
        .replace(/ +/g, ' ')
        .trim();
    const texts = fc
      .array(fc.constantFrom('4', '0', '+', '-', 'A', 'ی', ' ', ...looks.keys()), { minLength: 1, maxLength: 4 })
      .map((characters) => characters.join(''))
      .filter((text) => look(text) !== '');
    let account = 100;
    await fc.assert(
      fc.asyncProperty(texts, texts, texts, async (one, other, asked) => {
        account += 1;
        await Promise.all(
          [one, other].map((pnr, index) =>
            service.ask(saveReservation, {
              account,
              key: String(500 + index),
              body: { ...flight, local_pnr: pnr, original_pnr: null },
            }),
          ),
        );
        const found = [one, other].flatMap((pnr, index) => (look(pnr) === look(asked) ? [500 + index] : []));
        const answer = await quote({ reserve_id: asked }, { account }).catch(
          (error: unknown) => (error as { code: string }).code,
        );
        if (found.length === 1) expect(answer).toMatchObject({ reserve_id: found[0] });
        else expect(answer).toBe(found.length === 0 ? 'unknown_reservation' : 'ambiguous_pnr');
      }),
      { seed: 20_261_129, numRuns: 150 },
    );
  });

  it("is never another account's", async () => {
    await expect(quote({ reserve_id: '10011' }, { account: 2 })).rejects.toMatchObject({ code: 'unknown_reservation' });
  });

  it('has the rules of the domain that asks', async () => {
    expect(await quote({ reserve_id: '10011' }, { domain: 'other.example' })).toMatchObject({ refundable: false });
  });
});

describe('reservations', () => {
  it('are kept as they were told, and told again', async () => {
    const saved = await save(30_000, {
      local_pnr: ' ab1 ',
      nights: 3,
      passengers: 2,
      starts_at: '2027-03-10T18:30:00.123456+03:30',
    });
    expect(saved).toMatchObject({
      id: 30_000,
      local_pnr: 'ab1',
      starts_at: '2027-03-10T15:00:00.123456Z',
      nights: 3,
      passengers: 2,
      price: 10_000_000,
    });
    expect(await service.ask(readReservation, { key: '30000' })).toEqual(saved);
    expect(
      await save(30_000, {
        local_pnr: ' ab1 ',
        nights: 3,
        passengers: 2,
        starts_at: '2027-03-10T18:30:00.123456+03:30',
      }),
    ).toEqual(saved);
    expect(await save(30_000, { price: 1 })).toMatchObject({ price: 1, nights: null, passengers: 1 });
  });

  it('start and are issued by the clock of their zone where no offset is given', async () => {
    const times = { zone: 'Asia/Tehran', starts_at: '2026-12-20T10:00:00', issued_at: '2026-12-01' };
    const saved = await save(30_010, times);
    expect(saved).toMatchObject({
      starts_at: '2026-12-20T06:30:00Z',
      issued_at: '2026-11-30T20:30:00Z',
      zone: 'Asia/Tehran',
    });
    expect(await service.ask(readReservation, { key: '30010' })).toEqual(saved);
    expect(await save(30_010, { ...times, starts_at: '2026-12-20 10:00:00 +03:30' })).toEqual(saved);
    expect(await save(30_010, { ...times, zone: 'Europe/Berlin', starts_at: '2026-10-25T02:30' })).toMatchObject({
      starts_at: '2026-10-25T01:30:00Z',
    });
    expect(
      await quote({ reserve_id: 30_010, detail: true }, { receivedAt: Date.parse('2026-10-25T01:29:59Z') }),
    ).toMatchObject({ tier: 'tiers[3]', until: '2026-10-25T01:30:00Z' });
    const form = new URLSearchParams({ ...flight, ...times, starts_at: '2026-12-20 10:00', price: '1' });
    expect(
      await service.ask(saveReservation, {
        key: '30010',
        body: form.toString(),
        contentType: 'application/x-www-form-urlencoded',
      }),
    ).toMatchObject({ starts_at: '2026-12-20T06:30:00Z', price: 1 });
  });

  it('are listed, by status and service too', async () => {
    await save(30_001, { service: 'bus', status: 'done' });
    const list = await service.ask(listReservations, {
      query: 'service=bus&status=done',
      publicUrl: 'https://gateway.example/reservations',
    });
    expect(list).toMatchObject({ count: 1, next: null, previous: null, results: [{ id: 30_001 }] });
  });

  it('are unknown to others', async () => {
    await expect(service.ask(readReservation, { key: '10011', account: 2 })).rejects.toMatchObject({
      code: 'unknown_reservation',
    });
    for (const key of ['010011', '+10011', '10011\u200c'])
      await expect(service.ask(readReservation, { key })).rejects.toMatchObject({ code: 'unknown_reservation' });
    await expect(service.ask(readReservation, { key: 'abc' })).rejects.toMatchObject({ code: 'unknown_reservation' });
  });

  it.each([
    [{ zone: 'Asia/Atlantis' }, { zone: ['Enter a valid time zone.'] }],
    [{ zone: '+03:30' }, { zone: ['Enter a valid time zone.'] }],
    [{ service: 'boat' }, { service: ['"boat" is not a valid choice.'] }],
    [{ status: 'lost' }, { status: ['"lost" is not a valid choice.'] }],
    [{ price: -1 }, { price: ['Ensure this value is greater than or equal to 0.'] }],
    [{ price: '1.5' }, { price: ['A valid integer is required.'] }],
    [{ local_pnr: '\u200c\ufeff' }, { local_pnr: ['This field may not be blank.'] }],
    [{ original_pnr: '\u200f' }, { original_pnr: ['This field may not be blank.'] }],
    [
      { zone: 'Asia/Tehran', starts_at: '0001-01-01' },
      {
        starts_at: [
          'Datetime has wrong format. Use one of these formats instead: ' +
            'YYYY-MM-DDThh:mm[:ss[.uuuuuu]][+HH:MM|-HH:MM|Z].',
        ],
      },
    ],
    [
      { starts_at: 'tomorrow' },
      {
        starts_at: [
          'Datetime has wrong format. Use one of these formats instead: ' +
            'YYYY-MM-DDThh:mm[:ss[.uuuuuu]][+HH:MM|-HH:MM|Z].',
        ],
      },
    ],
  ])('are refused with %p', async (others, fields) => {
    await expect(save(30_002, others)).rejects.toMatchObject({ code: 'invalid', fields });
  });

  it.each(['abc', '9007199254740993', '-1', '010011', '+10011', ' 10011', '10011\u200c', '۱۰۰۱۱', '1e3', ''])(
    'are refused under the id %s',
    async (id) => {
      await expect(save(id)).rejects.toMatchObject({
        code: 'invalid',
        fields: { id: ['A valid integer is required.'] },
      });
    },
  );

  it('say how a booking stands', async () => {
    expect(await service.ask(readBookStatus, { query: 'local_pnr=l3' })).toEqual({
      status: 'confirmed',
      pnr: { local: 'L3', original: 'TWICE', number: '098-1' },
    });
    expect(await service.ask(readBookStatus, { body: { local_pnr: 10_011 } })).toMatchObject({
      pnr: { local: '10011' },
    });
    expect(await service.ask(readBookStatus, { body: { local_pnr: '\ufeff010011' } })).toMatchObject({
      pnr: { local: '010011' },
    });
    expect(await service.ask(readBookStatus, { body: { local_pnr: 'ab 12' } })).toMatchObject({
      pnr: { local: 'a\u200cb\u00a012\u200f' },
    });
    await expect(service.ask(readBookStatus, { body: { local_pnr: 'joined' } })).rejects.toMatchObject({
      code: 'ambiguous_pnr',
    });
    await expect(service.ask(readBookStatus, { body: { local_pnr: 'O1' } })).rejects.toMatchObject({
      code: 'unknown_reservation',
    });
    await expect(service.ask(readBookStatus, {})).rejects.toMatchObject({
      code: 'invalid',
      fields: { local_pnr: ['This field is required.'] },
    });
    await save(30_003, { local_pnr: 'same' });
    await save(30_004, { local_pnr: 'SAME' });
    await expect(service.ask(readBookStatus, { body: { local_pnr: 'same' } })).rejects.toMatchObject({
      code: 'ambiguous_pnr',
    });
  });
});

describe('the errors', () => {
  it('are published in English and Persian', async () => {
    const { errors } = await service.ask<{ errors: { code: number }[] }>(publishErrors);
    expect(errors).toContainEqual({
      code: 3001,
      en: 'There is no such reservation.',
      fa: 'رزروی با این مشخصات یافت نشد.',
    });
    expect(errors.map(({ code }) => code)).toEqual(errors.map(({ code }) => code).sort((left, right) => left - right));
  });
});
