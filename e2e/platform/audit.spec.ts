import { userInfo } from 'node:os';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { AuditEntry } from '@refundry/contracts';
import { omsPath, type Client, type Page } from '../system/client.js';
import { send } from '../system/http.js';
import type { ReservationClient } from '../system/reservation-client.js';
import { penalty, postedRules, putReservation } from '../system/reservations.js';
import type { RetailClient } from '../system/retail-client.js';
import { SharedSystem } from '../system/shared-system.js';

let system: SharedSystem;
let oms: Client;
let shop: RetailClient;
let stranger: RetailClient;
let agency: ReservationClient;

const webhook = { url: 'https://erp.example.com/', event_types: ['webhook.disabled'] };
const operator = userInfo().username;
const fields = [
  'id',
  'occurred',
  'actor_kind',
  'actor',
  'action',
  'subject_type',
  'subject_id',
  'before',
  'after',
  'reason',
  'request_id',
];

beforeAll(async () => {
  system = await SharedSystem.withSimulator();
  [oms, shop, stranger, agency] = await Promise.all([
    system.newClient({ scopes: 'oms:read,oms:sync,oms:write,oms:manage' }),
    system.newRetailClient(),
    system.newRetailClient(),
    system.newReservationClient(),
  ]);
});

afterAll(() => system.leave());

const omsEntries = (query = ''): Promise<Page<AuditEntry>> => oms.json(`${omsPath}audit/${query}`);

