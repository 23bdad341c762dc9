import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  answerQuote,
  askAboutQuote,
  declineQuote,
  listQuotes,
  readQuote,
  replyToQuote,
  requestQuote,
  withdrawQuote,
  type ManualQuote,
  type QuoteEvent,
} from '@refundry/contracts';
import { EventReader, type Event } from '../system/event-reader.js';
import type { Answer } from '../system/http.js';
import { payloadOf, type ReservationClient } from '../system/reservation-client.js';
import { putReservation, type Refund } from '../system/reservations.js';
import { SharedSystem } from '../system/shared-system.js';
import { until } from '../system/until.js';

let system: SharedSystem;
let client: ReservationClient;
let reader: EventReader;
let reservations = 0;

beforeAll(async () => {
  system = await SharedSystem.join();
  reader = await EventReader.open(system.natsUrl('reader'), 'reservation-refund');
  client = await system.newReservationClient();
});

afterAll(async () => {
  await reader.close();
  await system.leave();
});

/** A charter for 12,500,000 that no rule prices. */
async function newCharter(): Promise<number> {
  const id = ++reservations;
  await client.payload('PUT', `reservations/${id}`, { ...putReservation(id), price: 12_500_000 });
  return id;
}

/** With a token that has no further scopes. */
const asking = (scope: string, method: string, path: string, body?: unknown): Promise<Answer> =>
  client.request(method, path, body, { headers: { authorization: `Bearer ${client.newToken(scope)}` } });
const read = 'reservation:read';
const write = 'reservation:write';
const manage = 'reservation:manage';

/** The software of an agency that knows the documents and nothing else. */
const agency = {
  procedure: (id: number): Promise<Answer> =>
    asking(`${read} ${write}`, 'GET', 'refund/procedure', { reserve_id: String(id) }),
  request: (id: number, penalty: number): Promise<Answer> =>
    asking(`${read} ${write}`, 'POST', 'refund/request', { reserve_id: String(id), expected_penalty: penalty }),
};
const textOf = ({ status, text }: Answer): string => `${status} ${text.replace(/"timestamp":\d+/, '"timestamp":0')}`;
const procedureAnswer = (payload: string): string => `200 {"payload":${payload},"meta":{"timestamp":0}}`;
const errorOf = ({ status, json }: Answer): unknown => [status, (json as { error?: unknown }).error];

const ask = (id: number, others: object = {}): Promise<ManualQuote> =>
  client.payload('POST', 'refund/quotes', { reserve_id: id, ...others });
const answer = (id: number, body: object = { percent: 45, valid_minutes: 60 }): Promise<ManualQuote> =>
  client.payload('POST', `refund/quotes/${id}/answer`, body);
describe('the software of an agency that knows nothing of manual quotes', () => {
  it('refunds what an operator has priced by hand', async () => {
    const id = await newCharter();
    const refusal = procedureAnswer(`{"refundable":false,"reserve_id":${id},"diffrance":0,"price":12500000}`);
    expect(textOf(await agency.procedure(id))).toBe(refusal);
    const quote = await ask(id, { category: 'airline_cancelled', note: 'برف' });
    expect(textOf(await agency.procedure(id))).toBe(refusal);
    await answer(quote.id);
    expect(textOf(await agency.procedure(id))).toBe(
      procedureAnswer(`{"refundable":true,"reserve_id":${id},"diffrance":6875000,"price":12500000,"penalty":5625000}`),
    );
    expect(errorOf(await agency.request(id, 5_625_001))).toEqual([409, { code: 4001 }]);
    const refund = payloadOf(await agency.request(id, 5_625_000)) as Refund & { rule_id: null };
    expect(refund).toMatchObject({ status: 'requested', penalty: 5_625_000, rule_id: null });
    expect(Object.keys(refund).slice(0, 9).join(' ')).toBe(
      'id reserve_id status price penalty diffrance reason_id rule_id rule_version',
    );
    expect(await client.payload('GET', `refund/quotes/${quote.id}`)).toMatchObject({
      status: 'used',
      refund_id: refund.id,
    });
    expect(errorOf(await agency.procedure(id))).toEqual([422, { code: 3003 }]);
    await client.payload('POST', `refund/${refund.id}/approve`);
    expect(await client.refund(id)).toMatchObject({ status: 'approved' });
  });

  it('gets its quotes by asking twice, where the account opens them by itself', async () => {
    await client.payload('PATCH', 'settings', { opens_quotes: true });
    const id = await newCharter();
    const first = await agency.procedure(id);
    await client.payload('PATCH', 'settings', { opens_quotes: false });
    expect(textOf(first)).toBe(
      procedureAnswer(`{"refundable":false,"reserve_id":${id},"diffrance":0,"price":12500000}`),
    );
    expect(first.headers['cache-control']).toContain('no-store');
    const opened = await until('the quote is open', async () => {
      const { results } = await client.payload<{ results: readonly ManualQuote[] }>(
        'GET',
        `refund/quotes?status=requested&domain=${client.domain}&reserve_id=${id}`,
      );
      return results[0];
    });
    await answer(opened.id, { penalty: 0, valid_minutes: 5 });
    expect(textOf(await agency.procedure(id))).toBe(
      procedureAnswer(`{"refundable":true,"reserve_id":${id},"diffrance":12500000,"price":12500000,"penalty":0}`),
    );
    expect(payloadOf(await agency.request(id, 0))).toMatchObject({ penalty: 0, rule_version: null });
  });

  it('is refused with 3005 after the quote has ended, as ever', async () => {
    const id = await newCharter();
    const { id: quote } = await ask(id);
    await answer(quote);
    await client.payload('POST', `refund/quotes/${quote}/withdraw`);
    expect(errorOf(await agency.request(id, 5_625_000))).toEqual([422, { code: 3005 }]);
  });
});

