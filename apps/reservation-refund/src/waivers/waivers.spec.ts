import 'reflect-metadata';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  addWaiverCode,
  approveRefund,
  approveWaiver,
  createRefundRules,
  listWaiverCodes,
  listWaivers,
  proposeWaiver,
  publishErrors,
  quoteRefund,
  readRefund,
  readRefundStatus,
  readWaiver,
  rejectRefund,
  rejectWaiver,
  replaceWaiverCode,
  requestRefund,
  revokeWaiver,
  saveReservation,
  withdrawRefund,
  type ItemisedRefund,
  type Refund,
  type RefundQuote,
  type Waiver,
  type WaiverCode,
  type WaiverCodes,
} from '@refundry/contracts';
import { NatsServer, testDatabase } from '@refundry/testing';
import fc from 'fast-check';
import pg from 'pg';
import { flight, flightRules, RunningService } from '../testing/running-service.js';
import { toldEvents } from '../testing/told-events.js';
import { person } from '../testing/waivers.js';

let nats: NatsServer;
let service: RunningService;
let owner: pg.Client;
let reservations = 0;

const boundary = Date.parse('2027-03-07T08:30:00Z');
/** 30 % are due, 3,000,000; from the boundary on 60 %. */
const receivedAt = boundary - 1000;
const [finance, office] = [person(1), person(2)];

beforeAll(async () => {
  nats = await NatsServer.start();
  const database = await testDatabase('reservation-refund');
  service = await RunningService.start(nats.url(), database);
  owner = new pg.Client({ connectionString: database.ownerUrl });
  await owner.connect();
  await service.ask(createRefundRules, { body: flightRules });
  await service.ask(replaceWaiverCode, {
    key: 'weather',
    body: { en: 'Weather', fa: 'هوا', needs_note: false, needs_second_person_above: 1_000_000, is_active: true },
  });
});

afterAll(async () => {
  await service.stop();
  await owner.end();
  await nats.stop();
});

/** For 10,000,000. */
async function newReservation(others: object = {}): Promise<number> {
  const id = ++reservations;
  await service.ask(saveReservation, {
    key: String(id),
    body: { ...flight, local_pnr: `L${id}`, original_pnr: `O${id}`, ...others },
  });
  return id;
}
const quote = (id: number, others: object = {}, at = receivedAt): Promise<RefundQuote> =>
  service.ask(quoteRefund, { receivedAt: at, body: { reserve_id: id, ...others } });
const request = (id: number, penalty: number, others: object = {}, at = receivedAt): Promise<Refund> =>
  service.ask(requestRefund, { receivedAt: at, body: { reserve_id: id, expected_penalty: penalty, ...others } });
const propose = (id: number, others: object = {}, head: object = {}): Promise<Waiver> =>
  service.ask(proposeWaiver, {
    receivedAt,
    actor: finance,
    body: { reserve_id: id, code: 'airline_cancelled', ...others },
    ...head,
  });
/** Waits for another person. */
const proposeLarge = (id: number, others: object = {}): Promise<Waiver> =>
  propose(id, { code: 'weather', percent_off: 100, ...others });
const decisions = { approve: approveWaiver, reject: rejectWaiver, revoke: revokeWaiver };
const decide = (move: keyof typeof decisions, { id }: Waiver, head: object = {}): Promise<Waiver> =>
  service.ask(decisions[move], { receivedAt, key: String(id), actor: office, ...head });
const read = ({ id }: Waiver): Promise<Waiver> => service.ask(readWaiver, { key: String(id) });
const itemised = ({ id }: Refund): Promise<ItemisedRefund> => service.ask(readRefund, { key: String(id) });
const column = async (text: string, ...values: unknown[]): Promise<unknown[]> =>
  (await owner.query<[unknown]>({ text, values, rowMode: 'array' })).rows.map(([value]) => value);
/** The events of a reservation, in their order. */
const eventsOf = (id: number): Promise<readonly string[]> => toldEvents(owner, 'reservation', [id]);
const recordOf = async ({ id }: Waiver): Promise<unknown[]> =>
  (
    await owner.query<object>(
      `select action, actor, reason, before ->> 'status' as before, after ->> 'status' as after from audit_entry
        where subject_type = 'waiver' and subject_id = $1 order by id`,
      [String(id)],
    )
  ).rows;