describe('decisions of clients', () => {
  it('are listed with the credential and the request that made them, the latest first', async () => {
    const created = await shop.post('webhooks/', webhook, { 'x-request-id': 'a-request-of-ours' });
    const { id } = created.json as { id: number };
    expect((await shop.request('PATCH', `webhooks/${id}/`, { is_active: false })).status).toBe(200);
    const { results, count } = await shop.json<Page<AuditEntry>>(`audit/?subject_id=${id}&subject_type=webhook`);
    expect([count, results.map((entry) => Object.keys(entry))]).toEqual([2, [fields, fields]]);
    expect(results.map(({ action }) => action)).toEqual(['webhook.changed', 'webhook.created']);
    const [changed, first] = results;
    expect(changed).toMatchObject({
      actor_kind: 'oauth_user',
      actor: expect.stringMatching(/^user-/) as unknown,
      before: { url: webhook.url, is_active: true },
      after: { url: webhook.url, is_active: false },
    });
    expect(first?.request_id).toBe(created.headers['x-request-id']);
    expect(await shop.json(`audit/${first?.id}/`)).toEqual(first);
  });

  it('are found by what the list can be filtered by', async () => {
    const { id } = (await shop.post('webhooks/', webhook)).json as { id: number };
    const found = (query: string): Promise<Page<AuditEntry>> => shop.json(`audit/?${query}`);
    const [entry] = (await found(`subject_id=${id}`)).results;
    for (const [query, count] of [
      [`request_id=${entry?.request_id}`, 1],
      [`subject_id=${id}&actor=${entry?.actor}&actor_kind=oauth_user&action=webhook.created`, 1],
      [`subject_id=${id}&actor_kind=operator`, 0],
      [`subject_id=${id}&occurred__gte=${entry?.occurred}`, 1],
      [`subject_id=${id}&occurred__gt=${entry?.occurred}`, 0],
      [`subject_id=${id}&action=webhook.removed`, 0],
    ] as const)
      expect([query, (await found(query)).count]).toEqual([query, count]);
    const { next, results } = await found('cursor=*&page_size=1');
    expect([results.length, next === null]).toEqual([1, false]);
  });

  it('are exported as CSV and as a workbook', async () => {
    const { id } = (await shop.post('webhooks/', webhook)).json as { id: number };
    const csv = await shop.get(`audit/?format=csv&subject_id=${id}`);
    const [header, line, ...others] = csv.text.trimEnd().split('\r\n');
    expect([csv.status, header, others]).toEqual([200, fields.join(','), []]);
    expect(line).toContain(`,oauth_user,`);
    expect(line).toContain(`webhook.created,webhook,${id},,"{""url"":""https://erp.example.com/"",`);
    const workbook = await shop.get(`audit/?format=xls&subject_id=${id}`);
    expect([workbook.status, workbook.text.slice(0, 2)]).toEqual([200, 'PK']);
  });

  it('are those of the own account alone, in list, detail and file', async () => {
    const { id } = (await shop.post('webhooks/', webhook)).json as { id: number };
    const [entry] = (await shop.json<Page<AuditEntry>>(`audit/?subject_id=${id}`)).results;
    expect(await stranger.json(`audit/?subject_id=${id}`)).toMatchObject({ count: 0, results: [] });
    expect((await stranger.get(`audit/${entry?.id}/`)).status).toBe(404);
    expect((await stranger.get('audit/?format=csv')).text).not.toContain(String(entry?.request_id));
  });

  it('of an agency are answered in its dialect', async () => {
    await agency.payload('POST', 'refund/rules', postedRules);
    await agency.payload('PUT', 'reservations/41', putReservation(41));
    const refund = await agency.requestRefund(41, penalty);
    await agency.payload('POST', `refund/${refund.id}/approve`);
    const { results } = await agency.payload<Page<AuditEntry>>(
      'GET',
      `audit?subject_type=refund&subject_id=${refund.id}`,
    );
    expect(results.map(({ action, actor_kind }) => [action, actor_kind])).toEqual([
      ['refund.approved', 'signed_token'],
      ['refund.requested', 'signed_token'],
    ]);
    expect(await agency.payload('GET', `audit/${results[0]?.id}`)).toEqual(results[0]);
    expect((await agency.request('GET', 'audit/987654321')).status).toBe(422);
  });

  it('to force a pull are recorded, and ordinary pulls are not', async () => {
    await oms.pull();
    await oms.forcePull();
    const { results } = await omsEntries('?subject_type=pull');
    expect(results).toMatchObject([
      { action: 'pull.forced', actor_kind: 'token', actor: String(oms.tokenId), subject_id: 'cancellation_reasons' },
    ]);
  });

  it.each(['oms:read', 'oms:read,oms:sync,oms:write'])('are refused to a token of %s', async (scopes) => {
    const client = await system.newToken(oms.account, { scopes });
    for (const path of ['audit/', 'audit/1/', 'audit/?format=csv'])
      expect((await client.get(omsPath + path)).status).toBe(403);
  });

  it('are refused to a retail token that may only read, and to a reservation token that may not manage', async () => {
    const reader = await system.newRetailClient(shop.account, 'read');
    expect((await reader.get('audit/')).status).toBe(403);
    const answer = await send('GET', `${system.url}/api/reservation/v1/audit`, {
      headers: {
        domain: agency.domain,
        authorization: `Bearer ${agency.newToken('reservation:read reservation:write')}`,
      },
    });
    expect(answer.status).toBe(403);
  });

  it.each(['PUT', 'PATCH', 'DELETE', 'POST'])('can not be changed: %s', async (method) => {
    for (const path of ['audit/', 'audit/1/']) expect((await shop.request(method, path)).status).toBe(405);
  });
});

