import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { reservationSettings, type AuditEntry } from '@refundry/contracts';
import { omsPath, type Client, type Page } from '../system/client.js';
import { send, type Answer } from '../system/http.js';
import { upstreamReasons } from '../system/reasons.js';
import type { ReservationClient } from '../system/reservation-client.js';
import type { RetailClient } from '../system/retail-client.js';
import { SharedSystem } from '../system/shared-system.js';

let system: SharedSystem;
let oms: Client;
let shop: RetailClient;
let stranger: RetailClient;
let agency: ReservationClient;

beforeAll(async () => {
  system = await SharedSystem.withSimulator();
  [oms, shop, stranger, agency] = await Promise.all([
    system.newClient({ scopes: 'oms:read,oms:sync,oms:manage' }),
    system.newRetailClient(),
    system.newRetailClient(),
    system.newReservationClient(),
  ]);
});

afterAll(() => system.leave());

const omsSettings = `${omsPath}settings/`;

const changeOms = ({ token }: Client, change: object): Promise<Answer> =>
  send('PATCH', system.url + omsSettings, {
    headers: { authorization: `Token ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify(change),
  });

describe('the settings', () => {
  it('of each family have defaults that change nothing', async () => {
    expect((await oms.get(omsSettings)).json).toEqual({ webhook_failing_days: 5, max_deactivated_percent: 50 });
    expect(await shop.json('settings/')).toEqual({ webhook_failing_days: 5 });
    expect(await agency.payload('GET', 'settings')).toEqual(reservationSettings.defaults);
  });

  it('are changed one by one, and the change is recorded', async () => {
    const answer = await shop.request('PATCH', 'settings/', { webhook_failing_days: '7', page: 1 });
    expect([answer.status, answer.json]).toEqual([200, { webhook_failing_days: 7 }]);
    expect(await shop.json('settings/')).toEqual({ webhook_failing_days: 7 });
    expect((await shop.json<Page<AuditEntry>>('audit/?action=settings.changed')).results).toMatchObject([
      { actor_kind: 'oauth_user', before: { webhook_failing_days: 5 }, after: { webhook_failing_days: 7 } },
    ]);
    const change = { webhook_failing_days: 3 };
    expect(await agency.payload('PATCH', 'settings', change)).toEqual(
      Object.assign({}, reservationSettings.defaults, change),
    );
  });

  it('are those of the account alone', async () => {
    await shop.request('PATCH', 'settings/', { webhook_failing_days: 9 });
    expect(await stranger.json('settings/')).toEqual({ webhook_failing_days: 5 });
  });

  it('are refused what they can not be', async () => {
    for (const [value, message] of [
      [0, 'Ensure this value is greater than or equal to 1.'],
      [31, 'Ensure this value is less than or equal to 30.'],
      ['soon', 'A valid integer is required.'],
      [null, 'This field may not be null.'],
    ] as const) {
      const answer = await stranger.request('PATCH', 'settings/', { webhook_failing_days: value });
      expect([answer.status, answer.json]).toEqual([400, { webhook_failing_days: [message] }]);
    }
    expect(await stranger.json('settings/')).toEqual({ webhook_failing_days: 5 });
  });

  it('may be read with the scope to read, and changed with another', async () => {
    const [reader, retailReader] = await Promise.all([
      system.newToken(oms.account, { scopes: 'oms:read,oms:sync,oms:write' }),
      system.newRetailClient(stranger.account, 'read'),
    ]);
    expect((await reader.get(omsSettings)).status).toBe(200);
    expect((await changeOms(reader, { max_deactivated_percent: 1 })).status).toBe(403);
    expect((await retailReader.get('settings/')).status).toBe(200);
    expect((await retailReader.request('PATCH', 'settings/', { webhook_failing_days: 1 })).status).toBe(403);
    for (const [method, status] of [
      ['GET', 200],
      ['PATCH', 403],
    ] as const) {
      const answer = await send(method, `${system.url}/api/reservation/v1/settings`, {
        headers: {
          domain: agency.domain,
          authorization: `Bearer ${agency.newToken('reservation:read reservation:write')}`,
          'content-type': 'application/json',
        },
        ...(method === 'PATCH' && { body: '{"webhook_failing_days":1}' }),
      });
      expect([method, answer.status]).toEqual([method, status]);
    }
  });

  it('of a pull hold for the next one', async () => {
    await system.simulator.setReasons(upstreamReasons(100));
    expect((await oms.pull()).status).toBe(200);
    await changeOms(oms, { max_deactivated_percent: 10 });
    await system.simulator.setReasons(upstreamReasons(89));
    expect((await oms.pull()).status).toBe(409);
    await system.simulator.setReasons(upstreamReasons(90));
    expect((await oms.pull()).status).toBe(200);
    await changeOms(oms, { max_deactivated_percent: 100 });
    await system.simulator.setReasons(upstreamReasons(5));
    expect((await oms.pull()).status).toBe(200);
    expect((await oms.page('?is_active=true')).count).toBe(5);
  });
});
