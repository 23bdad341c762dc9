import 'reflect-metadata';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  answerQuote,
  approveRefund,
  askAboutQuote,
  createRefundRules,
  declineQuote,
  listQuotes,
  quoteRefund,
  readQuote,
  readRefund,
  rejectRefund,
  replyToQuote,
  requestQuote,
  requestRefund,
  reservationAudit,
  saveReservation,
  withdrawQuote,
  type AnsweredManualQuote,
  type AuditEntry,
  type ItemisedRefund,
  type ManualQuote,
  type Refund,
  type RefundQuote,
} from '@refundry/contracts';
import type { MountedEndpoint } from '@refundry/resource';
import { NatsServer, testDatabase } from '@refundry/testing';
import pg from 'pg';
import { flight, flightRules, RunningService } from '../testing/running-service.js';

let nats: NatsServer;
let service: RunningService;
let owner: pg.Client;
let reservations = 0;

/** No sweep is to end what these tests are about. */
const receivedAt = Date.parse('2098-12-03T09:00:00Z');
const charter = { ...flight, starts_at: '2099-03-10T15:00:00Z', price: 12_500_000 };
const operator = {
  account: 1,
  domain: 'shop.example',
  scopes: ['reservation:read', 'reservation:write', 'reservation:manage'],
  actor: { kind: 'signed_token', id: '12' },
} as const;
const agency = { ...operator, scopes: ['reservation:read', 'reservation:write'] };

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

const save = (id: number, others: object = {}): Promise<unknown> =>
  service.ask(saveReservation, {
    key: String(id),
    body: { ...charter, local_pnr: `L${id}`, original_pnr: `O${id}`, ...others },
  });
/** A charter for 12,500,000 that no rule prices. */
async function newReservation(others: object = {}): Promise<number> {
  const id = ++reservations;
  await save(id, others);
  return id;
}
const quote = (id: number, others: object = {}, head: object = {}): Promise<RefundQuote> =>
  service.ask(quoteRefund, { receivedAt, body: { reserve_id: id, ...others }, ...head });
const ask = (id: number, others: object = {}, head: object = {}): Promise<ManualQuote> =>
  service.ask(requestQuote, { receivedAt, body: { reserve_id: id, ...others }, caller: agency, ...head });
const move = (endpoint: MountedEndpoint, id: number, body: object = {}, head: object = {}): Promise<ManualQuote> =>
  service.ask(endpoint, { receivedAt, key: String(id), body, caller: operator, ...head });
const answer = (id: number, others: object = {}, head: object = {}): Promise<ManualQuote> =>
  move(answerQuote, id, { percent: 45, valid_minutes: 60, ...others }, head);
const request = (id: number, penalty: number, others: object = {}, head: object = {}): Promise<Refund> =>
  service.ask(requestRefund, {
    receivedAt,
    body: { reserve_id: id, expected_penalty: penalty, ...others },
    ...head,
  });
const detail = (id: number): Promise<AnsweredManualQuote> =>
  service.ask(readQuote, { key: String(id), query: 'detail=1', caller: operator });
const decisionsOn = async (id: number): Promise<AuditEntry[]> =>
  (
    await service.ask<{ results: AuditEntry[] }>(reservationAudit.list, {
      query: `subject_type=manual_quote&subject_id=${id}&sort=id`,
    })
  ).results;
/** The types of the events of a quote, whether they have been logged already or not. */
async function eventsOf(id: number): Promise<string[]> {
  const { rows } = await owner.query<{ type: string }>(
    `select substring(subject from 'reservation_refund[.].*') as type, payload->>'occurred' as occurred from outbox
        where payload->>'quote' = $1
      union select type, to_char(occurred at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') from event
        where data->>'quote' = $1 order by occurred`,
    [String(id)],
  );
  return rows.map(({ type }) => type.replace('reservation_refund.', ''));
}

