import 'reflect-metadata';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  approveWaiver,
  createRefundRules,
  proposeWaiver,
  quoteRefund,
  readWaiver,
  rejectWaiver,
  replaceWaiverCode,
  requestRefund,
  revokeWaiver,
  saveReservation,
  withdrawRefund,
  type Refund,
  type RefundQuote,
  type Waiver,
} from '@refundry/contracts';
import { Failure } from '@refundry/errors';
import { NatsServer, testDatabase } from '@refundry/testing';
import pg from 'pg';
import { flight, flightRules, RunningService } from '../testing/running-service.js';
import { toldEvents } from '../testing/told-events.js';
import { person } from '../testing/waivers.js';

let nats: NatsServer;
let service: RunningService;
let owner: pg.Client;
let reservations = 0;

/** 30 % are due, 3,000,000. */
const receivedAt = Date.parse('2027-03-07T08:29:59Z');
const [finance, office, head] = [person(1), person(2), person(3)];
const runs = 50;

beforeAll(async () => {
  nats = await NatsServer.start();
  const database = await testDatabase('reservation-refund');
  service = await RunningService.start(nats.url(), database);
  owner = new pg.Client({ connectionString: database.ownerUrl });
  await owner.connect();
  await service.ask(createRefundRules, { body: flightRules });
  const body = { en: 'x', fa: 'x', needs_note: false, needs_second_person_above: 0, is_active: true };
  await service.ask(replaceWaiverCode, { key: 'weather', body });
});

afterAll(async () => {
  await service.stop();
  await owner.end();
  await nats.stop();
});

async function newReservation(passengers = 1): Promise<number> {
  const id = ++reservations;
  const body = { ...flight, local_pnr: `L${id}`, original_pnr: `O${id}`, passengers };
  await service.ask(saveReservation, { key: String(id), body });
  return id;
}
/** One of weather waits for a second person, one of a delay doesn't. */
const propose = (id: number, code: 'weather' | 'delay', others: object = { penalty: 0 }): Promise<Waiver> =>
  service.ask(proposeWaiver, { receivedAt, actor: finance, body: { reserve_id: id, code, ...others } });
const approve = ({ id }: Waiver, actor = office): Promise<Waiver> =>
  service.ask(approveWaiver, { receivedAt, key: String(id), actor });
const reject = ({ id }: Waiver): Promise<Waiver> =>
  service.ask(rejectWaiver, { receivedAt, key: String(id), actor: head });
const revoke = ({ id }: Waiver): Promise<Waiver> =>
  service.ask(revokeWaiver, { receivedAt, key: String(id), actor: head });
const request = (id: number, penalty: number, others: object = {}): Promise<Refund> =>
  service.ask(requestRefund, { receivedAt, body: { reserve_id: id, expected_penalty: penalty, ...others } });
const quote = (id: number): Promise<RefundQuote> => service.ask(quoteRefund, { receivedAt, body: { reserve_id: id } });
const stateOf = async ({ id }: Waiver): Promise<string> =>
  (await service.ask<Waiver>(readWaiver, { key: String(id) })).status;

/** The end of a request: its state where it was done, the code of its refusal, or the state that refused it. */
const outcomeOf = (asked: Promise<{ readonly status: string }>): Promise<string> =>
  asked.then(
    ({ status }) => status,
    (error: unknown) => {
      if (!(error instanceof Failure)) throw error;
      return error.code === 'wrong_state' ? `refused: ${error.present?.state}` : error.code;
    },
  );

/** Two at once, the first of which is sent a little earlier in every second run. */
async function race(run: number, first: () => Promise<{ status: string }>, second: () => Promise<{ status: string }>) {
  const outcomes = run % 2 === 0 ? [first(), second()] : [second(), first()].toReversed();
  return (await Promise.all(outcomes.map(outcomeOf))).join(', ');
}

/** Runs them all, four at a time. */
async function repeatedly(one: (run: number) => Promise<string>): Promise<ReadonlySet<string>> {
  const ends = new Set<string>();
  for (let run = 0; run < runs; run += 4)
    for (const end of await Promise.all([0, 1, 2, 3].map((next) => one(run + next)))) ends.add(end);
  return ends;
}

const expectOnly = (ends: ReadonlySet<string>, possible: readonly string[]): void => {
  expect([...ends].filter((end) => !possible.includes(end))).toEqual([]);
};

