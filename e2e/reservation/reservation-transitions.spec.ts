import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ReservationClient } from '../system/reservation-client.js';
import { penalty, postedRules, putReservation, type Refund } from '../system/reservations.js';
import { SharedSystem } from '../system/shared-system.js';

const verbs = {
  approved: 'approve',
  rejected: 'reject',
  paid: 'mark-paid',
  failed: 'mark-failed',
  withdrawn: 'withdraw',
} as const;
type Target = keyof typeof verbs;

/** How a refund gets into each state. */
const ways = {
  requested: [],
  approved: ['approved'],
  rejected: ['rejected'],
  paid: ['approved', 'paid'],
  failed: ['approved', 'failed'],
  withdrawn: ['withdrawn'],
} as const satisfies Record<string, readonly Target[]>;
type State = keyof typeof ways;

const states = Object.keys(ways) as State[];
const legal = [
  'requested approved',
  'requested rejected',
  'requested withdrawn',
  'approved paid',
  'approved failed',
  'failed paid',
  'failed rejected',
];
const pairs = states.flatMap((from) => (Object.keys(verbs) as Target[]).map((to) => [from, to] as const));
const isLegal = ([from, to]: readonly [State, Target]): boolean => legal.includes(`${from} ${to}`);

/** The refusal of an impossible request. */
const refusalIn = (state: State): object => ({
  error: {
    code: 3015,
    of: 'refund',
    state,
    possible: legal.filter((pair) => pair.startsWith(`${state} `)).map((pair) => pair.split(' ')[1]),
  },
  meta: { timestamp: expect.any(Number) },
});

const racesInAll = 200;

let system: SharedSystem;
let account: string;
let client: ReservationClient;
let reservations = 0;

beforeAll(async () => {
  system = await SharedSystem.join();
  account = await system.newAccount();
  client = await system.newReservationClient(account);
  await client.payload('POST', 'refund/rules', postedRules);
});

afterAll(() => system.leave());

async function newReservation(): Promise<number> {
  const id = ++reservations;
  await client.payload('PUT', `reservations/${id}`, putReservation(id));
  return id;
}

const pathOf = ({ id }: Refund, to: Target): string => `refund/${id}/${verbs[to]}`;
const statusOf = async (reservation: number): Promise<string> =>
  (await client.payload<{ status: string }>('GET', `reservations/${reservation}`)).status;

async function refundIn(state: State): Promise<Refund> {
  let refund = await client.requestRefund(await newReservation(), penalty);
  for (const to of ways[state]) refund = await client.payload('POST', pathOf(refund, to));
  expect(refund.status).toBe(state);
  return refund;
}

describe('a refund', () => {
  it.each(pairs.filter(isLegal))('that is %s can become %s', async (from, to) => {
    const refund = await refundIn(from);
    const moved = await client.payload<Refund>('POST', pathOf(refund, to));
    expect(moved).toEqual({ ...refund, status: to, modified_date: expect.any(String) });
    expect(await client.refund(refund.reserve_id)).toEqual(moved);
    expect(await statusOf(refund.reserve_id)).toBe(to === 'rejected' || to === 'withdrawn' ? 'confirmed' : 'refund');
  });

  it.each(pairs.filter((pair) => !isLegal(pair)))("that is %s can't become %s", async (from, to) => {
    const refund = await refundIn(from);
    const { status, json } = await client.request('POST', pathOf(refund, to));
    expect([status, json]).toEqual([409, refusalIn(from)]);
    expect(await client.refund(refund.reserve_id)).toEqual(refund);
  });

  it.each(states)('that is %s is answered as it stands to whoever asks for it again', async (state) => {
    const refund = await refundIn(state);
    expect(await client.requestRefund(refund.reserve_id, penalty)).toEqual(refund);
    expect(await client.requestRefund(`O${refund.reserve_id}`, penalty)).toEqual(refund);
  });

  it.each(states)('that is %s is never answered to a request that confirms another penalty', async (state) => {
    const { reserve_id: id } = await refundIn(state);
    const { status, json } = await client.request('POST', 'refund/request', {
      reserve_id: `O${id}`,
      expected_penalty: penalty + 1,
    });
    expect([status, json]).toEqual([409, refusalIn(state)]);
  });

  it('that was rejected is not answered to whoever confirms what the reservation costs by now', async () => {
    const { reserve_id: id } = await refundIn('rejected');
    await client.payload('PUT', `reservations/${id}`, { ...putReservation(id), price: 50_000 });
    expect(await client.quote(id)).toMatchObject({ penalty: 15_000, price: 50_000 });
    const { status, json } = await client.request('POST', 'refund/request', {
      reserve_id: id,
      expected_penalty: 15_000,
    });
    expect([status, json]).toEqual([409, refusalIn('rejected')]);
  });

  it('keeps its reservation from being said to be in another state, and says in which it is itself', async () => {
    const { reserve_id: id } = await refundIn('approved');
    const { status, json } = await client.request('PUT', `reservations/${id}`, putReservation(id));
    expect([status, json]).toEqual([409, refusalIn('approved')]);
    const { errors } = await client.payload<{ errors: { code: number; en: string; fa: string }[] }>('GET', 'errors');
    expect(errors).toContainEqual({
      code: 3015,
      en: expect.stringContaining('present state'),
      fa: expect.stringContaining('وضعیت فعلی'),
    });
  });

  it.each(['approved', 'rejected'] as const)('is %s by one of two who do so at the same time', async (to) => {
    const refund = await refundIn('requested');
    const answers = await Promise.all([1, 2].map(() => client.request('POST', pathOf(refund, to))));
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 409]);
    expect((await client.refund(refund.reserve_id)).status).toBe(to);
  });

  it(`is one, of two requests for a reservation at the same time, in ${racesInAll} runs`, async () => {
    for (let run = 0; run < racesInAll; run += 1) {
      const id = await newReservation();
      const [one, other] = await Promise.all([
        client.requestRefund(id, penalty),
        client.requestRefund(`O${id}`, penalty),
      ]);
      expect(one).toEqual(other);
      expect(one).toMatchObject({ reserve_id: id, status: 'requested', penalty });
    }
    const [stored] = await system.query(
      'reservation-refund',
      `select count(*)::integer as refunds, count(distinct reservation_id)::integer as reservations from refund
        where account_id = $1`,
      [await system.accountId(account)],
    );
    expect(stored).toEqual({ refunds: reservations, reservations });
  });
});