describe('waiver codes', () => {
  const listed = async (account = 1): Promise<readonly WaiverCode[]> =>
    (await service.ask<WaiverCodes>(listWaiverCodes, { account })).codes;
  const code = { code: 'strike', en: 'Strike', fa: 'اعتصاب', needs_note: false, is_active: true };

  it('are nine for every account, with texts in both languages', async () => {
    const codes = await listed(7);
    expect(codes.map((one) => one.code)).toEqual([
      'airline_cancelled',
      'delay',
      'weather',
      'death',
      'medical',
      'schedule_change',
      'technical_error',
      'duplicate_booking',
      'goodwill',
    ]);
    for (const { en, fa } of codes) {
      expect(en).toMatch(/^[A-Z]/);
      expect(fa).toMatch(/\p{Script=Arabic}/u);
    }
  });

  it('are added and replaced by an account for itself', async () => {
    const added = { ...code, largest_percent: null, needs_second_person_above: null };
    expect(await service.ask(addWaiverCode, { account: 3, body: code })).toEqual(added);
    await expect(service.ask(addWaiverCode, { account: 3, body: code })).rejects.toMatchObject({
      code: 'invalid',
      fields: { code: ['This code is there already.'] },
    });
    await expect(service.ask(addWaiverCode, { account: 3, body: { ...code, code: 'delay' } })).rejects.toMatchObject({
      fields: { code: ['This code is there already.'] },
    });
    await expect(service.ask(addWaiverCode, { account: 3, body: { ...code, code: undefined } })).rejects.toMatchObject({
      fields: { code: ['This field is required.'] },
    });
    const replaced = { ...added, code: 'delay', largest_percent: 50, is_active: false };
    for (let time = 0; time < 2; time++)
      expect(await service.ask(replaceWaiverCode, { account: 3, key: 'delay', body: replaced })).toEqual(replaced);
    expect(await listed(3)).toEqual([
      ...(await listed(7)).map((one) => (one.code === 'delay' ? replaced : one)),
      added,
    ]);
    expect((await listed(7)).find((one) => one.code === 'delay')).toMatchObject({ is_active: true });
    for (const key of ['strike', 'a\0b', '%'])
      await expect(service.ask(replaceWaiverCode, { account: 4, key, body: code })).rejects.toMatchObject({
        code: 'unknown_waiver_code',
      });
    expect(
      await column(`select action || ' ' || subject_id from audit_entry where account_id = 3 order by id`),
    ).toEqual(['waiver_code.added strike', 'waiver_code.replaced delay']);
  });

  it('are no more than an account may have', async () => {
    await owner.query(`insert into waiver_code (account_id, code, en, fa, needs_note, is_active)
      select 5, 'own' || n, 'x', 'x', false, true from generate_series(1, 200) n`);
    await expect(service.ask(addWaiverCode, { account: 5, body: code })).rejects.toMatchObject({
      fields: { non_field_errors: ['An account has no more than 200 codes of its own.'] },
    });
  });

  it('must be known and active to be proposed', async () => {
    const id = await newReservation();
    await service.ask(addWaiverCode, { body: { ...code, is_active: false } });
    for (const unknown of ['strike', 'no-such'])
      await expect(propose(id, { code: unknown, penalty: 0 })).rejects.toMatchObject({ code: 'unknown_waiver_code' });
  });

  it('have their numbers in the published errors, in English and Persian', async () => {
    const { errors } = await service.ask<{ errors: { code: number; fa: string }[] }>(publishErrors);
    for (const number of [3012, 3013, 3014])
      expect(errors.find((error) => error.code === number)?.fa).toMatch(/\p{Script=Arabic}/u);
  });
});

