import 'reflect-metadata';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  approveRefund,
  createRefundRules,
  listReservations,
  quoteRefund,
  readRefund,
  readRefundStatus,
  readReservation,
  rejectRefund,
  requestRefund,
  saveReservation,
  withdrawRefund,
  type ItemisedRefund,
  type PassengerPrice,
  type Refund,
  type RefundQuote,
} from '@refundry/contracts';
import { NatsServer, testDatabase } from '@refundry/testing';
import fc from 'fast-check';
import pg from 'pg';
import { flight, flightRules, RunningService } from '../testing/running-service.js';

let nats: NatsServer;
let service: RunningService;
let owner: pg.Client;
let reservations = 0;

/** 30 % are due. */
const receivedAt = Date.parse('2027-03-07T08:30:00Z') - 1000;

beforeAll(async () => {
  nats = await NatsServer.start();
  const database = await testDatabase('reservation-refund');
  service = await RunningService.start(nats.url(), database);
  owner = new pg.Client({ connectionString: database.ownerUrl });
  await owner.connect();
  await service.ask(createRefundRules, { body: flightRules });
});

afterAll(async () => {
  await service.stop();
  await owner.end();
  await nats.stop();
});

const save = (id: number, others: object): Promise<Record<string, unknown>> =>
  service.ask(saveReservation, {
    key: String(id),
    body: { ...flight, local_pnr: `L${id}`, original_pnr: `O${id}`, ...others },
  });
/** Of three passengers, for 10,000,000. */
async function newReservation(others: object = { passengers: 3 }): Promise<number> {
  const id = ++reservations;
  await save(id, others);
  return id;
}
const quote = (id: number, others: object = {}): Promise<RefundQuote> =>
  service.ask(quoteRefund, { receivedAt, body: { reserve_id: id, ...others } });
const request = (id: number, penalty: number, others: object = {}, head: object = {}): Promise<Refund> =>
  service.ask(requestRefund, {
    receivedAt,
    body: { reserve_id: id, expected_penalty: penalty, ...others },
    ...head,
  });
const requestPart = (id: number, passengers: readonly number[], others: object = {}): Promise<Refund> =>
  request(id, 1_000_000 * passengers.length, { passenger_ids: passengers, ...others });
const itemised = (id: number): Promise<ItemisedRefund> => service.ask(readRefund, { key: String(id) });
const statusOf = async (id: number): Promise<unknown> =>
  (await service.ask(readReservation, { key: String(id) })).status;
const reject = (id: number): Promise<Refund> => service.ask(rejectRefund, { key: String(id) });
const withdraw = (id: number, head: object = {}): Promise<Refund> =>
  service.ask(withdrawRefund, { key: String(id), ...head });

