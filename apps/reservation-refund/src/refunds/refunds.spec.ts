import 'reflect-metadata';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  approveRefund,
  createRefundRules,
  markRefundFailed,
  markRefundPaid,
  quoteRefund,
  readRefundStatus,
  readReservation,
  refundStates,
  rejectRefund,
  requestRefund,
  saveReservation,
  withdrawRefund,
  type Refund,
  type RefundState,
} from '@refundry/contracts';
import { NatsServer, testDatabase, waitUntil } from '@refundry/testing';
import pg from 'pg';
import { flight, flightRules, RunningService } from '../testing/running-service.js';

let nats: NatsServer;
let service: RunningService;
let owner: pg.Client;
let reservations = 0;

const noonThreeDaysBefore = Date.parse('2027-03-07T08:30:00Z');
const before = noonThreeDaysBefore - 1000;

async function newReservation(others: object = {}): Promise<number> {
  const id = ++reservations;
  await service.ask(saveReservation, {
    key: String(id),
    body: { ...flight, local_pnr: `L${id}`, original_pnr: `O${id}`, ...others },
  });
  return id;
}
const request = (id: number | string, body: object = {}, head: object = {}): Promise<Refund> =>
  service.ask(requestRefund, {
    receivedAt: before,
    body: { reserve_id: id, expected_penalty: 3_000_000, ...body },
    ...head,
  });
const statusOf = async (id: number): Promise<unknown> =>
  (await service.ask(readReservation, { key: String(id) })).status;

const moves = {
  approved: approveRefund,
  rejected: rejectRefund,
  paid: markRefundPaid,
  failed: markRefundFailed,
  withdrawn: withdrawRefund,
};
const move = (refund: number | string, to: keyof typeof moves, account = 1): Promise<Refund> =>
  service.ask(moves[to], { key: String(refund), account });

/** How a refund gets into each state. */
const ways: Readonly<Record<RefundState, readonly (keyof typeof moves)[]>> = {
  requested: [],
  approved: ['approved'],
  rejected: ['rejected'],
  paid: ['approved', 'paid'],
  failed: ['approved', 'failed'],
  withdrawn: ['withdrawn'],
};
const legal = [
  'requested approved',
  'requested rejected',
  'requested withdrawn',
  'approved paid',
  'approved failed',
  'failed paid',
  'failed rejected',
];
const pairs = refundStates.flatMap((from) =>
  (Object.keys(moves) as (keyof typeof moves)[]).map((to) => [from, to] as const),
);

/** From which state a refund may go to which. */
const next: Readonly<Record<RefundState, readonly RefundState[]>> = {
  requested: ['approved', 'rejected', 'withdrawn'],
  approved: ['paid', 'failed'],
  failed: ['paid', 'rejected'],
  rejected: [],
  paid: [],
  withdrawn: [],
};

/** The states in which nothing is given back. */
const dead: ReadonlySet<RefundState> = new Set(['rejected', 'withdrawn']);

async function refundIn(state: RefundState): Promise<Refund> {
  let refund = await request(await newReservation());
  for (const to of ways[state]) refund = await move(refund.id, to);
  return refund;
}

/** How many wait for a refund that the owner has locked. */
const lockWaiters = async (): Promise<number> =>
  (
    await owner.query(
      `select from pg_locks
        where not granted and (transactionid = pg_current_xact_id()::xid or relation = 'refund'::regclass)`,
    )
  ).rows.length;

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