describe('a manual quote', () => {
  it('is requested, answered, and used by an unchanged client', async () => {
    const id = await newReservation();
    expect(JSON.stringify(await quote(id))).toBe(
      `{"refundable":false,"reserve_id":${id},"diffrance":0,"price":12500000}`,
    );
    const asked = await ask(id, { category: 'airline_cancelled', note: 'Snow.' });
    expect(asked).toEqual({
      id: asked.id,
      reserve_id: id,
      passenger_ids: [1],
      category: 'airline_cancelled',
      status: 'requested',
      price: 12_500_000,
      penalty: null,
      diffrance: null,
      respond_by: '2098-12-03T13:00:00Z',
      valid_until: null,
      note: 'Snow.',
      answer_note: null,
      requested_date: '2098-12-03T09:00:00Z',
      answered_date: null,
      refund_id: null,
      domain: 'shop.example',
    });
    expect(await quote(id)).toMatchObject({ refundable: false });
    expect(await answer(asked.id, { note: 'As agreed.', internal_note: 'The airline pays.' })).toMatchObject({
      status: 'quoted',
      penalty: 5_625_000,
      diffrance: 6_875_000,
      valid_until: '2098-12-03T10:00:00Z',
      answered_date: '2098-12-03T09:00:00Z',
      answer_note: 'As agreed.',
    });
    expect(JSON.stringify(await quote(id))).toBe(
      `{"refundable":true,"reserve_id":${id},"diffrance":6875000,"price":12500000,"penalty":5625000}`,
    );
    const refund = await request(id, 5_625_000);
    expect(refund).toMatchObject({ penalty: 5_625_000, diffrance: 6_875_000, rule_id: null, rule_version: null });
    expect(Object.keys(refund)).toEqual([
      ...['id', 'reserve_id', 'status', 'price', 'penalty', 'diffrance', 'reason_id', 'rule_id', 'rule_version'],
      ...['requested_date', 'modified_date'],
    ]);
    expect(await service.ask<ItemisedRefund>(readRefund, { key: String(refund.id) })).toMatchObject({
      quote_id: asked.id,
      breakdown: [{ passenger: 1, price: 12_500_000, penalty: 5_625_000, diffrance: 6_875_000 }],
    });
    expect(await detail(asked.id)).toMatchObject({ status: 'used', refund_id: refund.id });
    expect(await eventsOf(asked.id)).toEqual(['quote_requested', 'quoted']);
  });

  it('stands in the place of the rules in detail', async () => {
    const id = await newReservation({ passengers: 3, price: 100 });
    const { id: asked } = await ask(id, { passenger_ids: [1, 3] });
    await answer(asked, { percent: undefined, penalty: 10 });
    const detailed = await quote(id, { passenger_ids: [1, 3], detail: true });
    // 34 + 33: 10 × 34 ÷ 67 = 5.07 for the first, what is left for the third.
    expect(detailed).toEqual({
      refundable: true,
      reserve_id: id,
      diffrance: 57,
      price: 67,
      penalty: 10,
      quote: { id: asked, valid_until: '2098-12-03T10:00:00Z' },
      breakdown: [
        { passenger: 1, price: 34, penalty: 5, diffrance: 29 },
        { passenger: 3, price: 33, penalty: 5, diffrance: 28 },
      ],
      refunded_passengers: [],
    });
    expect(await quote(id)).toMatchObject({ refundable: false, price: 100 });
    const refund = await request(id, 10, { passenger_ids: [3, 1] });
    expect(refund).toMatchObject({ price: 67, penalty: 10 });
    await expect(request(id, 10)).rejects.toMatchObject({ code: 'no_rules' });
  });

  it('is the one that is open for the same passengers, also for many who ask at once', async () => {
    const id = await newReservation({ passengers: 2 });
    const asked = await Promise.all([ask(id), ask(id, { passenger_ids: [2, 1] }), ask(id, { note: 'Once more.' })]);
    expect(new Set(asked.map((one) => one.id)).size).toBe(1);
    const [{ id: both }] = asked;
    expect((await ask(id, { passenger_ids: '2' })).id).not.toBe(both);
    await answer(both);
    expect(await ask(id)).toMatchObject({ id: both, status: 'quoted' });
    await move(withdrawQuote, both, {}, { caller: agency });
    expect((await ask(id)).id).not.toBe(both);
  });

  it('is requested once under one key', async () => {
    const id = await newReservation();
    const keyed = { idempotencyKey: `quote ${id}` };
    const { id: asked } = await ask(id, {}, keyed);
    await move(withdrawQuote, asked);
    expect(await ask(id, {}, keyed)).toMatchObject({ id: asked, status: 'withdrawn' });
    await expect(ask(id, { note: 'Other.' }, keyed)).rejects.toMatchObject({ code: 'idempotency_mismatch' });
  });

  it('is answered once, however often the same answer is sent, and anew by another', async () => {
    const { id } = await ask(await newReservation());
    expect(await answer(id)).toEqual(await answer(id));
    expect(await eventsOf(id)).toEqual(['quote_requested', 'quoted']);
    await answer(id, { percent: 40 });
    expect(await eventsOf(id)).toEqual(['quote_requested', 'quoted', 'quoted']);
  });

  it('goes to and fro while something is missing', async () => {
    const { id } = await ask(await newReservation(), { note: 'Partly used.' });
    expect(await move(askAboutQuote, id, { note: 'Which part?' })).toMatchObject({
      status: 'question',
      answer_note: 'Which part?',
    });
    await expect(answer(id)).rejects.toMatchObject({
      code: 'wrong_state',
      present: { of: 'quote', state: 'question', possible: ['requested', 'declined', 'withdrawn'] },
    });
    expect(
      await move(replyToQuote, id, { note: 'The first.' }, { receivedAt: receivedAt + 3_600_000, caller: agency }),
    ).toMatchObject({ status: 'requested', note: 'Partly used.\nThe first.', respond_by: '2098-12-03T14:00:00Z' });
    expect(await answer(id)).toMatchObject({ status: 'quoted' });
    expect((await decisionsOn(id)).map(({ action }) => action)).toEqual([
      'manual_quote.requested',
      'manual_quote.asked',
      'manual_quote.replied',
      'manual_quote.quoted',
    ]);
  });

  it('is answered again, with a record of the former answer', async () => {
    const id = await newReservation();
    const { id: asked } = await ask(id);
    await answer(asked);
    await answer(asked, { percent: 10, internal_note: 'The airline gave in.' });
    expect(await quote(id)).toMatchObject({ penalty: 1_250_000 });
    await expect(request(id, 5_625_000)).rejects.toMatchObject({
      code: 'penalty_changed',
      payload: { refundable: true, penalty: 1_250_000, diffrance: 11_250_000 },
    });
    const last = (await decisionsOn(asked)).at(-1);
    expect(last).toMatchObject({
      action: 'manual_quote.quoted',
      actor_kind: 'signed_token',
      actor: '12',
      before: { status: 'quoted', penalty: 5_625_000, internal_note: null },
      after: { status: 'quoted', penalty: 1_250_000, internal_note: 'The airline gave in.' },
    });
    expect(await eventsOf(asked)).toEqual(['quote_requested', 'quoted', 'quoted']);
  });

  it('is declined with a reason', async () => {
    const { id } = await ask(await newReservation());
    expect(await move(declineQuote, id, { note: 'Ask the airline.' })).toMatchObject({
      status: 'declined',
      answer_note: 'Ask the airline.',
      penalty: null,
    });
    expect(await eventsOf(id)).toEqual(['quote_requested', 'quote_declined']);
    for (const endpoint of [answerQuote, askAboutQuote, replyToQuote, declineQuote, withdrawQuote])
      await expect(move(endpoint, id, { note: 'x', penalty: 1, valid_minutes: 1 })).rejects.toMatchObject({
        code: 'wrong_state',
        present: { of: 'quote', state: 'declined', possible: [] },
      });
  });

  it('holds an instant before its end and no more when it ends', async () => {
    const id = await newReservation();
    const { id: asked } = await ask(id);
    await answer(asked, { valid_minutes: undefined, valid_until: '2098-12-06T12:00:00Z' });
    const end = Date.parse('2098-12-06T12:00:00Z');
    expect(await quote(id, {}, { receivedAt: end - 1 })).toMatchObject({ refundable: true });
    expect(await quote(id, {}, { receivedAt: end })).toEqual({
      refundable: false,
      reserve_id: id,
      diffrance: 0,
      price: 12_500_000,
    });
    await expect(request(id, 5_625_000, {}, { receivedAt: end })).rejects.toMatchObject({ code: 'no_rules' });
    expect(await request(id, 5_625_000, {}, { receivedAt: end - 1 })).toMatchObject({ status: 'requested' });
  });

  it('makes way for a new one once it holds no more', async () => {
    const id = await newReservation();
    const { id: former } = await ask(id);
    await answer(former);
    const { id: latter } = await ask(id, {}, { receivedAt: receivedAt + 3_600_000 });
    expect(latter).not.toBe(former);
    expect(await detail(former)).toMatchObject({ status: 'expired' });
    expect(await eventsOf(former)).toEqual(['quote_requested', 'quoted', 'quote_expired']);
    expect((await decisionsOn(former)).at(-1)).toMatchObject({ actor_kind: 'system', actor: 'manual quotes' });
  });

  it('does not outlive another price of its passengers', async () => {
    const id = await newReservation({ passengers: 2 });
    const { id: asked } = await ask(id);
    await answer(asked);
    await save(id, { passengers: 2, price: 12_500_001 });
    expect(await quote(id)).toMatchObject({ refundable: false });
    await expect(request(id, 5_625_000)).rejects.toMatchObject({ code: 'no_rules' });
    await save(id, { passengers: 3, price: 12_500_000 });
    expect(await quote(id)).toMatchObject({ refundable: false });
    await save(id, { passengers: 2, price: 25_000_000 });
    // The operator may answer for the new price; the client gets a new quote where it asks.
    expect(await answer(asked)).toMatchObject({ price: 25_000_000, penalty: 11_250_000 });
    expect(await quote(id)).toMatchObject({ penalty: 11_250_000 });
    await save(id, { passengers: 2, price: 1000 });
    expect(await ask(id)).toMatchObject({ status: 'requested', price: 1000 });
    expect(await detail(asked)).toMatchObject({ status: 'expired' });
  });

  it('wins over rules that are published meanwhile, until it ends', async () => {
    const id = await newReservation({ service: 'train' });
    const { id: asked } = await ask(id);
    await answer(asked);
    await service.ask(createRefundRules, { body: { ...flightRules, service: 'train' } });
    expect(await quote(id)).toMatchObject({ penalty: 5_625_000 });
    expect(await quote(id, {}, { receivedAt: receivedAt + 3_600_000 })).toMatchObject({ penalty: 3_750_000 });
    const priced = await newReservation({ service: 'train' });
    await expect(ask(priced)).rejects.toMatchObject({
      code: 'invalid',
      fields: { reserve_id: ['Refund rules price this reservation.'] },
    });
  });

  it('stays used when its refund is rejected', async () => {
    const id = await newReservation();
    const { id: asked } = await ask(id);
    await answer(asked);
    const refund = await request(id, 5_625_000);
    expect(await request(id, 5_625_000)).toMatchObject({ id: refund.id });
    await service.ask(rejectRefund, { key: String(refund.id) });
    expect(await quote(id)).toMatchObject({ refundable: false });
    expect(await request(id, 5_625_000)).toMatchObject({ id: refund.id, status: 'rejected' });
    await expect(request(id, 5_625_000, { again: true })).rejects.toMatchObject({ code: 'no_rules' });
    const { id: latter } = await ask(id);
    await answer(latter);
    const again = await request(id, 5_625_000, { again: true });
    expect(again.id).not.toBe(refund.id);
    expect([await detail(asked), await detail(latter)]).toMatchObject([
      { status: 'used', refund_id: refund.id },
      { status: 'used', refund_id: again.id },
    ]);
    await service.ask(approveRefund, { key: String(again.id) });
  });

  it('is used by one of many requests at once', async () => {
    const id = await newReservation();
    await answer((await ask(id)).id);
    const refunds = await Promise.all([1, 2, 3, 4].map(() => request(id, 5_625_000)));
    expect(new Set(refunds.map((refund) => refund.id)).size).toBe(1);
  });

  it('has one penalty for a refund that comes while it is answered anew', async () => {
    for (let round = 0; round < 10; round++) {
      const id = await newReservation();
      const { id: asked } = await ask(id);
      await answer(asked);
      const [answered, requested] = await Promise.allSettled([answer(asked, { percent: 10 }), request(id, 5_625_000)]);
      const isRefunded = requested.status === 'fulfilled';
      if (!isRefunded) expect(answered.status).toBe('fulfilled');
      expect(await detail(asked)).toMatchObject(
        isRefunded ? { status: 'used', penalty: 5_625_000 } : { status: 'quoted', penalty: 1_250_000 },
      );
    }
  });

  it('may be of a group of thousands', async () => {
    const id = await newReservation({ passengers: 5000 });
    const { id: asked } = await ask(id);
    expect((await ask(id)).id).toBe(asked);
    await answer(asked);
    expect((await request(id, 5_625_000)).penalty).toBe(5_625_000);
    expect(await detail(asked)).toMatchObject({ status: 'used' });
  });

  it('belongs to the domain that asks', async () => {
    const id = await newReservation();
    const { id: asked } = await ask(id);
    await answer(asked);
    const other = { caller: { ...agency, domain: 'other.example' } };
    expect(await quote(id, {}, other)).toMatchObject({ refundable: false });
    expect((await ask(id, {}, other)).id).not.toBe(asked);
    // An operator answers whatever site it signs for.
    expect(await answer(asked, { percent: 1 }, { caller: { ...operator, domain: 'office.example' } })).toMatchObject({
      penalty: 125_000,
    });
  });
});