describe('passengers of a reservation', () => {
  it('are quoted by themselves, and the others for what is left', async () => {
    const id = await newReservation();
    expect(JSON.stringify(await quote(id, { passenger_ids: [2] }))).toBe(
      `{"refundable":true,"reserve_id":${id},"diffrance":2333333,"price":3333333,"penalty":1000000}`,
    );
    await requestPart(id, [2]);
    expect(await statusOf(id)).toBe('confirmed');
    expect(JSON.stringify(await quote(id))).toBe(
      `{"refundable":true,"reserve_id":${id},"diffrance":4666667,"price":6666667,"penalty":2000000}`,
    );
    expect(await quote(id, { detail: true })).toMatchObject({
      tier: 'tiers[0]',
      next: { penalty: 4_000_000, diffrance: 2_666_667 },
      breakdown: [
        { passenger: 1, price: 3_333_334, penalty: 1_000_000, diffrance: 2_333_334 },
        { passenger: 3, price: 3_333_333, penalty: 1_000_000, diffrance: 2_333_333 },
      ],
      refunded_passengers: [2],
      whole: { price: 10_000_000, penalty: 3_000_000 },
    });
  });

  it.each([
    ['a list', [3, 1]],
    ['a list in which one stands twice', [1, 3, 1]],
    ['a text', '1,3'],
    ['texts', ['1', '3']],
  ])('are named in %s', async (_form, named) => {
    const id = await newReservation();
    expect(await quote(id, { passenger_ids: named })).toMatchObject({ penalty: 2_000_000, price: 6_666_667 });
  });

  it('are named in a query, which may repeat the body', async () => {
    const id = await newReservation();
    const ask = (query: string, body?: object): Promise<RefundQuote> =>
      service.ask(quoteRefund, { receivedAt, query, body });
    expect(await ask(`reserve_id=${id}&passenger_ids=1,3`)).toMatchObject({ penalty: 2_000_000 });
    expect(await ask(`passenger_ids=1,3`, { reserve_id: id, passenger_ids: [1, 3] })).toMatchObject({
      penalty: 2_000_000,
    });
    await expect(ask(`passenger_ids=1`, { reserve_id: id, passenger_ids: [1, 3] })).rejects.toMatchObject({
      code: 'inputs_disagree',
    });
  });

  it.each([
    ['none', [], { passenger_ids: ['This list may not be empty.'] }],
    ['no place', [0], { passenger_ids: { 0: ['Ensure this value is greater than or equal to 1.'] } }],
    ['a word', 'first', { passenger_ids: { 0: ['A valid integer is required.'] } }],
    ['an object', {}, { passenger_ids: ['Expected a list of items but got type "dict".'] }],
    ['a place and a half', [1.5], { passenger_ids: { 0: ['A valid integer is required.'] } }],
  ])('must be named by their places, not by %s', async (_what, named, fields) => {
    const id = await newReservation();
    for (const ask of [quote(id, { passenger_ids: named }), request(id, 0, { passenger_ids: named })])
      await expect(ask).rejects.toMatchObject({ code: 'invalid', fields });
  });

  it('must be there, and not be given back before', async () => {
    const id = await newReservation();
    await requestPart(id, [1]);
    for (const ask of [
      (named: number[]) => quote(id, { passenger_ids: named }),
      (named: number[]) => requestPart(id, named),
    ]) {
      await expect(ask([2, 4, 9])).rejects.toMatchObject({
        code: 'unknown_passenger',
        fields: { passenger_ids: ['There is no passenger 4.', 'There is no passenger 9.'] },
      });
      await expect(ask([1, 2])).rejects.toMatchObject({
        code: 'passenger_refunded',
        fields: { passenger_ids: ['Refunded already is passenger 1.'] },
      });
    }
  });
});