describe('a request for a refund', () => {
  it('gives the reservation back for the penalty that was seen', async () => {
    const id = await newReservation();
    const refund = await request(`o${id}`, { reason_id: 7 });
    expect(refund).toEqual({
      id: refund.id,
      reserve_id: id,
      status: 'requested',
      price: 10_000_000,
      penalty: 3_000_000,
      diffrance: 7_000_000,
      reason_id: 7,
      rule_id: 1,
      rule_version: 1,
      requested_date: '2027-03-07T08:29:59Z',
      modified_date: refund.modified_date,
    });
    expect(await statusOf(id)).toBe('refund');
    expect(await service.ask(readRefundStatus, { query: `reserve_id=${id}` })).toEqual(refund);
    await expect(service.ask(quoteRefund, { body: { reserve_id: id } })).rejects.toMatchObject({
      code: 'already_refunded',
    });
  });

  it('is refused with the new quote when a boundary has passed meanwhile, and then taken with it', async () => {
    const id = await newReservation();
    const quote = { refundable: true, reserve_id: id, diffrance: 4_000_000, price: 10_000_000, penalty: 6_000_000 };
    await expect(request(id, {}, { receivedAt: noonThreeDaysBefore })).rejects.toMatchObject({
      code: 'penalty_changed',
      payload: quote,
    });
    expect(await statusOf(id)).toBe('confirmed');
    await expect(service.ask(readRefundStatus, { body: { reserve_id: id } })).rejects.toMatchObject({
      code: 'unknown_refund',
    });
    expect(await request(id, { expected_penalty: 6_000_000 }, { receivedAt: noonThreeDaysBefore })).toMatchObject({
      penalty: 6_000_000,
    });
  });

  it('is answered with the same refund however often it is sent', async () => {
    const id = await newReservation();
    const first = await request(id);
    expect(await request(`L${id}`)).toEqual(first);
    expect(await request(id, {}, { receivedAt: noonThreeDaysBefore })).toEqual(first);
    const idempotencyKey = 'once';
    const second = await newReservation();
    const refund = await request(second, {}, { idempotencyKey });
    expect(await request(second, {}, { idempotencyKey })).toEqual(refund);
    await expect(request(id, {}, { idempotencyKey })).rejects.toMatchObject({ code: 'idempotency_mismatch' });
  });

  it.each(refundStates)(
    'is never answered with another figure than the one it confirms, where there is a refund that is %s',
    async (state) => {
      const { reserve_id: id } = await refundIn(state);
      const refund = await service.ask<Refund>(readRefundStatus, { body: { reserve_id: id } });
      const refused = { code: 'wrong_state', present: { of: 'refund', state, possible: next[state] } };
      const save = (others: object): Promise<object> =>
        service.ask(saveReservation, {
          key: String(id),
          body: {
            ...flight,
            local_pnr: `L${id}`,
            original_pnr: `O${id}`,
            status: dead.has(state) ? 'confirmed' : 'refund',
            ...others,
          },
        });
      await expect(request(id, { expected_penalty: 3_000_001 })).rejects.toMatchObject(refused);
      for (const changed of [
        { price: 50_000 },
        { starts_at: '2028-03-10T15:00:00Z' },
        { zone: 'Europe/Berlin' },
        { fare_class: 'J' },
      ]) {
        await save(changed);
        await expect(request(id, { expected_penalty: 15_000 })).rejects.toMatchObject(refused);
        expect(await request(id)).toEqual(refund);
      }
    },
  );

  it('is refused after a rejection at the figure of another price, and answered if sent again as it was', async () => {
    const { reserve_id: id, ...refund } = await refundIn('rejected');
    const save = (others: object): Promise<object> =>
      service.ask(saveReservation, {
        key: String(id),
        body: { ...flight, local_pnr: `L${id}`, original_pnr: `O${id}`, ...others },
      });
    const rejected = { code: 'wrong_state', present: { of: 'refund', state: 'rejected', possible: [] } };
    await save({ price: 50_000 });
    expect(await service.ask(quoteRefund, { body: { reserve_id: id }, receivedAt: before })).toMatchObject({
      penalty: 15_000,
      price: 50_000,
    });
    await expect(request(id, { expected_penalty: 15_000 })).rejects.toMatchObject(rejected);
    expect(await request(id)).toMatchObject(refund);
    // 60 % of this are what 30 % were of the former price.
    await save({ price: 5_000_000 });
    expect(await service.ask(quoteRefund, { body: { reserve_id: id }, receivedAt: noonThreeDaysBefore })).toMatchObject(
      { penalty: 3_000_000, price: 5_000_000 },
    );
    await expect(request(id, {}, { receivedAt: noonThreeDaysBefore })).rejects.toMatchObject(rejected);
    await save({ status: 'done' });
    expect(await request(id)).toMatchObject(refund);
    await expect(request(id, { expected_penalty: 1 })).rejects.toMatchObject({ code: 'already_used' });
  });

  it('is made for the reservation whose PNR it names, not for the one whose id is that number', async () => {
    const [numbered, named] = [await newReservation(), await newReservation({ local_pnr: '000777' })];
    await service.ask(saveReservation, { key: '777', body: { ...flight, local_pnr: 'N777', original_pnr: null } });
    expect(await request('000777')).toMatchObject({ reserve_id: named });
    expect(await service.ask(readRefundStatus, { body: { reserve_id: '\u200f000777' } })).toMatchObject({
      reserve_id: named,
    });
    await expect(service.ask(readRefundStatus, { body: { reserve_id: '777' } })).rejects.toMatchObject({
      code: 'unknown_refund',
    });
    await expect(request(`0${numbered}`)).rejects.toMatchObject({ code: 'unknown_reservation' });
  });

  it('is never a second, of two at the same time', async () => {
    for (let run = 0; run < 200; run++) {
      const id = await newReservation();
      const [one, other] = await Promise.all([request(id), request(`O${id}`)]);
      expect(one).toEqual(other);
    }
    const { rows } = await owner.query('select reservation_id from refund group by reservation_id having count(*) > 1');
    expect(rows).toEqual([]);
  });

  it.each([
    ['without rules', { service: 'train' }, {}, 'no_rules'],
    ['used already', { status: 'done' }, {}, 'already_used'],
    ['given back elsewhere', { status: 'refund' }, {}, 'already_refunded'],
    ['without a reserve_id', {}, { reserve_id: null }, 'reserve_id_missing'],
    ['unknown', {}, { reserve_id: 'nobody' }, 'unknown_reservation'],
    ['without the penalty that was seen', {}, { expected_penalty: undefined }, 'invalid'],
  ])('is refused for a reservation %s', async (_name, others, body, code) => {
    await expect(request(await newReservation(others), body)).rejects.toMatchObject({ code });
  });

  it("sees nothing of another account's", async () => {
    const refund = await refundIn('requested');
    await expect(request(refund.reserve_id, {}, { account: 2 })).rejects.toMatchObject({ code: 'unknown_reservation' });
    await expect(move(refund.id, 'approved', 2)).rejects.toMatchObject({ code: 'unknown_refund' });
  });

  it('keeps its reservation from being told to be in another state, until it is rejected', async () => {
    const { id, reserve_id: reservation } = await refundIn('requested');
    const save = (status: string): Promise<object> =>
      service.ask(saveReservation, { key: String(reservation), body: { ...flight, status } });
    await expect(save('confirmed')).rejects.toMatchObject({
      code: 'wrong_state',
      present: { of: 'refund', state: 'requested', possible: next.requested },
    });
    await save('refund');
    await move(id, 'rejected');
    expect(await save('done')).toMatchObject({ status: 'done' });
  });
});

