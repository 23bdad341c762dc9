import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import pg from 'pg';
import type { Answer } from '../system/http.js';
import type { ReservationClient } from '../system/reservation-client.js';
import { penalty, postedRules, putReservation, type Refund } from '../system/reservations.js';
import { RunningSystem } from '../system/running-system.js';
import { until } from '../system/until.js';
import { isFullSize } from './address-setup-under-way.js';

const service = 'reservation-refund';
const runs = isFullSize ? 40 : 3;
const maxHoldMs = isFullSize ? 900_000 : 180_000;

let system: RunningSystem;
let client: ReservationClient;
/** They keep the service waiting by locks of tables: before the end of its transaction, and behind its commit. */
let keyHolder: pg.Client;
let refundHolder: pg.Client;

beforeAll(async () => {
  system = await RunningSystem.start({ services: [service] });
  client = await system.newReservationClient();
  await client.payload('POST', 'refund/rules', postedRules);
  [keyHolder, refundHolder] = await Promise.all([newOwner(), newOwner()]);
});

afterAll(async () => {
  await Promise.all([keyHolder.end(), refundHolder.end()]);
  await system.stop();
});

/** A request that is cut off, and the id of the refund that was committed by then; undefined where that is open. */
interface CutOff {
  readonly first: Promise<Answer>;
  readonly committed?: number;
}

type Moment = (reservation: number, laterMs: number) => Promise<CutOff>;

const moments: readonly Moment[] = [
  async function betweenCommitAndReply(reservation) {
    const { first } = await requestedBehindTheKeys(reservation);
    await refundHolder.query('begin');
    // A lock of the table that is requested before the commit is granted before the service reads its answer there.
    const locked = refundHolder.query('lock table refund in access exclusive mode');
    await until('the lock of the refunds waits', () => isWaiting('AccessExclusiveLock'));
    await keyHolder.query('rollback');
    await locked;
    const [committed] = await refundIds(refundHolder, reservation);
    expect(committed).toBeDefined();
    await until('the service waits for its answer', () => isWaiting('AccessShareLock'));
    await kill();
    await refundHolder.query('rollback');
    return { first, ...(committed !== undefined && { committed }) };
  },
  async function beforeCommit(reservation) {
    const { first } = await requestedBehindTheKeys(reservation);
    expect(await refundIds(keyHolder, reservation)).toEqual([]);
    await kill();
    await keyHolder.query('rollback');
    return { first };
  },
  async function atRandom(reservation, laterMs) {
    const first = request(reservation);
    await passed(laterMs);
    await kill();
    return { first };
  },
];

describe('a request for a refund whose service is killed', () => {
  it(
    `and that is sent again until it is answered gives back once, with one answer, in ${runs} runs`,
    async () => {
      const laterMs = fc.sample(fc.integer({ min: 0, max: 40 }), { numRuns: runs, seed: 23 });
      for (const [run, later] of laterMs.entries()) {
        const reservation = run + 1;
        await client.payload('PUT', `reservations/${reservation}`, putReservation(reservation));
        const { first, committed } = await moments[run % moments.length]!(reservation, later);
        await system.startApp(service);
        const answer = await until('the request is answered', async () => {
          const again = await request(reservation);
          // PostgreSQL may take a moment to notice that the former service is gone; no other refusal is right.
          if (again.status !== 200) expect([409, 503]).toContain(again.status);
          return again.status === 200 ? refundOf(again) : undefined;
        });
        expect(answer).toMatchObject({ reserve_id: reservation, status: 'requested', penalty });
        if (committed !== undefined) expect(answer.id).toBe(committed);
        const cutOff = await first;
        expect([200, 503]).toContain(cutOff.status);
        if (cutOff.status === 200) expect(refundOf(cutOff)).toEqual(answer);
        expect(refundOf(await request(reservation))).toEqual(answer);
        expect(await client.refund(reservation)).toEqual(answer);
      }
      const [stored] = await system.query(
        service,
        'select count(*)::integer as refunds, count(distinct reservation_id)::integer as reservations from refund',
      );
      expect(stored).toEqual({ refunds: runs, reservations: runs });
    },
    maxHoldMs,
  );
});

const request = (reservation: number): Promise<Answer> =>
  client.request(
    'POST',
    'refund/request',
    { reserve_id: reservation, expected_penalty: penalty },
    { headers: { 'idempotency-key': `refund ${reservation}` } },
  );

const refundOf = ({ json }: Answer): Refund => (json as { payload: Refund }).payload;

/** A request that has written its refund, and waits to write its key. */
async function requestedBehindTheKeys(reservation: number): Promise<Pick<CutOff, 'first'>> {
  await keyHolder.query('begin');
  await keyHolder.query('lock table idempotent_request in share mode');
  const first = request(reservation);
  await until('the request waits for the keys', () => isWaiting('RowExclusiveLock'));
  return { first };
}

async function kill(): Promise<void> {
  system.app(service).kill('SIGKILL');
  await system.app(service).exited;
}

const isWaiting = async (mode: string): Promise<boolean> =>
  (
    await system.query(
      service,
      `select from pg_locks where not granted and mode = $1
        and database = (select oid from pg_database where datname = current_database())`,
      [mode],
    )
  ).length > 0;

async function refundIds(owner: pg.Client, reservation: number): Promise<number[]> {
  const { rows } = await owner.query<{ id: string }>('select id from refund where reservation_id = $1', [reservation]);
  return rows.map(({ id }) => Number(id));
}

async function newOwner(): Promise<pg.Client> {
  const owner = new pg.Client({ connectionString: system.databases[service].ownerUrl });
  await owner.connect();
  return owner;
}

/** The moment of a fault, not a wait for something to happen. */
const passed = (ms: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
