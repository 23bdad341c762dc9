import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { RefundEvent } from '@refundry/contracts';
import { signedToken } from '../tools/src/demo-reservation-client.js';
import { demoReservations } from '../tools/src/demo-reservations.js';
import { EventReader, type Event } from './system/event-reader.js';
import { send, type Answer } from './system/http.js';
import { RunningSystem } from './system/running-system.js';
import { until } from './system/until.js';

interface Quote {
  readonly refundable: boolean;
  readonly reserve_id: number;
  readonly diffrance: number;
  readonly price: number;
  readonly penalty?: number;
}

interface Refund {
  readonly id: number;
  readonly status: string;
  readonly penalty: number;
}

const scopes = 'reservation:read,reservation:write,reservation:manage';
const meta = { timestamp: expect.any(Number) };
const signedForSeconds = 300;

let system: RunningSystem;
let organisationToken: string;
let reader: EventReader;
const domain = 'agency.example';
/** A flight that starts far from now, and the others of the demo. */
const flight = 10_011;

beforeAll(async () => {
  system = await RunningSystem.start({ services: ['reservation-refund'] });
  reader = await EventReader.open(system.natsUrl('reader'), 'reservation-refund');
  const account = await system.newAccount();
  await system.command('domain', 'add', '--account', account, '--domain', domain);
  organisationToken = (await system.command<{ organisation_token: string }>('organisation-token', 'create', '--account', account, '--for', '1 week', '--scopes', scopes)).organisation_token;
  const { rules, reservations } = demoReservations(Date.now());
  for (const rule of rules) expect((await ask('POST', 'refund/rules', rule)).status).toBe(200);
  for (const [id, reservation] of reservations) expect((await ask('PUT', `reservations/${id}`, reservation)).status).toBe(200);
});

afterAll(async () => {
  await reader.close();
  await system.stop();
});

function ask(method: string, path: string, body?: unknown, version = 'v1'): Promise<Answer> {
  const text = body === undefined ? undefined : JSON.stringify(body);
  const headers = { domain, authorization: `Bearer ${signedToken(organisationToken, signedForSeconds)}`, 'content-type': 'application/json', ...(text !== undefined && { 'content-length': String(Buffer.byteLength(text)) }) };
  return send(method, `${system.url}/api/reservation/${version}/${path}`, { headers, ...(text !== undefined && { body: text }) });
}

const payloadOf = ({ status, json, text }: Answer): unknown => {
  if (status !== 200) throw new Error(`${status} ${text}`);
  return (json as { payload: unknown }).payload;
};
const quoteOf = async (reserveId: unknown): Promise<Quote> => payloadOf(await ask('GET', 'refund/procedure', { reserve_id: reserveId })) as Quote;
const refusal = ({ status, json }: Answer): [number, unknown] => [status, json];
const error = (code: number): object => ({ error: { code }, meta });

