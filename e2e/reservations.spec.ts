import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { RefundEvent } from '@refundry/contracts';
import { demoReservations } from '../tools/src/demo-reservations.js';
import { EventReader, type Event } from './system/event-reader.js';
import type { Answer } from './system/http.js';
import { payloadOf, type ReservationClient } from './system/reservation-client.js';
import { putReservation } from './system/reservations.js';
import { RunningSystem } from './system/running-system.js';
import { until } from './system/until.js';

const meta = { timestamp: expect.any(Number) };

let system: RunningSystem;
let client: ReservationClient;
let reader: EventReader;
/** A flight that starts far from now, and the others of the demo. */
const flight = 10_011;

beforeAll(async () => {
  system = await RunningSystem.start({ services: ['reservation-refund'] });
  reader = await EventReader.open(system.natsUrl('reader'), 'reservation-refund');
  client = await system.newReservationClient();
  const { rules, reservations } = demoReservations(Date.now());
  for (const rule of rules) await client.payload('POST', 'refund/rules', rule);
  for (const [id, reservation] of reservations) await client.payload('PUT', `reservations/${id}`, reservation);
});

afterAll(async () => {
  await reader.close();
  await system.stop();
});

const refusal = ({ status, json }: Answer): [number, unknown] => [status, json];
const error = (code: number): object => ({ error: { code }, meta });

describe('a list of reservations', () => {
  it.each(['v1', '1'])('has pages whose links keep the version as it was asked for: %s', async (version) => {
    const page = async (number: number): Promise<{ next: string | null; previous: string | null }> => payloadOf(await client.request('GET', `reservations?page_size=2&page=${number}`, undefined, { version })) as { next: string; previous: string };
    const list = `${system.url}/api/reservation/${version}/reservations/`;
    expect((await page(1)).next).toBe(`${list}?page=2&page_size=2`);
    expect((await page(2)).previous).toBe(`${list}?page_size=2`);
  });
});

describe('OPTIONS of a reservation', () => {
  it('lists the choices of its fields', async () => {
    expect(await client.payload('OPTIONS', `reservations/${flight}`)).toMatchObject({ actions: { PUT: { service: { type: 'choice', choices: ['flight', 'train', 'bus', 'hotel'].map((value) => ({ value, display_name: value })) } } } });
  });
});

describe('what giving a reservation back costs', () => {
  it.each(['v1', '1'])('is told at version %s as the document prints it', async (version) => {
    const { status, headers, json } = await client.request('GET', 'refund/procedure', { reserve_id: String(flight) }, { version });
    expect([status, headers['content-type']]).toEqual([200, 'application/json']);
    expect(json).toEqual({ payload: { refundable: true, reserve_id: flight, diffrance: 9_116_800, price: 13_024_000, penalty: 3_907_200 }, meta });
    expect(Object.keys((json as { payload: object }).payload)).toEqual(['refundable', 'reserve_id', 'diffrance', 'price', 'penalty']);
  });

  it('is told by body, query, POST, and both when they agree', async () => {
    const expected = await client.quote(flight);
    for (const answer of [await client.request('GET', `refund/procedure?reserve_id=${flight}`), await client.request('POST', 'refund/procedure', { reserve_id: flight }), await client.request('GET', `refund/procedure/?reserve_id=${flight}`, { reserve_id: String(flight) })]) {
      expect(payloadOf(answer)).toEqual(expected);
    }
    expect(refusal(await client.request('GET', 'refund/procedure?reserve_id=10012', { reserve_id: flight }))).toEqual([400, error(1003)]);
  });

  it('is told of ids and PNRs however they are written', async () => {
    for (const written of [' 10011 ', '۱۰۰۱۱', '١٠٠١١', 'fq10011', 'RF10011', 10_011]) expect((await client.quote(written)).reserve_id).toBe(flight);
  });

  it('has no penalty where there are no rules, and all of the price for one where there is nothing to get back', async () => {
    expect(await client.quote(10_031)).toEqual({ refundable: false, reserve_id: 10_031, diffrance: 0, price: 4_300_000 });
    expect(await client.quote(10_015)).toEqual({ refundable: true, reserve_id: 10_015, diffrance: 0, price: 8_700_000, penalty: 8_700_000 });
  });

  it.each([
    [undefined, 400, 1001], [{}, 400, 1001], [{ reserve_id: '' }, 400, 1001], [{ reserve_id: null }, 400, 1001], [{ reserve_id: [1] }, 400, 1002], [{ reserve_id: {} }, 400, 1002], [[], 400, 1002],
    [{ reserve_id: 'x' }, 422, 3001], [{ reserve_id: '99999999999999999999999' }, 422, 3001],
  ])('is refused to %j', async (body, status, code) => {
    const [answered, json] = refusal(await client.request('GET', 'refund/procedure', body));
    expect([answered, (json as { error: { code: number } }).error.code]).toEqual([status, code]);
  });

  it('is refused to a million characters', async () => {
    expect(refusal(await client.request('GET', 'refund/procedure', { reserve_id: 'x'.repeat(1_000_000) }))).toEqual([400, error(1002)]);
  });

  it('is not found where nothing is', async () => {
    expect(refusal(await client.request('GET', 'refund/procedures'))).toEqual([404, error(4041)]);
    expect(refusal(await client.request('GET', 'refund/procedure', { reserve_id: flight }, { version: 'v2' }))).toEqual([404, error(4041)]);
    expect(refusal(await client.request('DELETE', 'refund/procedure'))).toEqual([405, error(4051)]);
  });
});

