import 'reflect-metadata';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import {
  answerQuote,
  listQuotes,
  quoteRefund,
  reservationAudit,
  reservationSettings,
  saveReservation,
  type AuditEntry,
  type ManualQuote,
  type RefundQuote,
} from '@refundry/contracts';
import { NatsServer, testDatabase } from '@refundry/testing';
import pg from 'pg';
import { flight, RunningService } from '../testing/running-service.js';

let nats: NatsServer;
let service: RunningService;
let owner: pg.Client;
let reservations = 0;

/** No sweep is to end what these tests are about. */
const receivedAt = Date.parse('2098-12-03T09:00:00Z');
/** Agencies may have no more. */
const caller = {
  account: 1,
  domain: 'shop.example',
  scopes: ['reservation:read'],
  actor: { kind: 'signed_token', id: '12' },
} as const;

beforeAll(async () => {
  nats = await NatsServer.start();
  const database = await testDatabase('reservation-refund');
  service = await RunningService.start(nats.url(), database);
  owner = new pg.Client({ connectionString: database.ownerUrl });
  await owner.connect();
});

afterEach(() => opensQuotes(false));

afterAll(async () => {
  await service.stop();
  await owner.end();
  await nats.stop();
});

const opensQuotes = (isOn: boolean): Promise<unknown> =>
  service.ask(reservationSettings.update, { body: { opens_quotes: isOn } });
async function newReservation(others: object = {}): Promise<number> {
  const id = ++reservations;
  const body = { ...flight, starts_at: '2099-03-10T15:00:00Z', local_pnr: `L${id}`, original_pnr: `O${id}`, ...others };
  await service.ask(saveReservation, { key: String(id), body });
  return id;
}
const quote = (id: number, others: object = {}, head: object = {}): Promise<RefundQuote> =>
  service.ask(quoteRefund, { receivedAt, body: { reserve_id: id, ...others }, caller, ...head });
const quotesOf = async (id: number): Promise<ManualQuote[]> =>
  (await service.ask<{ results: ManualQuote[] }>(listQuotes, { query: `reserve_id=${id}&sort=id&page_size=100` }))
    .results;
/** They are opened after the answer. */
async function untilOpened(id: number, count = 1): Promise<ManualQuote[]> {
  for (;;) {
    const quotes = await quotesOf(id);
    if (quotes.length >= count) return quotes;
  }
}
const refusal = (id: number, price = 10_000_000): string =>
  `{"refundable":false,"reserve_id":${id},"diffrance":0,"price":${price}}`;

describe('a question that no rule answers', () => {
  it('opens nothing, unless the account has it so', async () => {
    const [id, other] = [await newReservation(), await newReservation()];
    expect(JSON.stringify(await quote(id))).toBe(refusal(id));
    await opensQuotes(true);
    await quote(other);
    await untilOpened(other);
    expect(await quotesOf(id)).toEqual([]);
  });

  it('has the item priced by hand, and the same client sees the price when it asks again', async () => {
    await opensQuotes(true);
    const id = await newReservation();
    expect(JSON.stringify(await quote(id))).toBe(refusal(id));
    const [{ id: opened, ...others } = { id: 0 }] = await untilOpened(id);
    expect(others).toMatchObject({ status: 'requested', category: 'other', note: null, domain: 'shop.example' });
    expect(JSON.stringify(await quote(id))).toBe(refusal(id));
    await service.ask(answerQuote, { key: String(opened), receivedAt, body: { percent: 45, valid_minutes: 60 } });
    expect(JSON.stringify(await quote(id))).toBe(
      `{"refundable":true,"reserve_id":${id},"diffrance":5500000,"price":10000000,"penalty":4500000}`,
    );
    expect(await quotesOf(id)).toHaveLength(1);
    const { results } = await service.ask<{ results: AuditEntry[] }>(reservationAudit.list, {
      query: `subject_type=manual_quote&subject_id=${opened}&sort=id`,
    });
    expect(results[0]).toMatchObject({ action: 'manual_quote.requested', actor_kind: 'signed_token', actor: '12' });
  });

  it('opens one quote for each selection, however many ask at once', async () => {
    await opensQuotes(true);
    const id = await newReservation({ passengers: 3 });
    await Promise.all(Array.from({ length: 20 }, () => [quote(id), quote(id, { passenger_ids: [2] })]).flat());
    const opened = await untilOpened(id, 2);
    await quote(id);
    await quote(id, { passenger_ids: [2] });
    expect(opened.map(({ passenger_ids: passengers }) => passengers.length).toSorted()).toEqual([1, 3]);
    expect(await quotesOf(id)).toHaveLength(2);
  });

  it('opens another one once the answer holds no more', async () => {
    await opensQuotes(true);
    const id = await newReservation();
    await quote(id);
    const [first] = await untilOpened(id);
    await service.ask(answerQuote, { key: String(first!.id), receivedAt, body: { percent: 45, valid_minutes: 60 } });
    const later = { receivedAt: receivedAt + 3_600_000 };
    expect(JSON.stringify(await quote(id, {}, later))).toBe(refusal(id));
    expect((await untilOpened(id, 2)).map(({ status }) => status)).toEqual(['expired', 'requested']);
  });

  it('is answered as ever where no more may be opened, and where that fails', async () => {
    await opensQuotes(true);
    const group = await newReservation({ passengers: 25 });
    for (let passenger = 1; passenger <= 21; passenger++) {
      expect(await quote(group, { passenger_ids: [passenger] })).toMatchObject({ refundable: false });
      if (passenger <= 20) await untilOpened(group, passenger);
    }
    await owner.query('revoke insert on manual_quote from "reservation-refund"');
    const id = await newReservation();
    try {
      expect(JSON.stringify(await quote(id))).toBe(refusal(id));
    } finally {
      // It waits for what may insert at present.
      await owner.query('lock table manual_quote; grant insert on manual_quote to "reservation-refund"');
    }
    const next = await newReservation();
    await quote(next);
    await untilOpened(next);
    expect(await quotesOf(group)).toHaveLength(20);
  });

  it('opens nothing for what was refunded or used, or is not there', async () => {
    await opensQuotes(true);
    const [done, next] = [await newReservation({ status: 'done' }), await newReservation()];
    await expect(quote(done)).rejects.toMatchObject({ code: 'already_used' });
    await expect(quote(987_654)).rejects.toMatchObject({ code: 'unknown_reservation' });
    await quote(next);
    await untilOpened(next);
    expect(await quotesOf(done)).toEqual([]);
  });
});