describe('a refund of passengers', () => {
  it('leaves the others on the reservation, until the last is given back', async () => {
    const id = await newReservation();
    const [two, others] = [await requestPart(id, [2]), await request(id, 2_000_000)];
    expect(two).toMatchObject({ price: 3_333_333, penalty: 1_000_000, diffrance: 2_333_333 });
    expect(others).toMatchObject({ price: 6_666_667, penalty: 2_000_000, diffrance: 4_666_667 });
    expect(await statusOf(id)).toBe('refund');
    await expect(quote(id)).rejects.toMatchObject({ code: 'already_refunded' });
    const detailed = await itemised(others.id);
    expect(plain(detailed)).toEqual(others);
    expect(detailed).toMatchObject({
      passenger_ids: [1, 3],
      breakdown: [
        { passenger: 1, price: 3_333_334, penalty: 1_000_000, diffrance: 2_333_334 },
        { passenger: 3, price: 3_333_333, penalty: 1_000_000, diffrance: 2_333_333 },
      ],
    });
    await reject(two.id);
    expect(await statusOf(id)).toBe('confirmed');
    expect(await quote(id)).toMatchObject({ price: 3_333_333, penalty: 1_000_000 });
  });

  it('is answered in detail where that is asked for', async () => {
    const id = await newReservation();
    const body = { reserve_id: id, expected_penalty: 1_000_000, passenger_ids: [3] };
    const refund = await service.ask(requestRefund, { receivedAt, body, query: 'detail=1' });
    expect(refund).toEqual(await itemised(Number(refund.id)));
    const other = await requestPart(id, [1]);
    expect(await service.ask(readRefundStatus, { body: { reserve_id: id } })).toEqual(other);
    const { refunds, ...newest } = await service.ask(readRefundStatus, { query: `reserve_id=${id}&detail=1` });
    expect(newest).toEqual(await itemised(other.id));
    expect(refunds).toEqual([other, plain(refund)]);
  });

  it('is the same one however often its passengers are given back for its penalty', async () => {
    const id = await newReservation();
    const refund = await requestPart(id, [1, 3]);
    expect(await requestPart(id, [3, 1])).toEqual(refund);
    await expect(request(id, 5, { passenger_ids: [1, 3] })).rejects.toMatchObject({ code: 'wrong_state' });
    const rest = await request(id, 1_000_000);
    expect(await request(id, 1_000_000)).toEqual(rest);
    expect(await requestPart(id, [2])).toEqual(rest);
  });

  it('is requested once more after its end where that is said, and else answered as it ended', async () => {
    const id = await newReservation();
    for (const end of [reject, withdraw]) {
      const refund = await requestPart(id, [1, 2], { again: true });
      const ended = await end(refund.id);
      expect(await requestPart(id, [1, 2])).toEqual(ended);
      await expect(request(id, 1, { passenger_ids: [1, 2] })).rejects.toMatchObject({ code: 'wrong_state' });
      const once = { idempotencyKey: `again ${ended.status}` };
      const again = await request(id, 2_000_000, { passenger_ids: [1, 2], again: true }, once);
      expect(again.id).not.toBe(refund.id);
      expect(await request(id, 2_000_000, { passenger_ids: [1, 2], again: true }, once)).toEqual(again);
      expect(await requestPart(id, [1, 2], { again: true })).toEqual(again);
      await withdraw(again.id);
    }
  });

  it('is withdrawn while nobody has decided on it, and lets its passengers go', async () => {
    const id = await newReservation();
    const refund = await requestPart(id, [1]);
    expect(await withdraw(refund.id)).toMatchObject({ id: refund.id, status: 'withdrawn' });
    expect(await itemised(refund.id)).toMatchObject({ status: 'withdrawn', passenger_ids: [1] });
    const other = await requestPart(id, [1, 2]);
    await service.ask(approveRefund, { key: String(other.id) });
    await expect(withdraw(other.id)).rejects.toMatchObject({ code: 'wrong_state', present: { state: 'approved' } });
    await expect(withdraw(other.id, { account: 2 })).rejects.toMatchObject({ code: 'unknown_refund' });
  });

  it('has shares that add up to the penalty of the whole, whatever the order, whatever ended meanwhile', async () => {
    const parts = fc.record({
      passengers: fc.integer({ min: 2, max: 6 }),
      price: fc.integer({ min: 0, max: 20_000 }),
      order: fc.array(fc.nat(5), { minLength: 1, maxLength: 8 }),
    });
    await fc.assert(
      fc.asyncProperty(parts, async ({ passengers, price, order }) => {
        const id = await newReservation({ passengers, price });
        const { penalty: whole = NaN } = await quote(id);
        for (const place of order) {
          const passenger = (place % passengers) + 1;
          const { penalty = NaN, refundable } = await quote(id, { passenger_ids: [passenger] }).catch(() => ({
            refundable: false,
            penalty: NaN,
          }));
          if (!refundable) continue;
          const refund = await request(id, penalty, { passenger_ids: [passenger], again: true });
          if (place % 2 === 0) await withdraw(refund.id);
        }
        const rest = await quote(id).catch(() => undefined);
        if (rest) await request(id, rest.penalty ?? NaN, { again: true });
        const { rows } = await owner.query<{ penalty: string; price: string }>(
          `select sum(penalty) as penalty, sum(price) as price from refund_passenger
            where account_id = 1 and reservation_id = $1 and is_live`,
          [id],
        );
        expect(rows).toEqual([{ penalty: String(whole), price: String(price) }]);
      }),
      { seed: 20_261_130, numRuns: 60 },
    );
  });
});