describe('at the same time', () => {
  it('two approve: one does, the other is told that it is approved', async () => {
    const ends = await repeatedly(async (run) => {
      const waiver = await propose(await newReservation(), 'weather');
      return race(
        run,
        () => approve(waiver),
        () => approve(waiver, head),
      );
    });
    expectOnly(ends, ['approved, refused: approved', 'refused: approved, approved']);
  });

  it('the one who proposed it approves with another: that one never does', async () => {
    const ends = await repeatedly(async (run) => {
      const waiver = await propose(await newReservation(), 'weather');
      return `${await race(
        run,
        () => approve(waiver, finance),
        () => approve(waiver),
      )}: ${await stateOf(waiver)}`;
    });
    expectOnly(ends, ['second_person_needed, approved: approved', 'refused: approved, approved: approved']);
  });

  it('one rejects and another approves: one of them does', async () => {
    const ends = await repeatedly(async (run) => {
      const waiver = await propose(await newReservation(), 'weather');
      return `${await race(
        run,
        () => approve(waiver),
        () => reject(waiver),
      )}: ${await stateOf(waiver)}`;
    });
    expectOnly(ends, ['approved, refused: approved: approved', 'refused: rejected, rejected: rejected']);
  });

  it('one revokes and a passenger is given back: for the penalty that was promised, or not at all', async () => {
    const ends = await repeatedly(async (run) => {
      const id = await newReservation();
      const waiver = await propose(id, 'delay');
      return `${await race(
        run,
        () => revoke(waiver),
        () => request(id, 0),
      )}: ${await stateOf(waiver)}`;
    });
    expectOnly(ends, ['revoked, penalty_changed: revoked', 'refused: used, requested: used']);
  });

  it('one approves and a passenger is given back for the full penalty: whoever comes first', async () => {
    const ends = await repeatedly(async (run) => {
      const id = await newReservation();
      const waiver = await propose(id, 'weather');
      return race(
        run,
        () => approve(waiver),
        () => request(id, 3_000_000),
      );
    });
    expectOnly(ends, ['approved, penalty_changed', 'already_refunded, requested']);
  });

  it('two propose for one passenger: one is there', async () => {
    const ends = await repeatedly(async (run) => {
      const id = await newReservation(2);
      const end = await race(
        run,
        () => propose(id, 'delay', { penalty: 0, passenger_ids: [1] }),
        () => propose(id, 'delay', { percent_off: 50 }),
      );
      return `${end}: ${(await quote(id)).penalty}`;
    });
    expectOnly(ends, ['approved, refused: approved: 1500000', 'refused: approved, approved: 1500000']);
  });

  it('one of two passengers is given back and the other withdrawn: the waiver is not used up', async () => {
    const ends = await repeatedly(async (run) => {
      const id = await newReservation(2);
      const waiver = await propose(id, 'delay', { percent_off: 50 });
      const first = await request(id, 750_000, { passenger_ids: [1] });
      const withdraw = (): Promise<Refund> => service.ask(withdrawRefund, { key: String(first.id) });
      const end = await race(run, withdraw, () => request(id, 750_000, { passenger_ids: [2] }));
      return `${end}: ${await stateOf(waiver)}, ${(await quote(id)).penalty}`;
    });
    expectOnly(ends, ['withdrawn, requested: approved, 750000']);
  });
});

describe('afterwards', () => {
  it('each refund is the sum of its passengers, and penalty and waived part are the penalty of the rules', async () => {
    const { rows } = await owner.query(`
      select refund.id from refund join lateral (
        select sum(penalty) as penalty, sum(waived) as waived, count(*) as n from refund_passenger item
        where item.account_id = refund.account_id and item.refund_id = refund.id
      ) items on true join reservation on reservation.id = refund.reservation_id
      where (refund.penalty, refund.waived) is distinct from (items.penalty, items.waived)
        or (refund.penalty + refund.waived) <> 3000000 / reservation.passengers * items.n`);
    expect(rows).toEqual([]);
  });

  it('no passenger has two waivers, and each approval has one event', async () => {
    const { rows: twice } = await owner.query(`
      select reservation_id, passenger from waiver, unnest(passengers) passenger
      where status in ('proposed', 'approved', 'used') group by 1, 2 having count(*) > 1`);
    expect(twice).toEqual([]);
    const { rows: approved } = await owner.query<{ id: number }>(`
      select subject_id::integer as id from audit_entry
      where action in ('waiver.proposed', 'waiver.approved') and after ->> 'status' = 'approved'`);
    const ids = approved.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    const told = (await toldEvents(owner, 'waiver', ids)).filter((type) => type === 'reservation_refund.waived');
    expect(told).toHaveLength(ids.length);
    expect(ids.length).toBeGreaterThan(100);
  });
});