describe('the office hours of an account', () => {
  const change = (body: object): Promise<object> => service.ask(reservationSettings.update, { body });
  const saturday = { day: 'saturday', from: '08:00', until: '16:00' };

  it('are set with the time to answer and the zone', async () => {
    const set = { office_hours: [saturday], office_zone: 'Europe/Berlin', quote_response_minutes: 60 };
    expect(await change(set)).toMatchObject(set);
    expect(await service.ask(reservationSettings.read)).toMatchObject(set);
    // 2098-12-06 is a Saturday; of Wednesday 2098-12-03 nothing counts.
    await opensQuotes(true);
    const id = await newReservation();
    await quote(id);
    expect(await untilOpened(id)).toMatchObject([{ respond_by: '2098-12-06T08:00:00Z' }]);
    await change({ office_hours: [] });
  });

  it.each([
    [{ office_zone: 'Asia/Atlantis' }, { office_zone: ['Enter a valid time zone.'] }],
    [
      { office_hours: [{ ...saturday, day: 'shabbat' }] },
      { office_hours: [{ day: ['"shabbat" is not a valid choice.'] }] },
    ],
    [
      { office_hours: [{ ...saturday, from: '8:00' }] },
      { office_hours: [{ from: ['Enter a time from 00:00 to 23:59.'] }] },
    ],
    [
      { office_hours: [{ ...saturday, until: '24:01' }] },
      { office_hours: [{ until: ['Enter a time from 00:00 to 24:00.'] }] },
    ],
    [
      { office_hours: [{ ...saturday, until: '08:00' }] },
      { office_hours: [{ until: ['Ensure this is later than from.'] }] },
    ],
    [
      { office_hours: [saturday, { ...saturday, from: '15:59', until: '17:00' }] },
      { office_hours: [{}, { non_field_errors: ['It overlaps with other hours of the day.'] }] },
    ],
    [
      { office_hours: Array.from({ length: 22 }, () => saturday) },
      { office_hours: { non_field_errors: ['Ensure this field has no more than 21 elements.'] } },
    ],
    [
      { office_hours: [{ ...saturday, until: '08:01' }], quote_response_minutes: 53 },
      { quote_response_minutes: ['Ensure the office is open for so many minutes in a year.'] },
    ],
    [{ quote_response_minutes: 0 }, { quote_response_minutes: ['Ensure this value is greater than or equal to 1.'] }],
  ])('are refused as %p', async (body, fields) => {
    await expect(change(body)).rejects.toMatchObject({ code: 'invalid', fields });
  });

  it('may follow each other without a gap', async () => {
    const hours = [saturday, { ...saturday, from: '16:00', until: '24:00' }, { ...saturday, day: 'sunday' }];
    expect(await change({ office_hours: hours })).toMatchObject({ office_hours: hours });
  });
});
