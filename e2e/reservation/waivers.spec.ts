import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { AuditEntry, Waiver, WaiverCodes } from '@refundry/contracts';
import type { Answer } from '../system/http.js';
import { ReservationClient } from '../system/reservation-client.js';
import { postedRules, putReservation } from '../system/reservations.js';
import { SharedSystem } from '../system/shared-system.js';
import { until } from '../system/until.js';

const meta = { timestamp: expect.any(Number) };
const all = 'reservation:read,reservation:write,reservation:manage';

let system: SharedSystem;
let account: string;
/** The software of an agency, which knows the document and nothing of waivers. */
let agency: ReservationClient;
let [finance, office] = [] as unknown as [ReservationClient, ReservationClient];
/** Signs with the organisation token of `finance` for another domain. */
let financeElsewhere: ReservationClient;
let reservations = 20_000;

beforeAll(async () => {
  system = await SharedSystem.join();
  account = await system.newAccount();
  agency = await system.newReservationClient(account);
  await system.command('domain', 'add', '--account', account, '--domain', `other.${account}.example`);
  const [tokenOfFinance, tokenOfOffice] = [await newToken('finance', all), await newToken('office', all)];
  finance = clientWith(tokenOfFinance);
  financeElsewhere = clientWith(tokenOfFinance, `other.${agency.domain}`);
  office = clientWith(tokenOfOffice);
  for (const client of [finance, financeElsewhere, office])
    await until('its token is known', async () => (await client.request('GET', 'refunds')).status === 200, {
      within: 2000,
    });
  await agency.payload('POST', 'refund/rules', postedRules);
});

afterAll(() => system.leave());

async function newToken(name: string, scopes: string): Promise<string> {
  const { organisation_token: token } = await system.command<{ organisation_token: string }>(
    'organisation-token',
    'create',
    '--account',
    account,
    '--name',
    name,
    '--for',
    '1 day',
    '--scopes',
    scopes,
  );
  return token;
}
const clientWith = (token: string, domain = agency.domain): ReservationClient =>
  new ReservationClient(() => system.url, token, domain);

/** For 10,000,000, of which 3,000,000 are kept. */
async function newReservation(): Promise<number> {
  const id = ++reservations;
  await agency.payload('PUT', `reservations/${id}`, putReservation(id));
  return id;
}
const propose = (id: number, others: object = {}): Promise<Waiver> =>
  finance.payload('POST', 'refund/waivers', {
    reserve_id: id,
    code: 'goodwill',
    percent_off: 50,
    note: 'A regular customer',
    ...others,
  });
const refusal = ({ status, json }: Answer): [number, unknown] => [status, json];
const error = (code: number, others: object = {}): object => ({ error: { code, ...others }, meta });

/** Exactly what the document sends. */
const procedure = (id: number): Promise<Answer> =>
  agency.request('GET', 'refund/procedure', { reserve_id: String(id) });
const bytesOf = ({ text }: Answer): string => text.replace(/,"meta":.*/, '');

describe('an agency with unchanged software', () => {
  it('is quoted the lower penalty once a second person has approved it, and gets it', async () => {
    const id = await newReservation();
    const before = await procedure(id);
    expect(bytesOf(before)).toBe(
      `{"payload":{"refundable":true,"reserve_id":${id},"diffrance":7000000,"price":10000000,"penalty":3000000}`,
    );
    const waiver = await propose(id);
    expect(waiver).toMatchObject({ status: 'proposed', waived: 1_500_000 });
    expect(bytesOf(await procedure(id))).toBe(bytesOf(before));
    for (const client of [finance, financeElsewhere])
      expect(refusal(await client.request('POST', `refund/waivers/${waiver.id}/approve`))).toEqual([403, error(3014)]);
    expect(await office.payload('POST', `refund/waivers/${waiver.id}/approve`, { note: 'Agreed' })).toMatchObject({
      status: 'approved',
    });
    const after = await procedure(id);
    expect(bytesOf(after)).toBe(
      `{"payload":{"refundable":true,"reserve_id":${id},"diffrance":8500000,"price":10000000,"penalty":1500000}`,
    );
    expect(after.headers).toEqual({ ...before.headers, date: expect.any(String), 'x-request-id': expect.any(String) });
    const refund = await agency.requestRefund(id, 1_500_000);
    expect(Object.keys(refund)).toEqual(Object.keys(await agency.refund(id)));
    expect(refund).toMatchObject({ penalty: 1_500_000, status: 'requested' });
    expect(refund).not.toHaveProperty('waived');
    expect(await agency.payload('GET', `refund/status?reserve_id=${id}&detail=1`)).toMatchObject({
      waived: 1_500_000,
      waiver_id: waiver.id,
    });
    expect(await office.payload('GET', `refund/waivers/${waiver.id}`)).toMatchObject({ status: 'used' });
    const { results } = await office.payload<{ results: AuditEntry[] }>(
      'GET',
      `audit?subject_type=waiver&subject_id=${waiver.id}&sort=id`,
    );
    expect(results.map(({ action, actor, reason }) => [action, actor?.split(' ')[0], reason])).toEqual([
      ['waiver.proposed', agency.domain, 'A regular customer'],
      ['waiver.approved', agency.domain, 'Agreed'],
      ['waiver.used', agency.domain, null],
    ]);
    expect(new Set(results.map(({ actor }) => actor)).size).toBe(3);
  });
});

