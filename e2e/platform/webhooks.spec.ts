import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Webhook as Verifier } from 'standardwebhooks';
import type { ReservationClient } from '../system/reservation-client.js';
import type { RetailClient } from '../system/retail-client.js';
import { postedRefund } from '../system/refunds.js';
import { SharedSystem } from '../system/shared-system.js';
import { until } from '../system/until.js';

interface Webhook {
  readonly id: number;
  readonly url: string;
  readonly is_active: boolean;
  readonly secret: string;
}

interface Delivery {
  readonly id: number;
  readonly event_id: string;
  readonly event_type: string;
  readonly status: string;
  readonly attempts?: readonly unknown[];
}

interface Page {
  readonly count: number;
  readonly next: string | null;
  readonly results: readonly Delivery[];
}

interface Message {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

const fields = [
  'id',
  'url',
  'description',
  'event_types',
  'format',
  'is_active',
  'created_date',
  'modified_date',
  'disabled_date',
  'disabled_reason',
  'last_success_date',
  'failing_since',
];

let system: SharedSystem;
let shop: RetailClient;
let stranger: RetailClient;
let agency: ReservationClient;
let receiver: Server;
let url: string;
const received: Message[] = [];

beforeAll(async () => {
  system = await SharedSystem.join();
  [shop, stranger, agency] = await Promise.all([
    system.newRetailClient(),
    system.newRetailClient(),
    system.newReservationClient(),
  ]);
  receiver = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      received.push({ headers: request.headers, body: Buffer.concat(chunks).toString() });
      response.writeHead(request.url === '/broken' ? 500 : 204).end();
    });
  });
  await once(receiver.listen(0, '127.0.0.1'), 'listening');
  url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/`;
});

afterAll(async () => {
  receiver.closeAllConnections();
  receiver.close();
  await system.leave();
});

const register = async (client: RetailClient, input: object = {}): Promise<Webhook> => {
  const answer = await client.post('webhooks/', { url, event_types: ['supplier_refund.document.saved'], ...input });
  expect([answer.status, Object.keys(answer.json as object)]).toEqual([201, [...fields, 'secret']]);
  return answer.json as Webhook;
};

const delivered = (webhook: Webhook, count: number): Promise<Page> =>
  until(`${count} deliveries`, async () => {
    const page = await shop.json<Page>(`webhooks/${webhook.id}/deliveries/?status=delivered`);
    return page.count >= count ? page : undefined;
  });

const verified = ({ body, headers }: Message, secret: string): unknown =>
  new Verifier(secret).verify(body, headers as Record<string, string>);

describe('webhooks', () => {
  it('bring a saved supplier refund, signed, from registering to removal', async () => {
    const webhook = await register(shop);
    const ping = await shop.post(`webhooks/${webhook.id}/ping/`, {});
    expect(ping.json).toMatchObject({ status: 'delivered', status_code: 204, error: null });
    expect(verified(received.at(-1) as Message, webhook.secret)).toMatchObject({ type: 'webhook.pinged' });

    expect((await shop.post('supplier-refunds/', postedRefund('hooked'))).status).toBe(201);
    const {
      results: [delivery],
    } = await delivered(webhook, 2);
    expect(Object.keys(delivery ?? {})).toEqual([
      'id',
      'event_id',
      'event_type',
      'status',
      'attempt_count',
      'next_attempt_date',
      'delivered_date',
    ]);
    const message = received.find(({ headers }) => headers['webhook-id'] === delivery?.event_id) as Message;
    expect(verified(message, webhook.secret)).toMatchObject({ type: 'supplier_refund.document.saved' });
    expect(await shop.json(`events/${delivery?.event_id}/`)).toMatchObject({
      data: (JSON.parse(message.body) as { data: unknown }).data,
      delivered: true,
      deliveries: [{ id: delivery?.id, webhook: webhook.id, status: 'delivered', attempt_count: 1 }],
    });

    const rotation = await shop.post(`webhooks/${webhook.id}/rotate-secret/`, { overlap_hours: 24 });
    const { secret } = rotation.json as Webhook;
    const path = `webhooks/${webhook.id}/deliveries/${delivery?.id}/`;
    const resent = await shop.post(`${path}resend/`, {});
    expect([resent.status, resent.json]).toMatchObject([202, { id: delivery?.id, event_id: delivery?.event_id }]);
    const again = await until('the resend', async () => {
      const detail = await shop.json<Delivery>(path);
      return detail.status === 'delivered' && detail.attempts?.length === 2 ? detail : undefined;
    });
    expect(again.attempts?.[0]).toMatchObject({ status_code: 204, error: null, answer: '' });
    for (const known of [webhook.secret, secret]) verified(received.at(-1) as Message, known);

    const replay = await shop.post(`webhooks/${webhook.id}/replay/`, { since: '2020-01-01', only: 'all' });
    expect([replay.status, replay.json]).toEqual([202, { queued: 1 }]);
    await until('the replay', async () => (await shop.json<Delivery>(path)).attempts?.length === 3 || undefined);

    expect((await shop.request('DELETE', `webhooks/${webhook.id}/`)).status).toBe(204);
    expect((await shop.get(`webhooks/${webhook.id}/`)).status).toBe(404);
  });

  it('that can’t be reached leave an event undelivered in the log, until they are gone', async () => {
    const client = await system.newRetailClient();
    const [working, broken] = [await register(client), await register(client, { url: `${url}broken` })];
    await client.post('supplier-refunds/', postedRefund('undelivered'));
    const ofEvents = async (query: string): Promise<readonly { id: string }[]> =>
      (await client.json<{ results: { id: string }[] }>(`events/?${query}`)).results;
    const retried = await until('a retry', async () => {
      const [event] = await ofEvents('delivered=false');
      const detail = event && (await client.json<{ deliveries: Delivery[] }>(`events/${event.id}/`));
      return detail?.deliveries.some(({ status }) => status === 'retrying') ? detail : undefined;
    });
    expect(retried).toMatchObject({
      delivered: false,
      deliveries: [
        { webhook: working.id, status: expect.any(String) },
        { webhook: broken.id, status: 'retrying', attempt_count: 1, delivered_date: null },
      ],
    });
    expect(await ofEvents('delivered=true')).toEqual([]);
    await client.request('DELETE', `webhooks/${broken.id}/`);
    await until('the other delivery', async () => (await ofEvents('delivered=true'))[0]);
    expect(await ofEvents('delivered=false')).toEqual([]);
  });

  it('of another account are as those that there are not', async () => {
    const webhook = await register(shop, { url: `${url}broken`, event_types: ['supplier_refund.*'] });
    await shop.post(`webhooks/${webhook.id}/ping/`, {});
    const { results } = await shop.json<Page>(`webhooks/${webhook.id}/deliveries/`);
    const delivery = `webhooks/${webhook.id}/deliveries/${results[0]?.id}/`;
    const replay = { since: '2020-01-01', only: 'all' };
    const answers = await Promise.all([
      stranger.get(`webhooks/${webhook.id}/`),
      stranger.request('PATCH', `webhooks/${webhook.id}/`, { description: 'mine' }),
      stranger.request('DELETE', `webhooks/${webhook.id}/`),
      stranger.post(`webhooks/${webhook.id}/ping/`, {}),
      stranger.post(`webhooks/${webhook.id}/rotate-secret/`, {}),
      stranger.post(`webhooks/${webhook.id}/replay/`, replay),
      stranger.get(`webhooks/${webhook.id}/deliveries/`),
      stranger.get(delivery),
      stranger.post(`${delivery}resend/`, {}),
    ]);
    expect(answers.map(({ status, json }) => [status, json])).toEqual(
      answers.map(() => [404, { detail: 'Not found' }]),
    );
    expect(await stranger.json<Page>('webhooks/')).toMatchObject({ count: 0, results: [] });
    expect(await shop.json<Webhook>(`webhooks/${webhook.id}/`)).toMatchObject({ description: '', is_active: true });
  });

  it('are refused with a message at each wrong field', async () => {
    const refused = await shop.post('webhooks/', { url: 'https://me:secret@example.com/', event_types: ['x'] });
    expect([refused.status, refused.json]).toEqual([
      400,
      { url: ['Enter a URL without user and password.'], event_types: ['"x" is not a known event type.'] },
    ]);
    const empty = await shop.post('webhooks/', {});
    expect([empty.status, empty.json]).toEqual([
      400,
      { url: ['This field is required.'], event_types: ['This field is required.'] },
    ]);
  });

  it('need the scope to write for every change', async () => {
    const reader = await system.newRetailClient(undefined, 'read');
    expect((await reader.get('webhooks/')).status).toBe(200);
    expect((await reader.post('webhooks/', { url, event_types: ['supplier_refund.*'] })).status).toBe(403);
  });

  it('list their deliveries by the page, at addresses of the webhook', async () => {
    const webhook = await register(shop);
    for (let n = 0; n < 2; n++) await shop.post(`webhooks/${webhook.id}/ping/`, {});
    const first = await shop.json<Page>(`webhooks/${webhook.id}/deliveries/?page_size=1`);
    expect([first.count, first.next]).toEqual([2, expect.stringContaining(`/webhooks/${webhook.id}/deliveries/?`)]);
    const second = await shop.json<Page>(first.next ?? '');
    expect(second.results[0]?.id).toBeLessThan(first.results[0]?.id ?? 0);
  });

  it('speak the dialect of reservations to reservation clients', async () => {
    const input = { url, event_types: ['reservation_refund.*'] };
    const answer = await agency.request('POST', 'webhooks', input);
    expect(answer.status).toBe(201);
    const { id, secret } = (answer.json as { payload: Webhook }).payload;
    expect(secret).toMatch(/^whsec_/);
    expect(await agency.payload('POST', `webhooks/${id}/ping`, {})).toMatchObject({ status: 'delivered' });
  });
});