describe('what giving a reservation back costs', () => {
  it.each(['v1', '1'])('is told at version %s as the document prints it', async (version) => {
    const { status, headers, json } = await ask('GET', 'refund/procedure', { reserve_id: String(flight) }, version);
    expect([status, headers['content-type']]).toEqual([200, 'application/json']);
    expect(json).toEqual({ payload: { refundable: true, reserve_id: flight, diffrance: 9_116_800, price: 13_024_000, penalty: 3_907_200 }, meta });
    expect(Object.keys((json as { payload: object }).payload)).toEqual(['refundable', 'reserve_id', 'diffrance', 'price', 'penalty']);
  });

  it('is told by body, query, POST, and both when they agree', async () => {
    const expected = await quoteOf(flight);
    for (const answer of [await ask('GET', `refund/procedure?reserve_id=${flight}`), await ask('POST', 'refund/procedure', { reserve_id: flight }), await ask('GET', `refund/procedure/?reserve_id=${flight}`, { reserve_id: String(flight) })]) {
      expect(payloadOf(answer)).toEqual(expected);
    }
    expect(refusal(await ask('GET', 'refund/procedure?reserve_id=10012', { reserve_id: flight }))).toEqual([400, error(1003)]);
  });

  it('is told of ids and PNRs however they are written', async () => {
    for (const written of [' 10011 ', '۱۰۰۱۱', '١٠٠١١', 'fq10011', 'RF10011', 10_011]) expect((await quoteOf(written)).reserve_id).toBe(flight);
  });

  it('has no penalty where there are no rules, and all of the price for one where there is nothing to get back', async () => {
    expect(await quoteOf(10_031)).toEqual({ refundable: false, reserve_id: 10_031, diffrance: 0, price: 4_300_000 });
    expect(await quoteOf(10_015)).toEqual({ refundable: true, reserve_id: 10_015, diffrance: 0, price: 8_700_000, penalty: 8_700_000 });
  });

  it.each([
    [undefined, 400, 1001], [{}, 400, 1001], [{ reserve_id: '' }, 400, 1001], [{ reserve_id: null }, 400, 1001], [{ reserve_id: [1] }, 400, 1002], [{ reserve_id: {} }, 400, 1002], [[], 400, 1002],
    [{ reserve_id: 'x' }, 422, 3001], [{ reserve_id: '99999999999999999999999' }, 422, 3001],
  ])('is refused to %j', async (body, status, code) => {
    const [answered, json] = refusal(await ask('GET', 'refund/procedure', body));
    expect([answered, (json as { error: { code: number } }).error.code]).toEqual([status, code]);
  });

  it('is refused to a million characters', async () => {
    expect(refusal(await ask('GET', 'refund/procedure', { reserve_id: 'x'.repeat(1_000_000) }))).toEqual([400, error(1002)]);
  });

  it('is not found where nothing is', async () => {
    expect(refusal(await ask('GET', 'refund/procedures'))).toEqual([404, error(4041)]);
    expect(refusal(await ask('GET', 'refund/procedure', { reserve_id: flight }, 'v2'))).toEqual([404, error(4041)]);
    expect(refusal(await ask('DELETE', 'refund/procedure'))).toEqual([405, error(4051)]);
  });
});

describe('a refund', () => {
  it('is requested at the penalty that was seen, once', async () => {
    const { penalty = 0 } = await quoteOf(10_012);
    const changed = await ask('POST', 'refund/request', { reserve_id: 10_012, expected_penalty: penalty - 1 });
    expect(refusal(changed)).toEqual([409, { error: { code: 4001 }, payload: expect.objectContaining({ reserve_id: 10_012, penalty }), meta }]);
    const answers = await Promise.all(Array.from({ length: 5 }, () => ask('POST', 'refund/request', { reserve_id: 10_012, expected_penalty: penalty })));
    const refunds = answers.map((answer) => payloadOf(answer) as Refund);
    expect(new Set(refunds.map(({ id }) => id)).size).toBe(1);
    expect(refunds[0]).toMatchObject({ status: 'requested', penalty });
    expect(payloadOf(await ask('GET', 'book/status', { local_pnr: 'RF10012' }))).toMatchObject({ status: 'refund' });
    expect(payloadOf(await ask('GET', 'refund/status', { reserve_id: 10_012 }))).toMatchObject({ id: refunds[0]?.id, status: 'requested' });
  });

  it('moves as the table says, and not otherwise', async () => {
    const { penalty = 0 } = await quoteOf(10_021);
    const { id } = payloadOf(await ask('POST', 'refund/request', { reserve_id: 10_021, expected_penalty: penalty })) as Refund;
    expect((await ask('POST', `refund/${id}/mark-paid`)).status).toBe(409);
    expect(payloadOf(await ask('POST', `refund/${id}/approve`))).toMatchObject({ status: 'approved' });
    expect((await ask('POST', `refund/${id}/reject`)).status).toBe(409);
    expect(payloadOf(await ask('POST', `refund/${id}/mark-paid`))).toMatchObject({ status: 'paid' });
    await until('the outbox is empty', async () => (await system.query('reservation-refund', 'select from outbox limit 1')).length === 0);
    const events = (await reader.events<Event & RefundEvent>()).filter(({ refund }) => refund === id);
    expect(events.map(({ type, reservation }) => [type, reservation])).toEqual(['requested', 'approved', 'paid'].map((state) => [`reservation_refund.${state}`, 10_021]));
  });
});