describe('a waiver', () => {
  it('lowers the penalty in the keys that clients read, and is named in detail', async () => {
    const id = await newReservation();
    const waiver = await propose(id, { percent_off: 50 });
    expect(waiver).toEqual({
      id: waiver.id,
      reserve_id: id,
      passenger_ids: [1],
      code: 'airline_cancelled',
      status: 'approved',
      penalty: null,
      percent_off: 50,
      waived: 1_500_000,
      max_waived: null,
      largest_percent: null,
      note: null,
      valid_until: null,
      proposed_by: 'shop.example 1',
      decided_by: null,
      proposed_date: '2027-03-07T08:29:59Z',
      modified_date: expect.any(String),
    });
    expect(JSON.stringify(await quote(id))).toBe(
      `{"refundable":true,"reserve_id":${id},"diffrance":8500000,"price":10000000,"penalty":1500000}`,
    );
    expect(await quote(id, { detail: true })).toMatchObject({
      next: { penalty: 3_000_000, diffrance: 7_000_000 },
      breakdown: [{ penalty: 1_500_000, waived: 1_500_000 }],
      waiver: { id: waiver.id, code: 'airline_cancelled', waived: 1_500_000 },
    });
    expect((await quote(id, {}, boundary)).penalty).toBe(3_000_000);
    await expect(request(id, 3_000_000)).rejects.toMatchObject({
      code: 'penalty_changed',
      payload: { penalty: 1_500_000, diffrance: 8_500_000 },
    });
    const refund = await request(id, 1_500_000);
    expect(refund).toMatchObject({ penalty: 1_500_000, diffrance: 8_500_000 });
    expect(Object.keys(refund)).not.toContain('waived');
    expect(await itemised(refund)).toMatchObject({
      breakdown: [{ passenger: 1, penalty: 1_500_000, diffrance: 8_500_000, waived: 1_500_000 }],
      waived: 1_500_000,
      waiver_id: waiver.id,
    });
    expect(await request(id, 1_500_000)).toEqual(refund);
    expect(await read(waiver)).toMatchObject({ status: 'used' });
    expect(await eventsOf(id)).toEqual(['reservation_refund.waived', 'reservation_refund.requested']);
    expect(await recordOf(waiver)).toEqual([
      { action: 'waiver.proposed', actor: 'shop.example 1', reason: null, before: null, after: 'approved' },
      { action: 'waiver.used', actor: null, reason: null, before: 'approved', after: 'used' },
    ]);
  });

  it('adds nothing to answers in which nothing is waived', async () => {
    const id = await newReservation();
    const refund = await request(id, 3_000_000);
    const detailed = await itemised(refund);
    expect(Object.keys(detailed)).toEqual([...Object.keys(refund), 'passenger_ids', 'breakdown', 'quote_id']);
    expect(detailed.breakdown).toEqual([{ passenger: 1, price: 10_000_000, penalty: 3_000_000, diffrance: 7_000_000 }]);
  });

  it('gives way to rules that keep less', async () => {
    const id = await newReservation({ passengers: 3 });
    await propose(id, { penalty: 3_000_000 }, { receivedAt: boundary });
    expect((await quote(id, {}, boundary)).penalty).toBe(3_000_000);
    await service.ask(saveReservation, {
      key: String(id),
      body: { ...flight, local_pnr: `L${id}`, original_pnr: `O${id}`, passengers: 3, price: 5_000_000 },
    });
    expect(await quote(id, { detail: true })).toMatchObject({ penalty: 1_500_000 });
    expect(await quote(id, { detail: true })).not.toHaveProperty('waiver');
  });

  it.each([
    [{}, { non_field_errors: ['Either penalty or percent_off is required.'] }],
    [{ penalty: 0, percent_off: 5 }, { non_field_errors: ['Give either penalty or percent_off, not both.'] }],
    [{ penalty: 6_000_001 }, { penalty: ['Ensure this value is less than or equal to 6000000.'] }],
    [{ penalty: -1 }, { penalty: ['Ensure this value is greater than or equal to 0.'] }],
    [{ percent_off: 101 }, { percent_off: ['Ensure this value is less than or equal to 100.'] }],
    [{ percent_off: 0 }, { percent_off: ['Ensure this value is greater than or equal to 1.'] }],
    [{ code: 'half', percent_off: 51 }, { percent_off: ['Ensure this value is less than or equal to 50.'] }],
    [{ code: 'half', penalty: 2_999_999 }, { penalty: ['Ensure this value is greater than or equal to 3000000.'] }],
    [{ code: 'medical', penalty: 0 }, { note: ['This code needs a note.'] }],
    [{ penalty: 0, valid_until: '2027-03-07T08:30:00Z' }, { valid_until: ['This time is over.'] }],
    [{ code: 'a'.repeat(41), penalty: 0 }, { code: ['Ensure this field has no more than 40 characters.'] }],
  ])('is refused where it is wrong: %j', async (others, fields) => {
    const half = { en: 'Half', fa: 'نصف', largest_percent: 50, needs_note: false, is_active: true };
    await service.ask(addWaiverCode, { body: { ...half, code: 'half' } }).catch(() => undefined);
    const id = await newReservation();
    await expect(propose(id, others, { receivedAt: boundary })).rejects.toMatchObject({ code: 'invalid', fields });
  });

  it('is one at a time for a passenger', async () => {
    const id = await newReservation({ passengers: 3 });
    const first = await propose(id, { passenger_ids: [1, 2], penalty: 0 });
    for (const passengers of [[2, 3], undefined])
      await expect(propose(id, { passenger_ids: passengers, penalty: 0 })).rejects.toMatchObject({
        code: 'wrong_state',
        present: { of: 'waiver', state: 'approved', possible: ['revoked', 'expired', 'used'] },
      });
    await propose(id, { passenger_ids: [3], percent_off: 50 });
    expect((await quote(id)).penalty).toBe(500_000);
    await decide('revoke', first);
    expect((await quote(id)).penalty).toBe(2_500_000);
    await propose(id, { passenger_ids: [2], penalty: 0 });
    expect((await quote(id)).penalty).toBe(1_500_000);
  });

  it('is proposed once under an Idempotency-Key', async () => {
    const id = await newReservation();
    const once = { idempotencyKey: 'waiver once' };
    const waiver = await propose(id, { penalty: 0 }, once);
    expect(await propose(id, { penalty: 0 }, once)).toEqual(waiver);
    await expect(propose(id, { penalty: 1 }, once)).rejects.toMatchObject({ code: 'idempotency_mismatch' });
  });

  it('is for those who can be given back, by rules', async () => {
    const id = await newReservation({ passengers: 2 });
    await request(id, 1_500_000, { passenger_ids: [1] });
    await expect(propose(id, { passenger_ids: [1], penalty: 0 })).rejects.toMatchObject({ code: 'passenger_refunded' });
    await expect(propose(id, { passenger_ids: [3], penalty: 0 })).rejects.toMatchObject({ code: 'unknown_passenger' });
    expect(await propose(id, { penalty: 0 })).toMatchObject({ passenger_ids: [2] });
    await expect(propose(await newReservation({ service: 'train' }), { penalty: 0 })).rejects.toMatchObject({
      code: 'no_rules',
    });
    await expect(propose(9_999, { penalty: 0 })).rejects.toMatchObject({ code: 'unknown_reservation' });
    await expect(propose(await newReservation({ status: 'done' }), { penalty: 0 })).rejects.toMatchObject({
      code: 'already_used',
    });
  });

  it.each(['0001-01-01T00:00:00+14:00', '9999-12-31T23:59:59.999999Z', '2027-03-07 08:30:00.000001'])(
    'may end at any time: %s',
    async (until) => {
      const end = propose(await newReservation(), { penalty: 0, valid_until: until });
      if (until.startsWith('0001')) await expect(end).rejects.toMatchObject({ code: 'invalid' });
      else expect(await end).toMatchObject({ status: 'approved' });
    },
  );

  it('is of groups of thousands', async () => {
    const id = await newReservation({ passengers: 10_000, price: 30_000_000 });
    const waiver = await propose(id, { percent_off: 50 });
    await expect(propose(id, { percent_off: 50 })).rejects.toMatchObject({ code: 'wrong_state' });
    const refund = await request(id, 4_500_000);
    expect(await read(waiver)).toMatchObject({ status: 'used' });
    await service.ask(withdrawRefund, { key: String(refund.id) });
    expect(await read(waiver)).toMatchObject({ status: 'approved' });
  });

  it('is listed by status, reservation and code, and read by its id', async () => {
    const id = await newReservation({ passengers: 2 });
    const waivers = [
      await propose(id, { passenger_ids: [1], penalty: 0 }),
      await proposeLarge(id, { passenger_ids: [2] }),
    ];
    const list = async (query: string, account = 1): Promise<unknown[]> =>
      (
        await service.ask<{ results: unknown[] }>(listWaivers, {
          account,
          query: `reserve_id=${id}&${query}`,
          publicUrl: 'https://refundry.example/refund/waivers/',
        })
      ).results;
    expect(await list('cursor=*')).toEqual(waivers);
    expect(await list('status=proposed')).toEqual([waivers[1]]);
    expect(await list('code=airline_cancelled')).toEqual([waivers[0]]);
    expect(await list('', 2)).toEqual([]);
    for (const key of ['0', '007', 'x', '99999'])
      await expect(service.ask(readWaiver, { key })).rejects.toMatchObject({ code: 'unknown_waiver' });
    for (const move of ['approve', 'reject', 'revoke'] as const)
      await expect(decide(move, waivers[1]!, { account: 2 })).rejects.toMatchObject({ code: 'unknown_waiver' });
  });
});

