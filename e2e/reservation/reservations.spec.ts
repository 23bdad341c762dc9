import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { RefundEvent } from '@refundry/contracts';
import { demoReservations } from '../../tools/src/demo-reservations.js';
import { EventReader, type Event } from '../system/event-reader.js';
import { send, type Answer } from '../system/http.js';
import { payloadOf, ReservationClient } from '../system/reservation-client.js';
import { putReservation } from '../system/reservations.js';
import { SharedSystem } from '../system/shared-system.js';
import { until } from '../system/until.js';

const meta = { timestamp: expect.any(Number) };

let system: SharedSystem;
let account: string;
let client: ReservationClient;
let reader: EventReader;
/** A flight that starts far from now, and the others of the demo. */
const flight = 10_011;

beforeAll(async () => {
  system = await SharedSystem.join();
  reader = await EventReader.open(system.natsUrl('reader'), 'reservation-refund');
  account = await system.newAccount();
  client = await system.newReservationClient(account);
  const { rules, reservations } = demoReservations(Date.now());
  for (const rule of rules) await client.payload('POST', 'refund/rules', rule);
  for (const [id, reservation] of reservations) await client.payload('PUT', `reservations/${id}`, reservation);
});

afterAll(async () => {
  await reader.close();
  await system.leave();
});

const refusal = ({ status, json }: Answer): [number, unknown] => [status, json];
const error = (code: number): object => ({ error: { code }, meta });

describe('a list of reservations', () => {
  it.each(['v1', '1'])('has pages whose links keep the version as it was asked for: %s', async (version) => {
    const page = async (number: number): Promise<{ next: string | null; previous: string | null }> =>
      payloadOf(await client.request('GET', `reservations?page_size=2&page=${number}`, undefined, { version })) as {
        next: string;
        previous: string;
      };
    const list = `${system.url}/api/reservation/${version}/reservations/`;
    expect((await page(1)).next).toBe(`${list}?page=2&page_size=2`);
    expect((await page(2)).previous).toBe(`${list}?page_size=2`);
  });
});

describe('OPTIONS of a reservation', () => {
  it('lists the choices of its fields', async () => {
    expect(await client.payload('OPTIONS', `reservations/${flight}`)).toMatchObject({
      actions: {
        PUT: {
          service: {
            type: 'choice',
            choices: ['flight', 'train', 'bus', 'hotel'].map((value) => ({ value, display_name: value })),
          },
        },
      },
    });
  });
});

describe('the penalty of a reservation', () => {
  it.each(['v1', '1'])('is told at version %s as the document prints it', async (version) => {
    const { status, headers, json } = await client.request(
      'GET',
      'refund/procedure',
      { reserve_id: String(flight) },
      { version },
    );
    expect([status, headers['content-type']]).toEqual([200, 'application/json']);
    expect(json).toEqual({
      payload: { refundable: true, reserve_id: flight, diffrance: 9_116_800, price: 13_024_000, penalty: 3_907_200 },
      meta,
    });
    expect(Object.keys((json as { payload: object }).payload)).toEqual([
      'refundable',
      'reserve_id',
      'diffrance',
      'price',
      'penalty',
    ]);
  });

  it('is told by body, query, POST, and both when they agree', async () => {
    const expected = await client.quote(flight);
    for (const answer of [
      await client.request('GET', `refund/procedure?reserve_id=${flight}`),
      await client.request('POST', 'refund/procedure', { reserve_id: flight }),
      await client.request('GET', `refund/procedure/?reserve_id=${flight}`, { reserve_id: String(flight) }),
    ]) {
      expect(payloadOf(answer)).toEqual(expected);
    }
    expect(refusal(await client.request('GET', 'refund/procedure?reserve_id=10012', { reserve_id: flight }))).toEqual([
      400,
      error(1003),
    ]);
  });

  it('is told of ids and PNRs however they are written', async () => {
    for (const written of [' 10011 ', '۱۰۰۱۱', '١٠٠١١', 'fq10011', 'RF10011', 10_011])
      expect((await client.quote(written)).reserve_id).toBe(flight);
  });

  it('has no penalty where there are no rules, and the whole price where there is nothing to get back', async () => {
    expect(await client.quote(10_031)).toEqual({
      refundable: false,
      reserve_id: 10_031,
      diffrance: 0,
      price: 4_300_000,
    });
    expect(await client.quote(10_015)).toEqual({
      refundable: true,
      reserve_id: 10_015,
      diffrance: 0,
      price: 8_700_000,
      penalty: 8_700_000,
    });
  });

  it.each([
    [undefined, 400, 1001],
    [{}, 400, 1001],
    [{ reserve_id: '' }, 400, 1001],
    [{ reserve_id: null }, 400, 1001],
    [{ reserve_id: [1] }, 400, 1002],
    [{ reserve_id: {} }, 400, 1002],
    [[], 400, 1002],
    [{ reserve_id: 'x' }, 422, 3001],
    [{ reserve_id: '99999999999999999999999' }, 422, 3001],
  ])('is refused to %j', async (body, status, code) => {
    const [answered, json] = refusal(await client.request('GET', 'refund/procedure', body));
    expect([answered, (json as { error: { code: number } }).error.code]).toEqual([status, code]);
  });

  it('is refused to a million characters', async () => {
    expect(refusal(await client.request('GET', 'refund/procedure', { reserve_id: 'x'.repeat(1_000_000) }))).toEqual([
      400,
      error(1002),
    ]);
  });

  it('is not found where nothing is', async () => {
    expect(refusal(await client.request('GET', 'refund/procedures'))).toEqual([404, error(4041)]);
    expect(refusal(await client.request('GET', 'refund/procedure', { reserve_id: flight }, { version: 'v2' }))).toEqual(
      [404, error(4041)],
    );
    expect(refusal(await client.request('DELETE', 'refund/procedure'))).toEqual([405, error(4051)]);
  });
});

