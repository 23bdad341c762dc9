import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { payloadOf, type ReservationClient } from '../system/reservation-client.js';
import { postedRules, putReservation, type Refund } from '../system/reservations.js';
import { SharedSystem } from '../system/shared-system.js';

const meta = { timestamp: expect.any(Number) };

let system: SharedSystem;
/** A client of the document, and nothing more. */
let agency: ReservationClient;
/** Names passengers. */
let office: ReservationClient;
let reservations = 0;

beforeAll(async () => {
  system = await SharedSystem.join();
  agency = await system.newReservationClient();
  office = agency;
  await office.payload('POST', 'refund/rules', postedRules);
});

afterAll(() => system.leave());

/** Of three passengers for 10,000,000. */
async function newReservation(): Promise<number> {
  const id = ++reservations;
  await office.payload('PUT', `reservations/${id}`, { ...putReservation(id), passengers: 3 });
  return id;
}
const procedure = async (id: number): Promise<string> =>
  (await agency.request('GET', 'refund/procedure', { reserve_id: String(id) })).text.replace(/,"meta".*/, '');
const requestPart = (id: number, passengers: unknown, expected: number): Promise<Refund> =>
  office.payload('POST', 'refund/request', { reserve_id: id, expected_penalty: expected, passenger_ids: passengers });

describe('an agency that knows nothing of passengers', () => {
  it('is quoted and refunded what is left, in the five keys of the document', async () => {
    const id = await newReservation();
    expect(await procedure(id)).toBe(
      `{"payload":{"refundable":true,"reserve_id":${id},"diffrance":7000000,"price":10000000,"penalty":3000000}`,
    );
    await requestPart(id, [1], 1_000_000);
    expect(await procedure(id)).toBe(
      `{"payload":{"refundable":true,"reserve_id":${id},"diffrance":4666666,"price":6666666,"penalty":2000000}`,
    );
    expect(await agency.payload('GET', 'book/status', { local_pnr: `L${id}` })).toMatchObject({ status: 'confirmed' });
    const rest = await agency.requestRefund(id, 2_000_000);
    expect(Object.keys(rest)).toEqual([
      'id',
      'reserve_id',
      'status',
      'price',
      'penalty',
      'diffrance',
      'reason_id',
      'rule_id',
      'rule_version',
      'requested_date',
      'modified_date',
    ]);
    expect(await agency.requestRefund(id, 2_000_000)).toEqual(rest);
    expect(await agency.refund(id)).toEqual(rest);
    expect(await agency.payload('GET', 'book/status', { local_pnr: `L${id}` })).toMatchObject({ status: 'refund' });
    expect(await agency.request('GET', 'refund/procedure', { reserve_id: id })).toMatchObject({
      status: 422,
      json: { error: { code: 3003 }, meta },
    });
  });

  it('may save its booking as ever, and keeps the prices that another has given', async () => {
    const id = await newReservation();
    const prices = [1, 2, 3].map((passenger) => ({ passenger, price: passenger === 1 ? 8_000_000 : 1_000_000 }));
    await office.payload('PUT', `reservations/${id}`, {
      ...putReservation(id),
      passengers: 3,
      passenger_prices: prices,
    });
    const saved = await agency.payload('PUT', `reservations/${id}`, { ...putReservation(id), passengers: 3 });
    expect(saved).not.toHaveProperty('passenger_prices');
    expect(await office.payload('GET', `reservations/${id}?detail=1`)).toEqual({
      ...(saved as object),
      passenger_prices: prices.map((price) => ({
        passenger: price.passenger,
        name: null,
        price: price.price,
        type: null,
      })),
    });
  });
});

describe('passengers of a reservation', () => {
  it('are named in bodies and queries, and shown with what each bears', async () => {
    const id = await newReservation();
    expect(await office.payload('GET', `refund/procedure?reserve_id=${id}&passenger_ids=1,3&detail=1`)).toMatchObject({
      price: 6_666_667,
      penalty: 2_000_000,
      breakdown: [
        { passenger: 1, price: 3_333_334, penalty: 1_000_000, diffrance: 2_333_334 },
        { passenger: 3, price: 3_333_333, penalty: 1_000_000, diffrance: 2_333_333 },
      ],
      refunded_passengers: [],
      whole: { price: 10_000_000, penalty: 3_000_000 },
    });
    const refund = await requestPart(id, '1,3', 2_000_000);
    const detailed = await office.payload<object>('GET', `refunds/${refund.id}`);
    expect(detailed).toEqual({ ...refund, passenger_ids: [1, 3], breakdown: expect.any(Array), quote_id: null });
    expect(await office.payload('GET', `refund/status?reserve_id=${id}&detail=1`)).toEqual({
      ...detailed,
      refunds: [refund],
    });
    expect(await office.payload('POST', `refund/${refund.id}/withdraw`)).toMatchObject({ status: 'withdrawn' });
  });

  it('who are not there, or given back before, are named in the refusal', async () => {
    const id = await newReservation();
    await requestPart(id, [2], 1_000_000);
    const refusal = async (passengers: number[]): Promise<unknown> => {
      const body = { reserve_id: id, passenger_ids: passengers };
      const { status, json } = await office.request('POST', 'refund/procedure', body);
      return [status, json];
    };
    expect(await refusal([3, 4])).toEqual([
      422,
      { error: { code: 3009, fields: { passenger_ids: ['There is no passenger 4.'] } }, meta },
    ]);
    expect(await refusal([1, 2])).toEqual([
      422,
      { error: { code: 3010, fields: { passenger_ids: ['Refunded already is passenger 2.'] } }, meta },
    ]);
    expect(await office.request('GET', 'refunds/4000000')).toMatchObject({
      status: 422,
      json: { error: { code: 3006 } },
    });
  });

  it('are withdrawn by tokens that may write, and by nobody who may only read', async () => {
    const id = await newReservation();
    const refund = await requestPart(id, [3], 1_000_000);
    const withdraw = (scope: string): ReturnType<ReservationClient['request']> =>
      office.request('POST', `refund/${refund.id}/withdraw`, undefined, {
        headers: { authorization: `Bearer ${office.newToken(scope)}` },
      });
    expect(await withdraw('reservation:read')).toMatchObject({ status: 403, json: { error: { code: 2102 } } });
    expect(payloadOf(await withdraw('reservation:write'))).toMatchObject({ status: 'withdrawn' });
  });

  it('belong to their account', async () => {
    const id = await newReservation();
    const refund = await requestPart(id, [1], 1_000_000);
    const stranger = await system.newReservationClient();
    for (const [method, path] of [
      ['GET', `refunds/${refund.id}`],
      ['POST', `refund/${refund.id}/withdraw`],
    ] as const)
      expect(await stranger.request(method, path)).toMatchObject({ status: 422, json: { error: { code: 3006 } } });
  });
});