describe('duties that are separate', () => {
  it('have a refund approved by another token than the one that requested it', async () => {
    const id = await newReservation();
    await office.payload('PATCH', 'settings', { second_person_approves: true });
    const refund = await finance.requestRefund(id, 3_000_000);
    for (const client of [finance, financeElsewhere])
      expect(refusal(await client.request('POST', `refund/${refund.id}/approve`))).toEqual([403, error(3014)]);
    expect(await office.payload('POST', `refund/${refund.id}/approve`)).toMatchObject({ status: 'approved' });
    await office.payload('PATCH', 'settings', { second_person_approves: false });
  });
});

describe('the calls of waivers', () => {
  const calls = [
    ['GET', 'refund/waiver-codes', 'read'],
    ['POST', 'refund/waiver-codes', 'manage'],
    ['PUT', 'refund/waiver-codes/weather', 'manage'],
    ['POST', 'refund/waivers', 'manage'],
    ['GET', 'refund/waivers', 'manage'],
    ['GET', 'refund/waivers/1', 'manage'],
    ['POST', 'refund/waivers/1/approve', 'manage'],
    ['POST', 'refund/waivers/1/reject', 'manage'],
    ['POST', 'refund/waivers/1/revoke', 'manage'],
  ] as const;

  it.each(['read', 'write', 'manage'])('are open to their scope, and to no other: %s', async (scope) => {
    for (const [method, path, needed] of calls) {
      const authorization = `Bearer ${office.newToken(`reservation:${scope}`)}`;
      const answer = await office.request(method, path, method === 'GET' ? undefined : {}, {
        headers: { authorization },
      });
      const isOpen = scope === needed;
      expect([path, answer.status === 403]).toEqual([path, !isOpen]);
      if (!isOpen) expect(answer.json).toEqual(error(2102));
      else expect(answer.status).toBeLessThan(500);
    }
  });

  it('are not those of a refund, whatever a code is called', async () => {
    const names = { en: 'Named like a move', fa: 'نام', needs_note: false, is_active: true };
    for (const code of ['approve', 'reject', 'procedure', 'a/b', 'کد ۱', '%2F']) {
      await office.payload('POST', 'refund/waiver-codes', { ...names, code });
      const path = `refund/waiver-codes/${encodeURIComponent(code)}`;
      expect(await office.payload('PUT', path, { ...names, is_active: false })).toMatchObject({
        code,
        is_active: false,
      });
    }
    const { codes } = await agency.payload<WaiverCodes>('GET', 'refund/waiver-codes');
    expect(codes.filter(({ is_active: isActive }) => !isActive)).toHaveLength(6);
    expect(refusal(await office.request('POST', 'refund/waivers/approve'))).toEqual([405, error(4051)]);
    expect((await office.request('DELETE', 'refund/waivers')).status).toBe(405);
  });

  it('are refused by their numbers', async () => {
    const id = await newReservation();
    const post = async (body: object): Promise<[number, unknown]> =>
      refusal(await finance.request('POST', 'refund/waivers', { reserve_id: id, code: 'delay', ...body }));
    expect(await post({ penalty: 3_000_001 })).toEqual([
      400,
      error(1004, { fields: { penalty: ['Ensure this value is less than or equal to 3000000.'] } }),
    ]);
    expect(await post({ penalty: 0, code: 'no-such' })).toEqual([422, error(3013)]);
    expect(refusal(await office.request('POST', 'refund/waivers/987654321/approve'))).toEqual([422, error(3012)]);
    await propose(id, { code: 'delay', penalty: 0, percent_off: undefined });
    expect(await post({ penalty: 0 })).toEqual([
      409,
      error(3015, { of: 'waiver', state: 'approved', possible: ['revoked', 'expired', 'used'] }),
    ]);
  });

  it('describe their fields in OPTIONS', async () => {
    expect(await office.payload('OPTIONS', 'refund/waivers')).toMatchObject({
      actions: { POST: { percent_off: { type: 'integer', required: false, min_value: 1, max_value: 100 } } },
    });
  });
});
