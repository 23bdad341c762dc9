import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Event, PublishedEventTypes } from '@refundry/contracts';
import type { Page } from '../system/client.js';
import { send } from '../system/http.js';
import { postedRefund, refundsPath } from '../system/refunds.js';
import { penalty, postedRules, putReservation } from '../system/reservations.js';
import type { RetailClient } from '../system/retail-client.js';
import { SharedSystem } from '../system/shared-system.js';
import { until } from '../system/until.js';

let system: SharedSystem;
let client: RetailClient;
let other: RetailClient;
let events: readonly Event[];

/** The documents of each batch; a batch is an event. */
const batches = [['a'], ['b', 'c'], ['d']];

beforeAll(async () => {
  system = await SharedSystem.join();
  [client, other] = await Promise.all([system.newRetailClient(), system.newRetailClient()]);
  for (const batch of batches)
    expect(
      (
        await client.post(
          refundsPath,
          batch.map((id) => postedRefund(id)),
        )
      ).status,
    ).toBe(201);
  expect((await client.request('DELETE', `${refundsPath}a_kyiv-1/`)).status).toBe(204);
  await until('the events are logged', async () => (await list()).count === 4);
  events = (await list()).results;
});

afterAll(() => system.leave());

const list = (query = '', of = client): Promise<Page<Event>> => of.json(`events/${query}`);
const withoutDeliveries = (event?: Event): object => Object.assign({}, event, { deliveries: [] });
const positions = async (query: string): Promise<number[]> =>
  (await list(query)).results.map(({ position }) => position);

describe('the event log of an account', () => {
  it('says what has happened, in the order in which it happened', () => {
    expect(events.map(({ type, subject, data }) => [type, subject, data])).toEqual([
      ['supplier_refund.document.saved', 'supplier-refunds/a_kyiv-1', { documents: ['a_kyiv-1'] }],
      ['supplier_refund.document.saved', null, { documents: ['b_kyiv-1', 'c_kyiv-1'] }],
      ['supplier_refund.document.saved', 'supplier-refunds/d_kyiv-1', { documents: ['d_kyiv-1'] }],
      ['supplier_refund.document.removed', 'supplier-refunds/a_kyiv-1', { documents: ['a_kyiv-1'] }],
    ]);
    expect(events.map(({ position }) => position)).toEqual(
      events.map(({ position }) => position).toSorted((one, later) => one - later),
    );
  });

  it.each([
    ['a type', 'type=supplier_refund.document.removed', [3]],
    ['all types that begin alike', 'type=supplier_refund.*', [0, 1, 2, 3]],
    ['no type, where the beginning is no whole word', 'type=supplier_ref.*', []],
    ['no type, for it has a pattern’s signs in it', 'type=supplier_refund%', []],
    ['what happened to a document', 'subject=supplier-refunds/a_kyiv-1', [0, 3]],
    ['what has occurred until long ago', 'occurred__lt=2020-01-01T00:00:00Z', []],
    ['what has occurred since', 'occurred__gte=2020-01-01T00:00:00Z', [0, 1, 2, 3]],
    ['the latest first', 'ordering=-position', [3, 2, 1, 0]],
  ])('is filtered by %s', async (_what, query, expected) => {
    expect(await positions(`?${query}`)).toEqual(expected.map((index) => events[index]?.position));
  });

  it('is read on from a position, and along a cursor', async () => {
    expect(await positions(`?position__gt=${events[1]?.position}`)).toEqual(
      events.slice(2).map(({ position }) => position),
    );
    const first = await list('?cursor=*&page_size=3');
    expect(first.results).toEqual(events.slice(0, 3));
    const next = await client.json<Page<Event>>(String(first.next));
    expect([next.results, next.next]).toEqual([events.slice(3), null]);
  });

  it('has each event at its own address', async () => {
    const [event] = events;
    expect(await client.json(`events/${event?.id}/`)).toEqual(withoutDeliveries(event));
    expect(event?.url).toBe(`${system.url}/api/v1/events/${event?.id}/`);
    for (const key of ['nothing', '%00', '8f14e45f-ceea-467f-a9d6-6a9d2f7c1b11'])
      expect((await client.get(`events/${key}/`)).status).toBe(404);
  });

  it('is nobody else’s: not by list, position, subject or id', async () => {
    for (const query of ['', '?position__gt=0', '?subject=supplier-refunds/a_kyiv-1', '?type=supplier_refund.*'])
      expect(await list(query, other)).toMatchObject({ count: 0, results: [] });
    for (const { id } of events) expect((await other.get(`events/${id}/`)).status).toBe(404);
  });

  it('publishes its types, with the schema of their data', async () => {
    const { types } = await client.json<PublishedEventTypes>('events/types/');
    expect(types.map(({ type, version }) => [type, version])).toEqual([
      ['supplier_refund.document.removed', 1],
      ['supplier_refund.document.saved', 1],
      ['webhook.disabled', 1],
      ['webhook.pinged', 1],
    ]);
    expect(types[0]).toMatchObject({
      schema: { type: 'object', properties: { documents: { type: 'array', items: { type: 'string' } } } },
      example: { documents: ['test-document_1147'] },
    });
  });

  it('is read only', async () => {
    for (const method of ['POST', 'PUT', 'DELETE']) expect((await client.request(method, 'events/')).status).toBe(405);
  });
});

describe('the description of the events on NATS', () => {
  it('is served to everybody, and not again to whoever has it', async () => {
    const { status, headers, json } = await send('GET', `${system.url}/api/asyncapi.json`);
    expect([status, headers['content-type']]).toEqual([200, 'application/json']);
    expect(json).toMatchObject({ asyncapi: '3.0.0' });
    expect(
      await send('GET', `${system.url}/api/asyncapi.json`, { headers: { 'if-none-match': headers.etag ?? '' } }),
    ).toMatchObject({ status: 304, text: '' });
  });
});

describe('the event log of reservations', () => {
  it('speaks as the family does, and knows of no other family’s events', async () => {
    const reservations = await system.newReservationClient(client.account);
    expect(await reservations.payload('GET', 'events')).toMatchObject({ count: 0 });
    await reservations.payload('PUT', 'reservations/10012', putReservation(10_012));
    await reservations.payload('POST', 'refund/rules', postedRules);
    const { id } = await reservations.requestRefund(10_012, penalty);
    const found = (): Promise<Page<Event>> => reservations.payload('GET', 'events?type=reservation_refund.*');
    await until('the event is logged', async () => (await found()).count === 1);
    const [event] = (await found()).results;
    expect(event).toMatchObject({ subject: 'reservations/10012', data: { refund: id, reservation: 10_012 } });
    expect(await reservations.payload('GET', `events/${event?.id}`)).toEqual(withoutDeliveries(event));
    const { types } = await reservations.payload<PublishedEventTypes>('GET', 'events/types');
    expect(types.map(({ type }) => type)).toContain('reservation_refund.paid');
    expect((await reservations.request('GET', 'events/nothing')).json).toMatchObject({ error: { code: 3008 } });
  });
});
