import 'reflect-metadata';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  approveRefund,
  createRefundRules,
  quoteRefund,
  readRefundStatus,
  readReservation,
  rejectRefund,
  requestRefund,
  saveReservation,
  withdrawRefund,
  type Refund,
} from '@refundry/contracts';
import type { Failure } from '@refundry/errors';
import { NatsServer, testDatabase } from '@refundry/testing';
import fc from 'fast-check';
import { flight, flightRules, RunningService } from '../testing/running-service.js';

let nats: NatsServer;
/** Two replicas. */
let services: readonly [RunningService, RunningService];
let reservations = 0;
let turn = 0;

const receivedAt = Date.parse('2027-03-01T08:00:00Z');
const passengers = 5;
/** Of five passengers who cost a million each, at 30 %. */
const share = 300_000;

beforeAll(async () => {
  nats = await NatsServer.start();
  const database = await testDatabase('reservation-refund');
  services = [await RunningService.start(nats.url(), database), await RunningService.start(nats.url(), database)];
  await services[0].ask(createRefundRules, { body: flightRules });
});

afterAll(async () => {
  for (const service of services) await service.stop();
  await nats.stop();
});

const either = (): RunningService => services[++turn % 2]!;

async function newReservation(): Promise<number> {
  const id = ++reservations;
  await services[0].ask(saveReservation, {
    key: String(id),
    body: { ...flight, local_pnr: `L${id}`, original_pnr: null, passengers, price: 1_000_000 * passengers },
  });
  return id;
}

type Outcome = { readonly refund: Refund } | { readonly failure: Failure };
const outcome = (asked: Promise<Refund>): Promise<Outcome> =>
  asked.then(
    (refund) => ({ refund }),
    (failure: unknown) => ({ failure: failure as Failure }),
  );
const request = (id: number, named: readonly number[], others: object = {}): Promise<Refund> =>
  either().ask(requestRefund, {
    receivedAt,
    body: { reserve_id: id, expected_penalty: share * named.length, passenger_ids: named, ...others },
  });
const move = (endpoint: typeof approveRefund, id: number): Promise<Refund> =>
  either().ask(endpoint, { key: String(id) });

interface Detailed {
  readonly refunds: readonly Refund[];
}
const refundsOf = async (id: number): Promise<readonly Refund[]> =>
  (await either().ask<Detailed>(readRefundStatus, { query: `reserve_id=${id}&detail=1` })).refunds;
const statusOf = async (id: number): Promise<unknown> =>
  (await either().ask(readReservation, { key: String(id) })).status;
/** The price of what is left; 0 where nothing is. */
const leftOf = (id: number): Promise<number> =>
  either()
    .ask<{ price: number }>(quoteRefund, { receivedAt, body: { reserve_id: id } })
    .then(
      ({ price }) => price,
      (error: unknown) => ((error as Failure).code === 'already_refunded' ? 0 : NaN),
    );

const selections = fc.array(fc.subarray([1, 2, 3, 4, 5], { minLength: 1 }), { minLength: 2, maxLength: 5 });

describe('requests for overlapping passengers at the same time', () => {
  it('give nobody back twice, and each refusal names somebody whom another request has', async () => {
    await fc.assert(
      fc.asyncProperty(selections, async (sets) => {
        const id = await newReservation();
        const outcomes = await Promise.all(sets.map((named) => outcome(request(id, named))));
        const accepted = new Map<number, ReadonlySet<number>>();
        for (const [index, one] of outcomes.entries())
          if ('refund' in one) accepted.set(one.refund.id, new Set(sets[index]));
        const taken = [...accepted.values()].flatMap((named) => [...named]);
        expect(new Set(taken).size).toBe(taken.length);
        for (const [index, one] of outcomes.entries()) {
          if ('refund' in one) {
            expect(one.refund).toMatchObject({ status: 'requested', penalty: share * sets[index]!.length });
            continue;
          }
          const isGone = one.failure.code === 'already_refunded';
          expect(isGone ? taken.length === passengers : one.failure.code === 'passenger_refunded').toBe(true);
          expect(sets[index]!.some((passenger) => taken.includes(passenger))).toBe(true);
        }
        expect(await leftOf(id)).toBe(1_000_000 * (passengers - taken.length));
        expect(await statusOf(id)).toBe(taken.length === passengers ? 'refund' : 'confirmed');
        expect((await refundsOf(id)).map(({ id: refund }) => refund).toSorted()).toEqual(
          [...accepted.keys()].toSorted(),
        );
      }),
      { seed: 20_261_130, numRuns: 200 },
    );
  });
});

describe('decisions on one refund at the same time', () => {
  const decisions = [approveRefund, rejectRefund, withdrawRefund] as const;

  it.each([
    ['withdrawn and approved', [withdrawRefund, approveRefund]],
    ['approved twice', [approveRefund, approveRefund]],
    ['withdrawn, rejected and approved', decisions],
  ] as const)('are one: %s', async (_what, both) => {
    for (let run = 0; run < 60; run++) {
      const id = await newReservation();
      const refund = await request(id, run % 2 ? [1, 2, 3, 4, 5] : [2, 3]);
      const outcomes = await Promise.all(both.map((decision) => outcome(move(decision, refund.id))));
      const [decided, ...others] = outcomes.filter((one) => 'refund' in one);
      expect(others).toEqual([]);
      const { status } = decided!.refund;
      for (const one of outcomes)
        if ('failure' in one) expect(one.failure).toMatchObject({ code: 'wrong_state', present: { state: status } });
      expect(await refundsOf(id)).toMatchObject([{ id: refund.id, status }]);
      const isBack = status === 'approved';
      expect(await leftOf(id)).toBe(5_000_000 - (isBack ? refund.price : 0));
      expect(await statusOf(id)).toBe(isBack && run % 2 ? 'refund' : 'confirmed');
    }
  });

  it('end before or after its passengers are requested once more, and no sooner', async () => {
    for (let run = 0; run < 120; run++) {
      const id = await newReservation();
      const refund = await request(id, [1, 2]);
      const [ended, again, larger] = await Promise.all([
        move(withdrawRefund, refund.id),
        outcome(request(id, [1, 2], { again: true })),
        outcome(request(id, [2, 3])),
      ]);
      expect(ended.status).toBe('withdrawn');
      const live = (await refundsOf(id)).filter(({ status }) => status === 'requested');
      const anew = [again, larger].flatMap((one) =>
        'refund' in one && one.refund.id !== refund.id ? [one.refund.id] : [],
      );
      expect(anew.length).toBeLessThanOrEqual(1);
      expect(live.map(({ id: refundId }) => refundId)).toEqual(anew);
      for (const one of [again, larger]) if ('failure' in one) expect(one.failure.code).toBe('passenger_refunded');
    }
  });
});