describe('the reservation that is meant, its time and its rules', () => {
  const put = (id: number | string, others: object): Promise<Answer> =>
    client.request('PUT', `reservations/${id}`, {
      ...putReservation(0),
      local_pnr: `M${id}`,
      original_pnr: null,
      ...others,
    });

  it('are not those of an id that the text only resembles', async () => {
    await put(450, {});
    await put(451, { local_pnr: '0450' });
    for (const written of ['0450', '۰۴۵۰', '\u202a0450\u202c', '04\u00ad50'])
      expect((await client.quote(written)).reserve_id).toBe(451);
    for (const written of ['450', 450, '\u200f450']) expect((await client.quote(written)).reserve_id).toBe(450);
    expect(
      refusal(await client.request('POST', 'refund/request', { reserve_id: '+450', expected_penalty: 0 })),
    ).toEqual([422, error(3001)]);
    expect(refusal(await client.request('GET', 'reservations/0450'))).toEqual([422, error(3001)]);
    expect((await put('0450', {})).status).toBe(400);
    await put(452, { local_pnr: '0\u200c450' });
    expect(refusal(await client.request('GET', 'refund/procedure?reserve_id=0450'))).toEqual([422, error(3002)]);
  });

  it('are by the clock of the zone where no offset is given, and whatever the letters of a name', async () => {
    await client.payload('POST', 'refund/rules', {
      name: 'Kish',
      supplier: 'ایران ایر کیش',
      service: 'bus',
      tiers: [{ minutes_before: 0, amount: 7 }],
    });
    const saved = payloadOf(
      await put(700, {
        service: 'bus',
        supplier: 'ايران\u200cاير  كيش',
        starts_at: '2036-12-20T10:00:00',
        zone: 'Asia/Tehran',
      }),
    );
    expect(saved).toMatchObject({ starts_at: '2036-12-20T06:30:00Z', supplier: 'ايران\u200cاير  كيش' });
    expect(await client.quote(700)).toMatchObject({ penalty: 7 });
  });
});

describe('a refund', () => {
  it('is requested at the penalty that was seen, once', async () => {
    const { penalty = 0 } = await client.quote(10_012);
    const changed = await client.request('POST', 'refund/request', {
      reserve_id: 10_012,
      expected_penalty: penalty - 1,
    });
    expect(refusal(changed)).toEqual([
      409,
      { error: { code: 4001 }, payload: expect.objectContaining({ reserve_id: 10_012, penalty }), meta },
    ]);
    const refunds = await Promise.all(Array.from({ length: 5 }, () => client.requestRefund(10_012, penalty)));
    expect(new Set(refunds.map(({ id }) => id)).size).toBe(1);
    expect(refunds[0]).toMatchObject({ status: 'requested', penalty });
    expect(await client.payload('GET', 'book/status', { local_pnr: 'RF10012' })).toMatchObject({ status: 'refund' });
    expect(await client.payload('GET', 'refund/status', { reserve_id: 10_012 })).toMatchObject({
      id: refunds[0]?.id,
      status: 'requested',
    });
  });

  it('is told to other teams, whatever becomes of it', async () => {
    const { penalty = 0 } = await client.quote(10_021);
    const { id } = await client.requestRefund(10_021, penalty);
    const accountId = await system.accountId(account);
    for (const move of ['approve', 'mark-paid'])
      expect((await client.request('POST', `refund/${id}/${move}`)).status).toBe(200);
    await until(
      'the outbox is empty',
      async () =>
        (await system.query('reservation-refund', 'select from outbox where account_id = $1', [accountId])).length ===
        0,
    );
    const events = (await reader.events<Event & RefundEvent>()).filter(({ refund }) => refund === id);
    expect(events.map(({ type, reservation }) => [type, reservation])).toEqual(
      ['requested', 'approved', 'paid'].map((state) => [`reservation_refund.${state}`, 10_021]),
    );
  });
});