describe('a refund', () => {
  it.each(pairs.filter(([from, to]) => legal.includes(`${from} ${to}`)))(
    'that is %s can become %s',
    async (from, to) => {
      const { id, reserve_id: reservation } = await refundIn(from);
      const moved = await move(id, to);
      expect(moved).toMatchObject({ id, status: to });
      expect(await service.ask(readRefundStatus, { body: { reserve_id: reservation } })).toEqual(moved);
      expect(await statusOf(reservation)).toBe(dead.has(to) ? 'confirmed' : 'refund');
    },
  );

  it.each(pairs.filter(([from, to]) => !legal.includes(`${from} ${to}`)))(
    "that is %s can't become %s",
    async (from, to) => {
      const refund = await refundIn(from);
      await expect(move(refund.id, to)).rejects.toMatchObject({
        code: 'wrong_state',
        present: { of: 'refund', state: from, possible: next[from] },
      });
      expect(await service.ask(readRefundStatus, { body: { reserve_id: refund.reserve_id } })).toEqual(refund);
    },
  );

  it('goes to one of two states, of two moves at the same time', async () => {
    const { id } = await refundIn('requested');
    await owner.query('begin');
    await owner.query('select from refund where id = $1 for update', [id]);
    const moved = Promise.allSettled([move(id, 'approved'), move(id, 'rejected')]);
    await waitUntil(async () => (await lockWaiters()) >= 2);
    await owner.query('commit');
    const outcomes = await moved;
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(outcomes).toContainEqual({ status: 'rejected', reason: expect.objectContaining({ code: 'wrong_state' }) });
  });

  it('is unknown under any key but its own', async () => {
    const { id } = await refundIn('requested');
    for (const key of ['999999', 'abc', `0${id}`, `+${id}`, ` ${id}`, `${id}\u200c`, `${id}.0`, `-${id}`])
      await expect(move(key, 'approved')).rejects.toMatchObject({ code: 'unknown_refund' });
  });
});
