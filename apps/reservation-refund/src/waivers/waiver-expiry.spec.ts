import 'reflect-metadata';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  createRefundRules,
  proposeWaiver,
  readWaiver,
  replaceWaiverCode,
  requestRefund,
  saveReservation,
  type Waiver,
} from '@refundry/contracts';
import { NatsServer, testDatabase } from '@refundry/testing';
import pg from 'pg';
import { flight, flightRules, RunningService } from '../testing/running-service.js';
import { toldEvents } from '../testing/told-events.js';
import { person } from '../testing/waivers.js';

let nats: NatsServer;
let replicas: RunningService[];
let owner: pg.Client;
let reservations = 0;

const receivedAt = Date.parse('2027-03-07T08:29:59Z');
const account = 16;

beforeAll(async () => {
  nats = await NatsServer.start();
  const database = await testDatabase('reservation-refund');
  replicas = [await RunningService.start(nats.url(), database), await RunningService.start(nats.url(), database)];
  owner = new pg.Client({ connectionString: database.ownerUrl });
  await owner.connect();
  await ask(createRefundRules, { body: flightRules });
  const body = { en: 'x', fa: 'x', needs_note: false, needs_second_person_above: 0, is_active: true };
  await ask(replaceWaiverCode, { key: 'weather', body });
});

afterAll(async () => {
  await Promise.all(replicas.map((replica) => replica.stop()));
  await owner.end();
  await nats.stop();
});

const ask = <T = Record<string, unknown>>(...[endpoint, options]: Parameters<RunningService['ask']>): Promise<T> =>
  replicas[0]!.ask<T>(endpoint, { account, ...options });

/** @param ended how long its time has been over, or is not yet, for PostgreSQL */
async function newWaiver(ended: string, code = 'airline_cancelled'): Promise<Waiver> {
  const id = ++reservations;
  const names = { local_pnr: `L${id}`, original_pnr: `O${id}` };
  await ask(saveReservation, { key: String(id), body: { ...flight, ...names } });
  const waiver = await ask<Waiver>(proposeWaiver, {
    receivedAt,
    actor: person(1),
    body: { reserve_id: id, code, penalty: 0, valid_until: '2027-03-08T00:00:00Z' },
  });
  await owner.query('update waiver set valid_until = clock_timestamp() - $2::interval where id = $1', [
    waiver.id,
    ended,
  ]);
  return waiver;
}
const stored = async ({ id }: Waiver): Promise<unknown> =>
  (await owner.query<{ status: string }>('select status from waiver where id = $1', [id])).rows[0]?.status;
const toldOf = (ids: readonly number[]): Promise<readonly string[]> => toldEvents(owner, 'waiver', ids);
const sweep = (): Promise<unknown> => Promise.all(replicas.map((replica) => replica.expireWaivers()));

describe('the sweep of waivers', () => {
  it('expires those whose time is over, and tells of those that had an effect', async () => {
    const [approved, proposed] = [await newWaiver('2 minutes'), await newWaiver('2 minutes', 'weather')];
    await sweep();
    expect([await stored(approved), await stored(proposed)]).toEqual(['expired', 'expired']);
    expect(await toldOf([approved.id, proposed.id])).toEqual([
      'reservation_refund.waived',
      'reservation_refund.waiver_expired',
    ]);
  });

  it('leaves those that requests may still be waiting with, which are over all the same', async () => {
    const [waiver, later] = [await newWaiver('30 seconds'), await newWaiver('-1 hour')];
    await sweep();
    expect([await stored(waiver), await stored(later)]).toEqual(['approved', 'approved']);
    expect(await ask(readWaiver, { key: String(waiver.id) })).toMatchObject({ status: 'expired' });
    expect(await ask(readWaiver, { key: String(later.id) })).toMatchObject({ status: 'approved' });
  });

  it('leaves those that are used up', async () => {
    const waiver = await newWaiver('-1 hour');
    await ask(requestRefund, { receivedAt: Date.now(), body: { reserve_id: waiver.reserve_id, expected_penalty: 0 } });
    await owner.query(`update waiver set valid_until = clock_timestamp() - interval '1 hour' where id = $1`, [
      waiver.id,
    ]);
    await sweep();
    expect(await stored(waiver)).toBe('used');
  });

  it('expires each once, however many there are and however many replicas', async () => {
    const { id, reserve_id: reservation } = await newWaiver('2 minutes');
    const { rows } = await owner.query<{ id: string }>(
      `insert into waiver (account_id, reservation_id, passengers, code, status, penalty, waived, valid_until,
          proposed_date)
        select $1, $2, array[1], 'delay', 'approved', 0, 0, clock_timestamp() - interval '1 day', clock_timestamp()
        from generate_series(1, 450) returning id`,
      [account, reservation],
    );
    const ids = [id, ...rows.map((row) => Number(row.id))];
    await Promise.all([sweep(), sweep()]);
    await sweep();
    const { rows: left } = await owner.query('select from waiver where id = any ($1) and status <> $2', [
      ids,
      'expired',
    ]);
    expect(left).toEqual([]);
    expect((await toldOf(ids)).filter((type) => type === 'reservation_refund.waiver_expired')).toHaveLength(451);
    const { rows: recorded } = await owner.query(
      `select subject_id from audit_entry where action = 'waiver.expired' and subject_id = any ($1)`,
      [ids.map(String)],
    );
    expect(recorded).toHaveLength(451);
  });
});