describe('a page of a registered domain', () => {
  it('asks for what it may ask, and reads what it is answered, until the domain is disabled', async () => {
    const [path, origin] = [`${system.url}/api/reservation/v1/refund/procedure`, `https://www.${client.domain}`];
    const preflight = (of = origin): Promise<Answer> =>
      send('OPTIONS', path, {
        headers: {
          origin: of,
          'access-control-request-method': 'GET',
          'access-control-request-headers': 'authorization,domain',
        },
      });
    expect(await preflight()).toMatchObject({
      status: 204,
      text: '',
      headers: {
        'access-control-allow-origin': origin,
        'access-control-allow-methods': 'GET, POST, HEAD, OPTIONS',
        vary: 'Origin',
      },
    });
    expect(refusal(await preflight('https://unknown.example'))).toEqual([401, error(2001)]);
    const quote = (): Promise<Answer> =>
      client.request('POST', 'refund/procedure', { reserve_id: 10_031 }, { headers: { origin } });
    expect(await quote()).toMatchObject({
      status: 200,
      headers: { 'access-control-allow-origin': origin, 'access-control-expose-headers': 'X-Request-Id, Retry-After' },
    });
    await system.command('domain', 'disable', '--domain', client.domain);
    await until('the page is refused', async () => (await preflight()).status === 401, { within: 2000 });
    expect((await quote()).headers['access-control-allow-origin']).toBeUndefined();
    await system.command('domain', 'enable', '--domain', client.domain);
    await until('the page is let in again', async () => (await preflight()).status === 204, { within: 2000 });
  });
});

describe('an office that approves what an agency requests', () => {
  interface Refunds {
    readonly count: number;
    readonly next: string | null;
    readonly results: readonly { readonly id: number }[];
  }

  async function newToken(name: string, ...options: string[]): Promise<ReservationClient> {
    const { organisation_token: token } = await system.command<{ organisation_token: string }>(
      'organisation-token',
      'create',
      '--account',
      account,
      '--name',
      name,
      '--for',
      '1 day',
      ...options,
    );
    return new ReservationClient(() => system.url, token, client.domain);
  }

  it('lists and approves it with its own token, which the agency can not, nor does it notice its end', async () => {
    const [agency, office] = [
      await newToken('agency'),
      await newToken('office', '--scopes', 'reservation:read,reservation:manage'),
    ];
    for (const one of [agency, office])
      await until('its token is known', async () => (await one.request('GET', 'refunds')).status === 200, {
        within: 2000,
      });
    const { penalty = 0 } = await agency.quote(10_013);
    expect(
      refusal(await office.request('POST', 'refund/request', { reserve_id: 10_013, expected_penalty: penalty })),
    ).toEqual([403, error(2102)]);
    const refund = await agency.requestRefund(10_013, penalty);
    const waiting = (): Promise<Refunds> => office.payload('GET', 'refunds?status=requested&reserve_id=10013');
    expect(await waiting()).toEqual({ count: 1, next: null, previous: null, results: [refund] });
    expect(refusal(await agency.request('POST', `refund/${refund.id}/approve`))).toEqual([403, error(2102)]);
    expect(await office.payload('POST', `refund/${refund.id}/approve`)).toMatchObject({
      id: refund.id,
      status: 'approved',
    });
    expect((await waiting()).count).toBe(0);
    await system.command('organisation-token', 'revoke', '--account', account, '--name', 'office');
    await until('the office is refused', async () => (await office.request('GET', 'refunds')).status === 401, {
      within: 2000,
    });
    expect(refusal(await office.request('GET', 'refunds'))).toEqual([401, error(2004)]);
    for (const other of [agency, client]) expect((await other.request('GET', 'refunds')).status).toBe(200);
  });

  it('reads all refunds along a cursor in the envelope of the family', async () => {
    const all = await client.payload<Refunds>('GET', 'refunds');
    expect(all.count).toBeGreaterThan(1);
    const read: unknown[] = [];
    for (let path: string | null = 'refunds?cursor=*&page_size=1'; path !== null;) {
      const page: Refunds = await client.payload('GET', path);
      read.push(...page.results);
      path = page.next && `refunds${new URL(page.next).search}`;
    }
    expect(read).toEqual(all.results);
    expect((await client.request('GET', 'refunds?cursor=x')).status).toBe(400);
    expect(refusal(await client.request('GET', 'refunds?reserve_id=x'))).toEqual([
      400,
      { error: { code: 1004, fields: { reserve_id: [expect.any(String)] } }, meta },
    ]);
  });
});
