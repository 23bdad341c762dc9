import 'reflect-metadata';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  approveRefund,
  createRefundRules,
  markRefundPaid,
  rejectRefund,
  replaceRefundRules,
  requestRefund,
  reservationAudit,
  retireRefundRules,
  saveReservation,
  type AuditEntry,
  type Refund,
} from '@refundry/contracts';
import type { Caller } from '@refundry/resource';
import { NatsServer, testDatabase } from '@refundry/testing';
import pg from 'pg';
import { flight, flightRules, RunningService } from '../testing/running-service.js';

let nats: NatsServer;
let service: RunningService;
let owner: pg.Client;
let rules: number;
let reservations = 0;

const before = Date.parse('2027-03-07T08:29:59Z');
const caller: Caller = {
  account: 1,
  domain: 'shop.example',
  scopes: [],
  actor: { kind: 'signed_token', id: '12' },
};

beforeAll(async () => {
  nats = await NatsServer.start();
  const database = await testDatabase('reservation-refund');
  service = await RunningService.start(nats.url(), database);
  owner = new pg.Client({ connectionString: database.ownerUrl });
  await owner.connect();
  ({ id: rules } = await service.ask<{ id: number }>(createRefundRules, { body: flightRules, caller }));
});

afterAll(async () => {
  await service.stop();
  await owner.end();
  await nats.stop();
});

async function newReservation(): Promise<number> {
  const id = ++reservations;
  const body = { ...flight, local_pnr: `L${id}`, original_pnr: `O${id}` };
  await service.ask(saveReservation, { key: String(id), body });
  return id;
}

const request = (id: number, head: object = {}): Promise<Refund> =>
  service.ask(requestRefund, {
    receivedAt: before,
    body: { reserve_id: id, expected_penalty: 3_000_000, reason_id: 7 },
    caller,
    ...head,
  });

/** The decisions on a subject, in their order, as the list answers them. */
async function decisionsOn(type: string, id: number, head: object = {}): Promise<AuditEntry[]> {
  const query = `subject_type=${type}&subject_id=${id}&sort=id`;
  return (await service.ask<{ results: AuditEntry[] }>(reservationAudit.list, { query, ...head })).results;
}

describe('decisions on a refund', () => {
  it('are recorded from the request to the payment, with their actor and the request', async () => {
    const reservation = await newReservation();
    const { id } = await request(reservation, { requestId: 'r7' });
    await service.ask(approveRefund, { key: String(id), caller });
    await service.ask(markRefundPaid, { key: String(id), caller: { ...caller, actor: undefined } });
    const [requested, approved, paid, ...others] = await decisionsOn('refund', id);
    expect(requested).toEqual({
      id: expect.any(Number) as unknown,
      occurred: expect.any(String) as unknown,
      actor_kind: 'signed_token',
      actor: '12',
      action: 'refund.requested',
      subject_type: 'refund',
      subject_id: String(id),
      before: null,
      after: {
        passenger_ids: [1],
        reserve_id: reservation,
        status: 'requested',
        price: 10_000_000,
        penalty: 3_000_000,
        reason_id: 7,
        rule_id: rules,
        rule_version: 1,
      },
      reason: null,
      request_id: 'r7',
    });
    expect(approved).toMatchObject({
      action: 'refund.approved',
      before: { reserve_id: reservation, status: 'requested' },
      after: { reserve_id: reservation, status: 'approved' },
    });
    // A gateway of the version before names no actor.
    expect(paid).toMatchObject({ action: 'refund.paid', actor_kind: null, actor: null });
    expect(others).toEqual([]);
    expect(await service.ask(reservationAudit.detail, { key: String(paid?.id) })).toEqual(paid);
  });

  it('are recorded once, however often they are sent, and not where they are refused', async () => {
    const reservation = await newReservation();
    const { id } = await request(reservation, { idempotencyKey: 'once' });
    await request(reservation, { idempotencyKey: 'once' });
    await request(reservation);
    await service.ask(rejectRefund, { key: String(id), caller });
    await expect(service.ask(rejectRefund, { key: String(id), caller })).rejects.toMatchObject({ code: 'wrong_state' });
    expect((await decisionsOn('refund', id)).map(({ action }) => action)).toEqual([
      'refund.requested',
      'refund.rejected',
    ]);
  });

  it('are not made where they can not be recorded', async () => {
    const { id } = await request(await newReservation());
    const second = await newReservation();
    const statuses = async (): Promise<unknown[]> =>
      (await owner.query<{ status: string }>('select status from refund order by id')).rows;
    const stored = await statuses();
    await owner.query('revoke insert on audit_entry from "reservation-refund"');
    try {
      await expect(service.ask(approveRefund, { key: String(id), caller })).rejects.toMatchObject({ code: 'internal' });
      await expect(request(second)).rejects.toMatchObject({ code: 'internal' });
    } finally {
      await owner.query('grant insert on audit_entry to "reservation-refund"');
    }
    expect(await statuses()).toEqual(stored);
    const told = await owner.query(
      `select from outbox where subject like '%.approved' and payload->>'refund' = $1
        union all select from event where type = 'reservation_refund.approved' and data->>'refund' = $1`,
      [String(id)],
    );
    expect(told.rowCount).toBe(0);
    await service.ask(approveRefund, { key: String(id), caller });
    expect(await decisionsOn('refund', id)).toHaveLength(2);
  });

  it('of another account are not there', async () => {
    const { id } = await request(await newReservation());
    const [entry] = await decisionsOn('refund', id);
    expect(await decisionsOn('refund', id, { account: 2 })).toEqual([]);
    await expect(service.ask(reservationAudit.detail, { key: String(entry?.id), account: 2 })).rejects.toMatchObject({
      code: 'not_found',
    });
  });
});

describe('decisions on refund rules', () => {
  it('are recorded with the versions before and after', async () => {
    const hotels = { name: 'Hotels', service: 'hotel', tiers: [{ minutes_before: 0, percent: 50 }] };
    const { id } = await service.ask<{ id: number }>(createRefundRules, { body: hotels, caller });
    const key = String(id);
    await service.ask(replaceRefundRules, { key, body: { ...hotels, grace_minutes: 30 }, caller });
    await service.ask(retireRefundRules, { key, caller });
    await service.ask(retireRefundRules, { key, caller });
    expect(
      (await decisionsOn('refund_rules', id)).map(({ action, before: former, after }) => [action, former, after]),
    ).toMatchObject([
      ['refund_rules.created', null, { version: 1, name: 'Hotels', domain: 'shop.example', grace_minutes: 0 }],
      ['refund_rules.replaced', { version: 1, grace_minutes: 0 }, { version: 2, grace_minutes: 30 }],
      ['refund_rules.retired', { version: 2, is_retired: false }, { version: 2, is_retired: true }],
    ]);
  });
});