describe('a second person', () => {
  it('approves what one alone may not waive, and then it holds', async () => {
    const id = await newReservation();
    const waiver = await proposeLarge(id);
    expect(waiver).toMatchObject({ status: 'proposed', waived: 3_000_000, max_waived: null });
    expect((await quote(id)).penalty).toBe(3_000_000);
    const approved = await decide('approve', waiver, { body: { note: 'Airport closed' } });
    expect(approved).toMatchObject({ status: 'approved', decided_by: 'shop.example 2' });
    expect((await quote(id)).penalty).toBe(0);
    expect((await quote(id, {}, boundary)).penalty).toBe(0);
    expect(await recordOf(waiver)).toMatchObject([
      { action: 'waiver.proposed', actor: 'shop.example 1', after: 'proposed' },
      {
        action: 'waiver.approved',
        actor: 'shop.example 2',
        reason: 'Airport closed',
        before: 'proposed',
        after: 'approved',
      },
    ]);
    expect(await eventsOf(id)).toEqual(['reservation_refund.waived']);
  });

  it('is not needed up to the limit of the code, which then holds for good', async () => {
    const id = await newReservation();
    const waiver = await propose(id, { code: 'weather', penalty: 2_000_000 });
    expect(waiver).toMatchObject({ status: 'approved', waived: 1_000_000, max_waived: 1_000_000 });
    expect((await quote(id)).penalty).toBe(2_000_000);
    // 6,000,000 are due by now; that person alone could not have waived 4,000,000.
    expect((await quote(id, {}, boundary)).penalty).toBe(5_000_000);
    expect(await propose(await newReservation(), { code: 'weather', penalty: 1_999_999 })).toMatchObject({
      status: 'proposed',
    });
  });

  it.each([
    ['the one who proposed it', finance],
    ['the same one under another domain', person(1, 'other.example')],
    ['one whose organisation token is not known', { kind: 'signed_token', id: 'shop.example' } as const],
    ['nobody', undefined],
  ])('is not %s', async (_who, actor) => {
    const waiver = await proposeLarge(await newReservation());
    for (const move of ['approve', 'reject'] as const)
      await expect(decide(move, waiver, { actor })).rejects.toMatchObject({ code: 'second_person_needed' });
    await decide('approve', waiver);
    await expect(decide('revoke', waiver, { actor })).rejects.toMatchObject({ code: 'second_person_needed' });
    expect(await read(waiver)).toMatchObject({ status: 'approved' });
  });

  it('can not be told from somebody who is not known, who therefore proposes nothing that needs one', async () => {
    const id = await newReservation();
    const unknown = { actor: undefined };
    await expect(propose(id, { code: 'weather', percent_off: 100 }, unknown)).rejects.toMatchObject({
      code: 'second_person_needed',
    });
    expect(await propose(id, { code: 'weather', percent_off: 10 }, unknown)).toMatchObject({ status: 'approved' });
  });

  it('decides once', async () => {
    const waiver = await proposeLarge(await newReservation());
    const refusal = (state: string, possible: readonly string[]): object => ({
      code: 'wrong_state',
      present: { of: 'waiver', state, possible },
    });
    await expect(decide('revoke', waiver)).rejects.toMatchObject(
      refusal('proposed', ['approved', 'rejected', 'expired']),
    );
    await decide('reject', waiver);
    for (const move of ['approve', 'reject', 'revoke'] as const)
      await expect(decide(move, waiver)).rejects.toMatchObject(refusal('rejected', []));
    const again = await proposeLarge(waiver.reserve_id);
    await decide('approve', again);
    await expect(decide('reject', again)).rejects.toMatchObject(refusal('approved', ['revoked', 'expired', 'used']));
    await decide('revoke', again);
    await expect(decide('approve', again)).rejects.toMatchObject(refusal('revoked', []));
    expect(await eventsOf(waiver.reserve_id)).toEqual([
      'reservation_refund.waived',
      'reservation_refund.waiver_revoked',
    ]);
  });

  it('approves nothing for passengers who are all given back', async () => {
    const id = await newReservation();
    const waiver = await proposeLarge(id);
    await request(id, 3_000_000);
    await expect(decide('approve', waiver)).rejects.toMatchObject({ code: 'already_refunded' });
    await decide('reject', waiver);
  });
});