describe('manual quotes', () => {
  it('leave their events', async () => {
    const { id } = await ask(await newCharter());
    await answer(id);
    const declined = await ask(await newCharter());
    await client.payload('POST', `refund/quotes/${declined.id}/decline`, { note: 'No.' });
    const types = async (quote: number, count: number): Promise<string[]> =>
      until('its events', async () => {
        const found = (await reader.events<Event & QuoteEvent>()).filter((event) => event.quote === quote);
        return found.length >= count ? found.map(({ type }) => type) : undefined;
      });
    expect(await types(id, 2)).toEqual(['reservation_refund.quote_requested', 'reservation_refund.quoted']);
    expect(await types(declined.id, 2)).toEqual([
      'reservation_refund.quote_requested',
      'reservation_refund.quote_declined',
    ]);
  });

  it('are refused with numbers that are published in English and Persian', async () => {
    const { id } = await ask(await newCharter());
    const refusals = await Promise.all([
      client.request('GET', 'refund/quotes/987654321'),
      client.request('POST', 'refund/quotes/987654321/answer', { penalty: 1 }),
      client.request('POST', `refund/quotes/${id}/answer`, { penalty: 12_500_001, valid_minutes: 1 }),
      client.request('POST', `refund/quotes/${id}/reply`, { note: 'x' }),
    ]);
    expect(refusals.map(errorOf)).toEqual([
      [422, { code: 3008 }],
      [422, { code: 3008 }],
      [400, { code: 1004, fields: { penalty: ['Ensure this value is less than or equal to 12500000.'] } }],
      [409, { code: 3015, of: 'quote', state: 'requested', possible: ['question', 'quoted', 'declined', 'withdrawn'] }],
    ]);
    const { errors } = await client.payload<{ errors: { code: number; en: string; fa: string }[] }>('GET', 'errors');
    for (const code of [3008, 1004, 3015, 3005, 4001]) expect(errors.map((error) => error.code)).toContain(code);
  });

  it.each([
    [requestQuote, 'POST', read],
    [listQuotes, 'GET', write],
    [readQuote, 'GET', write],
    [answerQuote, 'POST', `${read} ${write}`],
    [askAboutQuote, 'POST', `${read} ${write}`],
    [replyToQuote, 'POST', read],
    [declineQuote, 'POST', `${read} ${write}`],
    [withdrawQuote, 'POST', read],
  ])('are refused to tokens without their scope: %p', async ({ path, scope }, method, scopes) => {
    const { id } = await ask(await newCharter());
    const below = path.replace(':key', String(id));
    const body = { reserve_id: 1, note: 'x', percent: 1, valid_minutes: 1 };
    expect(errorOf(await asking(scopes, method, below, body))).toEqual([403, { code: 2102 }]);
    expect((await asking(scope, method, below, body)).status).not.toBe(403);
  });

  it('keep what is internal from those who may not manage', async () => {
    const { id } = await ask(await newCharter());
    await answer(id, { percent: 1, valid_minutes: 60, internal_note: 'Ours.' });
    expect((await asking(read, 'GET', `refund/quotes/${id}`)).text).not.toContain('Ours.');
    for (const path of [`refund/quotes/${id}?detail=1`, 'refund/quotes?detail=1'])
      expect(errorOf(await asking(read, 'GET', path))).toEqual([403, { code: 2102 }]);
    expect((await asking(`${read} ${manage}`, 'GET', `refund/quotes/${id}?detail=1`)).text).toContain('Ours.');
  });

  it('stand beside refunds, and neither takes the paths of the other', async () => {
    const { id } = await ask(await newCharter());
    const allowed = async (path: string): Promise<string | undefined> =>
      (await client.request('OPTIONS', path)).headers.allow;
    expect(await allowed('refund/quotes')).toBe('GET, POST, HEAD, OPTIONS');
    expect(await allowed(`refund/quotes/${id}`)).toBe('GET, HEAD, OPTIONS');
    for (const move of ['answer', 'ask', 'reply', 'decline', 'withdraw'])
      expect(await allowed(`refund/quotes/${id}/${move}`)).toBe('POST, OPTIONS');
    for (const move of ['approve', 'reject', 'mark-paid', 'mark-failed', 'withdraw']) {
      expect(errorOf(await client.request('POST', `refund/987654321/${move}`))).toEqual([422, { code: 3006 }]);
      expect((await client.request('POST', `refund/quotes/${move}`)).status).toBe(405);
    }
    expect(errorOf(await client.request('POST', 'refund/quotes/987654321/withdraw'))).toEqual([422, { code: 3008 }]);
  });
});
