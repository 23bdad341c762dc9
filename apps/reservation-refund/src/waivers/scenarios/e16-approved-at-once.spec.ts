import 'reflect-metadata';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import {
  createRefundRules,
  readRefundStatus,
  reservationSettings,
  requestRefund,
  saveReservation,
  type Refund,
} from '@refundry/contracts';
import { NatsServer, testDatabase } from '@refundry/testing';
import pg from 'pg';
import { flight, flightRules, RunningService } from '../../testing/running-service.js';
import { toldEvents } from '../../testing/told-events.js';

/*
 * E16. Requests that pay back at most 5,000,000 are approved at once. Of 7,142,857 the rules keep 30 %, 2,142,857
 * (2,142,857.1), so that 5,000,000 come back: approved. Of 7,142,858 they keep 2,142,857 (2,142,857.4), so that
 * 5,000,001 come back: requested.
 */
let nats: NatsServer;
let service: RunningService;
let owner: pg.Client;

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

const set = (approveAbove: number | null): Promise<object> =>
  service.ask(reservationSettings.update, { body: { approve_above: approveAbove } });

async function request(id: number, price: number): Promise<Refund> {
  const names = { local_pnr: `L${id}`, original_pnr: `O${id}` };
  await service.ask(saveReservation, { key: String(id), body: { ...flight, ...names, price } });
  return service.ask(requestRefund, {
    receivedAt: Date.parse('2027-03-07T08:29:59Z'),
    body: { reserve_id: id, expected_penalty: 2_142_857 },
  });
}

const columnOf = async (text: string): Promise<unknown[]> =>
  (await owner.query<[unknown]>({ text, rowMode: 'array' })).rows.map(([value]) => value);

it('approves what pays back no more, with an event and a decision for each step', async () => {
  await set(5_000_000);
  const refund = await request(1, 7_142_857);
  expect(refund).toMatchObject({ status: 'approved', penalty: 2_142_857, diffrance: 5_000_000 });
  expect(await service.ask(readRefundStatus, { body: { reserve_id: 1 } })).toEqual(refund);
  expect(
    await columnOf(`select action || ' ' || coalesce(actor_kind || ' ' || actor, 'nobody') from audit_entry
      where subject_type = 'refund' order by id`),
  ).toEqual(['refund.requested nobody', 'refund.approved system approve_above']);
  expect(await toldEvents(owner, 'refund', [refund.id])).toEqual([
    'reservation_refund.requested',
    'reservation_refund.approved',
  ]);
});

it('has what pays back more wait', async () => {
  await set(5_000_000);
  expect(await request(2, 7_142_858)).toMatchObject({ status: 'requested', diffrance: 5_000_001 });
});

it('has everything wait where nothing is set', async () => {
  await set(null);
  expect(await request(3, 7_142_857)).toMatchObject({ status: 'requested', diffrance: 5_000_000 });
});