describe("operators' decisions", () => {
  it('on what oms holds are recorded there, with the name of the operator', async () => {
    const { account } = oms;
    await system.command('schedule', 'set', '--account', account, '--step', 'customers', '--every', '2h');
    await system.command('schedule', 'set', '--account', account, '--step', 'customers', '--every', '2h');
    await system.command('sync', '--account', account, '--step', 'channels', '--full');
    const { results } = await omsEntries('?actor_kind=operator&page_size=100');
    expect(results.every(({ actor }) => actor === operator)).toBe(true);
    const id = String(await system.accountId(account));
    expect(
      results.map(({ action, subject_id, before, after }) => [action, subject_id, before, after]).toReversed(),
    ).toEqual([
      [
        'omnitron_connection.set',
        id,
        null,
        { url: `${system.simulator.url}/`, username: system.simulator.username, sets_password: true },
      ],
      ['schedule.changed', 'customers', { every_seconds: 900 }, { every_seconds: 7200 }],
      ['setup.started', 'channels', null, { is_full: true }],
    ]);
  });

  it('on an account and its credentials are listed by the command line, without a key or a password', async () => {
    const account = await system.newAccount();
    const name = ['--account', account];
    const token = await system.command<{ id: number; token: string }>('token', 'create', ...name, '--label', 'BI');
    const rotated = await system.command<{ token: string }>('token', 'rotate', '--id', String(token.id));
    await system.command('token', 'revoke', '--id', String(token.id));
    await system.command('token', 'revoke', '--id', String(token.id));
    await system.command('domain', 'add', ...name, '--domain', `${account}.example`);
    await system.command('domain', 'remove', '--domain', `${account}.example`);
    const issued = await system.command<{ organisation_token: string }>(
      'organisation-token',
      'create',
      ...name,
      '--for',
      '1 day',
    );
    const client = await system.command<{ id: number; client_secret: string }>('oauth-client', 'create', ...name);
    await system.command('oauth-client', 'rotate', '--id', String(client.id));
    const user = await system.command<{ id: number; password: string }>(
      'oauth-user',
      'create',
      ...name,
      '--username',
      'ayşe',
    );
    await system.command('oauth-user', 'disable', '--id', String(user.id));
    await system.command('account', 'disable', '--name', account);
    await system.command('account', 'disable', '--name', account);
    const decisions = await system.command<Record<string, unknown>[]>('audit', 'list', ...name);
    expect(decisions.map(({ action }) => action).toReversed()).toEqual([
      'account.created',
      'api_token.created',
      'api_token.rotated',
      'api_token.revoked',
      'domain.added',
      'domain.removed',
      'organisation_token.created',
      'oauth_client.created',
      'oauth_client.secret_rotated',
      'oauth_user.created',
      'oauth_user.disabled',
      'account.disabled',
    ]);
    expect(decisions[0]).toMatchObject({
      operator,
      subject: `account ${await system.accountId(account)}`,
      before: { name: account, is_active: true },
      after: { name: account, is_active: false },
    });
    for (const secret of [token.token, rotated.token, issued.organisation_token, client.client_secret, user.password])
      expect(JSON.stringify(decisions)).not.toContain(secret);
    const older = await system.command<unknown[]>(
      'audit',
      'list',
      ...name,
      '--before',
      String(decisions[1]?.id),
      '--limit',
      '2',
    );
    expect(older).toEqual(decisions.slice(2, 4));
    expect(await system.command('audit', 'list', ...name, '--action', 'domain.added')).toHaveLength(1);
  });

  it('can not be made where they can not be recorded', async () => {
    const account = await system.newAccount();
    const { id } = await system.command<{ id: number }>('token', 'create', '--account', account);
    const subject = String(await system.accountId(account));
    await system.query(
      'accounts',
      `create policy no_more on audit_entry as restrictive for insert to accounts
        with check (account_id <> ${subject})`,
    );
    try {
      for (const command of [
        ['token', 'revoke', '--id', String(id)],
        ['account', 'disable', '--name', account],
        ['domain', 'add', '--account', account, '--domain', `${account}.example`],
      ])
        expect((await system.tryCommand(...command)).code).toBe(1);
    } finally {
      await system.query('accounts', 'drop policy no_more on audit_entry');
    }
    expect(await system.command('token', 'list', '--account', account)).toMatchObject([{ id, revoked: null }]);
    expect(await system.command('domain', 'list', '--account', account)).toEqual([]);
  });
});
