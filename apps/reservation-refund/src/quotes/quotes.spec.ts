import 'reflect-metadata';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createRefundRules, publishErrors, quoteRefund, readBookStatus, readReservation, listReservations, saveReservation } from '@refundry/contracts';
import { NatsServer, testDatabase } from '@refundry/testing';
import { flight, flightRules, RunningService } from '../testing/running-service.js';

let nats: NatsServer;
let service: RunningService;

const noonThreeDaysBefore = Date.parse('2027-03-07T08:30:00Z');
const quote = (body: unknown, others: object = {}): Promise<object> => service.ask(quoteRefund, { body, receivedAt: noonThreeDaysBefore - 1000, ...others });
const save = (id: number | string, others: object = {}): Promise<object> => service.ask(saveReservation, { key: String(id), body: { ...flight, ...others } });

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
});

afterAll(async () => {
  await service.stop();
  await nats.stop();
});

describe('the procedure of a refund', () => {
  it('is answered as the document prints it', async () => {
    const answer = await quote({ reserve_id: '10011' });
    expect(JSON.stringify(answer)).toBe('{"refundable":true,"reserve_id":10011,"diffrance":7000000,"price":10000000,"penalty":3000000}');
  });

  it('has no penalty where there are no rules', async () => {
    expect(JSON.stringify(await quote({ reserve_id: '10014' }))).toBe('{"refundable":false,"reserve_id":10014,"diffrance":0,"price":10000000}');
    expect(await quote({ reserve_id: '10014', detail: true })).toEqual({ refundable: false, reserve_id: 10_014, diffrance: 0, price: 10_000_000 });
  });

  it('is refundable where everything is kept', async () => {
    expect(await quote({ reserve_id: '10011' }, { receivedAt: Date.parse(flight.starts_at) })).toEqual({ refundable: true, reserve_id: 10_011, diffrance: 0, price: 10_000_000, penalty: 10_000_000 });
  });

  it('counts the moment at which the gateway received the request', async () => {
    for (const [late, penalty] of [[-1, 3_000_000], [0, 6_000_000], [1, 6_000_000]] as const) expect(await quote({ reserve_id: 10_011 }, { receivedAt: noonThreeDaysBefore + late })).toMatchObject({ penalty });
  });

  it('says in detail what applied and what comes next', async () => {
    expect(await quote(undefined, { query: 'reserve_id=10011&detail=1' })).toEqual({
      refundable: true, reserve_id: 10_011, diffrance: 7_000_000, price: 10_000_000, penalty: 3_000_000,
      rule: { id: 1, version: 1, name: 'Domestic flights' }, tier: 'tiers[0]', until: '2027-03-07T08:30:00Z',
      next: { from: '2027-03-07T08:30:00Z', until: '2027-03-09T08:30:00Z', tier: 'tiers[1]', penalty: 6_000_000, diffrance: 4_000_000 },
    });
    expect(await quote({ reserve_id: 10_011, detail: 1 }, { receivedAt: Date.parse(flight.starts_at) })).toMatchObject({ tier: 'no_show', until: null, next: null });
  });

  it('is refused for what was given back or used', async () => {
    for (const [status, code] of [['refund', 'already_refunded'], ['canceled', 'already_refunded'], ['done', 'already_used']] as const) {
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
    ['a PNR of several', '{"reserve_id":"twice"}', '', 'ambiguous_pnr'],
  ])('is refused where it is %s', async (_name, body, query, code) => {
    await expect(quote(body, { query })).rejects.toMatchObject({ code });
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
    const saved = await save(30_000, { local_pnr: ' ab1 ', nights: 3, passengers: 2, starts_at: '2027-03-10T18:30:00.123456+03:30' });
    expect(saved).toMatchObject({ id: 30_000, local_pnr: 'ab1', starts_at: '2027-03-10T15:00:00.123456Z', nights: 3, passengers: 2, price: 10_000_000 });
    expect(await service.ask(readReservation, { key: '30000' })).toEqual(saved);
    expect(await save(30_000, { local_pnr: ' ab1 ', nights: 3, passengers: 2, starts_at: '2027-03-10T18:30:00.123456+03:30' })).toEqual(saved);
    expect(await save(30_000, { price: 1 })).toMatchObject({ price: 1, nights: null, passengers: 1 });
  });

  it('are listed, by status and service too', async () => {
    await save(30_001, { service: 'bus', status: 'done' });
    const list = await service.ask(listReservations, { query: 'service=bus&status=done', publicUrl: 'https://gateway.example/reservations' });
    expect(list).toMatchObject({ count: 1, next: null, previous: null, results: [{ id: 30_001 }] });
  });

  it('are unknown to others', async () => {
    await expect(service.ask(readReservation, { key: '10011', account: 2 })).rejects.toMatchObject({ code: 'unknown_reservation' });
    await expect(service.ask(readReservation, { key: 'abc' })).rejects.toMatchObject({ code: 'unknown_reservation' });
  });

  it.each([
    [{ zone: 'Asia/Atlantis' }, { zone: ['Enter a valid time zone.'] }],
    [{ zone: '+03:30' }, { zone: ['Enter a valid time zone.'] }],
    [{ service: 'boat' }, { service: ['"boat" is not a valid choice.'] }],
    [{ status: 'lost' }, { status: ['"lost" is not a valid choice.'] }],
    [{ price: -1 }, { price: ['Ensure this value is greater than or equal to 0.'] }],
    [{ price: '1.5' }, { price: ['A valid integer is required.'] }],
    [{ starts_at: 'tomorrow' }, { starts_at: ['Datetime has wrong format. Use one of these formats instead: YYYY-MM-DDThh:mm[:ss[.uuuuuu]][+HH:MM|-HH:MM|Z].'] }],
  ])('are refused with %p', async (others, fields) => {
    await expect(save(30_002, others)).rejects.toMatchObject({ code: 'invalid', fields });
  });

  it.each(['abc', '9007199254740993', '-1'])('are refused under the id %s', async (id) => {
    await expect(save(id)).rejects.toMatchObject({ code: 'invalid', fields: { id: ['A valid integer is required.'] } });
  });

  it('say how a booking stands', async () => {
    expect(await service.ask(readBookStatus, { query: 'local_pnr=l3' })).toEqual({ status: 'confirmed', pnr: { local: 'L3', original: 'TWICE', number: '098-1' } });
    expect(await service.ask(readBookStatus, { body: { local_pnr: 10_011 } })).toMatchObject({ pnr: { local: '10011' } });
    await expect(service.ask(readBookStatus, { body: { local_pnr: 'O1' } })).rejects.toMatchObject({ code: 'unknown_reservation' });
    await expect(service.ask(readBookStatus, {})).rejects.toMatchObject({ code: 'invalid', fields: { local_pnr: ['This field is required.'] } });
    await save(30_003, { local_pnr: 'same' });
    await save(30_004, { local_pnr: 'SAME' });
    await expect(service.ask(readBookStatus, { body: { local_pnr: 'same' } })).rejects.toMatchObject({ code: 'ambiguous_pnr' });
  });
});

describe('the errors', () => {
  it('are published in English and Persian', async () => {
    const { errors } = await service.ask<{ errors: { code: number }[] }>(publishErrors);
    expect(errors).toContainEqual({ code: 3001, en: 'There is no such reservation.', fa: 'رزروی با این مشخصات یافت نشد.' });
    expect(errors.map(({ code }) => code)).toEqual(errors.map(({ code }) => code).sort((left, right) => left - right));
  });
});