describe('the time of a waiver', () => {
  const until = new Date(boundary - 10).toISOString();

  it('is over when it ends, whether it was swept or not', async () => {
    const id = await newReservation();
    await propose(id, { penalty: 0, valid_until: until });
    const penaltyAt = async (at: number): Promise<unknown> => (await quote(id, {}, at)).penalty;
    expect([await penaltyAt(boundary - 11), await penaltyAt(boundary - 10)]).toEqual([0, 3_000_000]);
    await expect(request(id, 0, {}, boundary - 10)).rejects.toMatchObject({ code: 'penalty_changed' });
    expect(await request(id, 0, {}, boundary - 11)).toMatchObject({ penalty: 0 });
  });

  it('lets another one be proposed after its end, and nobody decide on it any more', async () => {
    const id = await newReservation();
    const waiver = await proposeLarge(id, { valid_until: until });
    await expect(decide('approve', waiver, { receivedAt: boundary - 10 })).rejects.toMatchObject({
      code: 'wrong_state',
      present: { state: 'expired', possible: [] },
    });
    const other = await propose(id, { penalty: 0 }, { receivedAt: boundary - 10 });
    expect([(await read(waiver)).status, other.status]).toEqual(['expired', 'approved']);
    expect(await recordOf(waiver)).toMatchObject([
      {},
      { action: 'waiver.expired', actor: 'waivers', before: 'proposed' },
    ]);
  });

  it('is over by the clock in lists too', async () => {
    const id = await newReservation();
    const waiver = await propose(id, { penalty: 0, valid_until: until });
    await owner.query(`update waiver set valid_until = clock_timestamp() where id = $1`, [waiver.id]);
    expect(await read(waiver)).toMatchObject({ status: 'expired' });
    expect(await column('select status from waiver where id = $1', waiver.id)).toEqual(['approved']);
  });
});