describe('requests for manual quotes', () => {
  it.each([
    ['a passenger that is not there', { passenger_ids: [3] }, 'unknown_passenger'],
    ['a category that is none', { category: 'weather' }, 'invalid'],
    ['a note that is too long', { note: 'n'.repeat(1001) }, 'invalid'],
    ['an unknown reservation', { reserve_id: 987_654 }, 'unknown_reservation'],
    ['no reservation', { reserve_id: null }, 'reserve_id_missing'],
  ])('are refused for %s', async (_what, others, code) => {
    await expect(ask(await newReservation(), others)).rejects.toMatchObject({ code });
  });

  it('are refused for what was refunded or used', async () => {
    await expect(ask(await newReservation({ status: 'done' }))).rejects.toMatchObject({ code: 'already_used' });
    await expect(ask(await newReservation({ status: 'canceled' }))).rejects.toMatchObject({ code: 'already_refunded' });
  });

  it('may be 20 for a reservation and 100 for a domain at a time', async () => {
    const caller = { ...agency, domain: 'busy.example' };
    const group = await newReservation({ passengers: 30 });
    const all = Array.from({ length: 100 }, (_none, index) => index + 1);
    const first = await ask(group, { passenger_ids: [1] }, { caller });
    for (const passenger of all.slice(1, 20)) await ask(group, { passenger_ids: [passenger] }, { caller });
    await expect(ask(group, { passenger_ids: [21] }, { caller })).rejects.toMatchObject({
      fields: { reserve_id: ['20 quotes of this reservation are open already.'] },
    });
    for (let open = 20; open < 98; open++) await ask(await newReservation(), {}, { caller });
    const late = await Promise.allSettled(
      (await Promise.all([1, 2, 3, 4].map(() => newReservation()))).map((id) => ask(id, {}, { caller })),
    );
    expect(late.filter(({ status }) => status === 'fulfilled')).toHaveLength(2);
    await expect(ask(await newReservation(), {}, { caller })).rejects.toMatchObject({
      fields: { non_field_errors: ['100 quotes of this domain are open already.'] },
    });
    expect(await ask(await newReservation())).toMatchObject({ status: 'requested' });
    await move(withdrawQuote, first.id);
    expect(await ask(await newReservation(), {}, { caller })).toMatchObject({ status: 'requested' });
  });

  it('have notes of limited length, with all replies', async () => {
    const { id } = await ask(await newReservation(), { note: 'n'.repeat(1000) });
    const reply = async (length: number): Promise<ManualQuote> => {
      await move(askAboutQuote, id, { note: '?' }).catch(() => undefined);
      return move(replyToQuote, id, { note: 'n'.repeat(length) });
    };
    await reply(1000);
    await reply(1000);
    await reply(990);
    await expect(reply(7)).rejects.toMatchObject({
      fields: { note: ['Ensure the notes have no more than 4000 characters together.'] },
    });
    expect((await reply(6)).note).toHaveLength(4000);
  });
});