describe('prices of passengers', () => {
  const prices: PassengerPrice[] = [
    { passenger: 2, name: 'ثنا', price: 2_500_000 },
    { passenger: 1, price: 5_000_000 },
    { passenger: 3, price: 333_333 },
  ];
  const priced = { price: 7_833_333, passengers: 3, passenger_prices: prices };
  const read = (id: number): Promise<Record<string, unknown>> =>
    service.ask(readReservation, { key: String(id), query: 'detail=1' });

  it('are kept, shown in detail alone, and shared by', async () => {
    const id = await newReservation(priced);
    const stored = [
      { passenger: 1, name: null, price: 5_000_000, type: null },
      { passenger: 2, name: 'ثنا', price: 2_500_000, type: null },
      { passenger: 3, name: null, price: 333_333, type: null },
    ];
    expect(await service.ask(readReservation, { key: String(id) })).not.toHaveProperty('passenger_prices');
    expect(await read(id)).toMatchObject({ passenger_prices: stored });
    const page = await service.ask<{ results: unknown[] }>(listReservations, {
      query: 'detail=1&sort=-id&page_size=1',
      publicUrl: 'https://refundry.example/reservations/',
    });
    expect(page.results).toMatchObject([{ id, passenger_prices: stored }]);
    expect(await quote(id, { passenger_ids: [1] })).toMatchObject({ price: 5_000_000, penalty: 1_500_000 });
  });

  it('hold while they can, for clients that know nothing of them', async () => {
    const id = await newReservation(priced);
    const { modified_date: modified } = await read(id);
    await save(id, { price: 7_833_333, passengers: 3 });
    expect(await read(id)).toMatchObject({ modified_date: modified, passenger_prices: [{}, {}, {}] });
    await save(id, { price: 7_833_330, passengers: 3 });
    expect(await read(id)).toMatchObject({ passenger_prices: null });
    await save(id, priced);
    await save(id, { ...priced, passenger_prices: null });
    expect(await read(id)).toMatchObject({ passenger_prices: null });
  });

  it('may say how many passengers there are', async () => {
    const id = await newReservation({ price: 7_833_333, passenger_prices: prices });
    expect(await read(id)).toMatchObject({ passengers: 3 });
  });

  it.each([
    ['one too many', { passengers: 2 }, 'Give each passenger from 1 to 2 one price.'],
    ['none', { passenger_prices: [] }, 'Give each passenger from 1 to 3 one price.'],
    [
      'one twice',
      { passenger_prices: [prices[0], prices[0], prices[2]] },
      'Give each passenger from 1 to 3 one price.',
    ],
    ['another sum', { price: 7_833_334 }, 'The prices must add up to 7833334.'],
  ])('are refused with %s', async (_what, others, text) => {
    await expect(newReservation({ ...priced, ...others })).rejects.toMatchObject({
      code: 'invalid',
      fields: { passenger_prices: [text] },
    });
  });

  it('are those that shares hang on while some are given back and others are not', async () => {
    const id = await newReservation(priced);
    const refund = await request(id, 1_500_000, { passenger_ids: [1] });
    for (const others of [{ price: 1 }, { passengers: 2, price: 7_833_333 }, { ...priced, passenger_prices: null }])
      await expect(save(id, others)).rejects.toMatchObject({ code: 'wrong_state', present: { state: 'requested' } });
    expect(await save(id, { ...priced, fare_class: 'J', status: 'done' })).toMatchObject({ status: 'done' });
    await save(id, priced);
    await withdraw(refund.id);
    expect(await save(id, { price: 1 })).toMatchObject({ price: 1 });
  });
});

/** Without what is shown in detail alone. */
const plain = (refund: object): object =>
  Object.fromEntries(
    Object.entries(refund).filter(([name]) => !['passenger_ids', 'breakdown', 'quote_id'].includes(name)),
  );