describe('refunds under a waiver', () => {
  it('use it up with its last passenger', async () => {
    const id = await newReservation({ passengers: 3 });
    const waiver = await propose(id, { passenger_ids: [1, 3], percent_off: 50 });
    const first = await request(id, 500_000, { passenger_ids: [3] });
    expect(await read(waiver)).toMatchObject({ status: 'approved' });
    const others = await request(id, 1_500_000);
    expect(await read(waiver)).toMatchObject({ status: 'used' });
    expect(await itemised(others)).toMatchObject({ waived: 500_000, waiver_id: waiver.id });
    await expect(decide('revoke', waiver)).rejects.toMatchObject({ code: 'wrong_state', present: { state: 'used' } });
    await service.ask(rejectRefund, { key: String(first.id), actor: office });
    expect(await read(waiver)).toMatchObject({ status: 'approved' });
    expect(await quote(id)).toMatchObject({ penalty: 500_000 });
    const again = await request(id, 500_000, { again: true });
    expect(await read(waiver)).toMatchObject({ status: 'used' });
    await service.ask(withdrawRefund, { key: String(again.id) });
    await decide('revoke', waiver);
    expect(await quote(id)).toMatchObject({ penalty: 1_000_000 });
    expect((await recordOf(waiver)).map((entry) => (entry as { action: string }).action)).toEqual([
      'waiver.proposed',
      'waiver.used',
      'waiver.released',
      'waiver.used',
      'waiver.released',
      'waiver.revoked',
    ]);
  });

  it('keep what they were requested for when it is revoked', async () => {
    const id = await newReservation({ passengers: 2 });
    const waiver = await propose(id, { penalty: 0 });
    const refund = await request(id, 0, { passenger_ids: [1] });
    await decide('revoke', waiver);
    expect(await quote(id)).toMatchObject({ penalty: 1_500_000 });
    expect(await service.ask(approveRefund, { key: String(refund.id) })).toMatchObject({
      penalty: 0,
      status: 'approved',
    });
    expect(await itemised(refund)).toMatchObject({ waived: 1_500_000, waiver_id: waiver.id });
  });

  it('name no waiver where several apply, and what was waived', async () => {
    const id = await newReservation({ passengers: 2 });
    for (const passenger of [1, 2]) await propose(id, { passenger_ids: [passenger], percent_off: 50 });
    const refund = await itemised(await request(id, 1_500_000));
    expect(refund).toMatchObject({ waived: 1_500_000, breakdown: [{ waived: 750_000 }, { waived: 750_000 }] });
    expect(refund).not.toHaveProperty('waiver_id');
    expect(await service.ask(readRefundStatus, { query: `reserve_id=${id}&detail=1` })).toMatchObject({
      waived: 1_500_000,
      refunds: [{ penalty: 1_500_000 }],
    });
  });

  it('add up to the Rial in any order and groups, whatever was withdrawn meanwhile', async () => {
    const group = fc.record({
      passengers: fc.integer({ min: 2, max: 5 }),
      price: fc.integer({ min: 0, max: 20_000 }),
      percent: fc.integer({ min: 1, max: 100 }),
      covered: fc.integer({ min: 1, max: 5 }),
      order: fc.array(fc.nat(5), { minLength: 1, maxLength: 6 }),
    });
    await fc.assert(
      fc.asyncProperty(group, async ({ passengers, price, percent, covered, order }) => {
        const id = await newReservation({ passengers, price });
        const places = Array.from({ length: Math.min(covered, passengers) }, (_none, index) => index + 1);
        await propose(id, { percent_off: percent, passenger_ids: places });
        const { penalty: whole = NaN } = await quote(id);
        const free = new Set(Array.from({ length: passengers }, (_none, index) => index + 1));
        for (const place of order) {
          const passenger = (place % passengers) + 1;
          if (!free.has(passenger)) continue;
          const { penalty = NaN } = await quote(id, { passenger_ids: [passenger] });
          const refund = await request(id, penalty, { passenger_ids: [passenger], again: true });
          if (place % 2 === 0) await service.ask(withdrawRefund, { key: String(refund.id) });
          else free.delete(passenger);
        }
        if (free.size > 0) await request(id, (await quote(id)).penalty ?? NaN, { again: true });
        const { rows } = await owner.query<{ penalty: string; rules: string }>(
          `select sum(penalty) as penalty, sum(penalty + waived) as rules from refund_passenger
            where account_id = 1 and reservation_id = $1 and is_live`,
          [id],
        );
        expect(rows).toEqual([{ penalty: String(whole), rules: String(Math.floor((price * 30) / 100 + 0.5)) }]);
        expect(await column('select status from waiver where reservation_id = $1', id)).toEqual(['used']);
      }),
      { seed: 20_261_130, numRuns: 40 },
    );
  });
});