describe('manual quotes', () => {
  it('are read by others than operators without what is internal', async () => {
    const { id } = await ask(await newReservation());
    await answer(id, { internal_note: 'Secret.' });
    const plain = await service.ask<ManualQuote>(readQuote, { key: String(id), caller: agency });
    expect(JSON.stringify(plain)).not.toContain('Secret');
    const internal = { internal_note: 'Secret.', answered_by_kind: 'signed_token', answered_by: '12' };
    expect(await detail(id)).toEqual(Object.assign(internal, plain));
    for (const [endpoint, key] of [
      [readQuote, String(id)],
      [listQuotes, ''],
    ] as const)
      await expect(service.ask(endpoint, { key, query: 'detail=1', caller: agency })).rejects.toMatchObject({
        code: 'permission_denied',
      });
  });

  it('are listed by state, domain, reservation and deadline', async () => {
    const caller = { ...agency, domain: 'listed.example' };
    const [soon, late] = [await newReservation(), await newReservation()];
    const { id: first } = await ask(soon, {}, { caller });
    const { id: second } = await ask(late, {}, { caller, receivedAt: receivedAt + 60_000 });
    await answer(second);
    const idsOf = async (query: string): Promise<number[]> =>
      (
        await service.ask<{ results: ManualQuote[] }>(listQuotes, {
          query: `domain=listed.example&${query}`,
          publicUrl: 'https://gateway.example/quotes',
        })
      ).results.map(({ id }) => id);
    expect(await idsOf('')).toEqual([first, second]);
    expect(await idsOf('sort=-respond_by')).toEqual([second, first]);
    expect(await idsOf('status=requested')).toEqual([first]);
    expect(await idsOf(`reserve_id=${late}`)).toEqual([second]);
    expect(await idsOf('respond_by__lt=2098-12-03T13:01:00Z')).toEqual([first]);
    expect(await idsOf('cursor=*&page_size=1')).toEqual([first]);
  });

  it('of another account are not there', async () => {
    const { id } = await ask(await newReservation());
    const theirs = { caller: { ...operator, account: 2 } };
    for (const endpoint of [answerQuote, askAboutQuote, replyToQuote, declineQuote, withdrawQuote])
      await expect(move(endpoint, id, {}, theirs)).rejects.toMatchObject({ code: 'unknown_row' });
    await expect(service.ask(readQuote, { key: String(id), ...theirs })).rejects.toMatchObject({
      code: 'unknown_row',
    });
  });

  it.each(['0', '01', 'x', '99999999999999999999'])('are unknown by %s', async (key) => {
    await expect(service.ask(readQuote, { key })).rejects.toMatchObject({ code: 'unknown_row' });
    await expect(service.ask(withdrawQuote, { key })).rejects.toMatchObject({ code: 'unknown_row' });
  });

  it('are not decided on where that can not be recorded', async () => {
    const id = await newReservation();
    const { id: asked } = await ask(id);
    await owner.query('revoke insert on audit_entry from "reservation-refund"');
    try {
      await expect(answer(asked)).rejects.toMatchObject({ code: 'internal' });
    } finally {
      await owner.query('grant insert on audit_entry to "reservation-refund"');
    }
    expect(await detail(asked)).toMatchObject({ status: 'requested' });
    expect(await eventsOf(asked)).toEqual(['quote_requested']);
  });
});