describe('the reservation that is meant, its time and its rules', () => {
  const put = (id: number | string, others: object): Promise<Answer> => client.request('PUT', `reservations/${id}`, { ...putReservation(0), local_pnr: `M${id}`, original_pnr: null, ...others });

  it('are not those of an id that the text only resembles', async () => {
    await put(450, {});
    await put(451, { local_pnr: '0450' });
    for (const written of ['0450', '۰۴۵۰', '\u202a0450\u202c', '04\u00ad50']) expect((await client.quote(written)).reserve_id).toBe(451);
    for (const written of ['450', 450, '\u200f450']) expect((await client.quote(written)).reserve_id).toBe(450);
    expect(refusal(await client.request('POST', 'refund/request', { reserve_id: '+450', expected_penalty: 0 }))).toEqual([422, error(3001)]);
    expect(refusal(await client.request('GET', 'reservations/0450'))).toEqual([422, error(3001)]);
    expect((await put('0450', {})).status).toBe(400);
    await put(452, { local_pnr: '0\u200c450' });
    expect(refusal(await client.request('GET', 'refund/procedure?reserve_id=0450'))).toEqual([422, error(3002)]);
  });

  it('are by the clock of the zone where no offset is given, and whatever the letters of a name', async () => {
    await client.payload('POST', 'refund/rules', { name: 'Kish', supplier: 'ایران ایر کیش', service: 'bus', tiers: [{ minutes_before: 0, amount: 7 }] });
    const saved = payloadOf(await put(700, { service: 'bus', supplier: 'ايران\u200cاير  كيش', starts_at: '2036-12-20T10:00:00', zone: 'Asia/Tehran' }));
    expect(saved).toMatchObject({ starts_at: '2036-12-20T06:30:00Z', supplier: 'ايران\u200cاير  كيش' });
    expect(await client.quote(700)).toMatchObject({ penalty: 7 });
  });
});

describe('a refund', () => {
  it('is requested at the penalty that was seen, once', async () => {
    const { penalty = 0 } = await client.quote(10_012);
    const changed = await client.request('POST', 'refund/request', { reserve_id: 10_012, expected_penalty: penalty - 1 });
    expect(refusal(changed)).toEqual([409, { error: { code: 4001 }, payload: expect.objectContaining({ reserve_id: 10_012, penalty }), meta }]);
    const refunds = await Promise.all(Array.from({ length: 5 }, () => client.giveBack(10_012, penalty)));
    expect(new Set(refunds.map(({ id }) => id)).size).toBe(1);
    expect(refunds[0]).toMatchObject({ status: 'requested', penalty });
    expect(await client.payload('GET', 'book/status', { local_pnr: 'RF10012' })).toMatchObject({ status: 'refund' });
    expect(await client.payload('GET', 'refund/status', { reserve_id: 10_012 })).toMatchObject({ id: refunds[0]?.id, status: 'requested' });
  });

  it('is told to other teams, whatever becomes of it', async () => {
    const { penalty = 0 } = await client.quote(10_021);
    const { id } = await client.giveBack(10_021, penalty);
    for (const move of ['approve', 'mark-paid']) expect((await client.request('POST', `refund/${id}/${move}`)).status).toBe(200);
    await until('the outbox is empty', async () => (await system.query('reservation-refund', 'select from outbox limit 1')).length === 0);
    const events = (await reader.events<Event & RefundEvent>()).filter(({ refund }) => refund === id);
    expect(events.map(({ type, reservation }) => [type, reservation])).toEqual(['requested', 'approved', 'paid'].map((state) => [`reservation_refund.${state}`, 10_021]));
  });
});
