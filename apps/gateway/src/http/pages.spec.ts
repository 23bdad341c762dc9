import 'reflect-metadata';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { scopes } from '@refundry/auth';
import {
  listCustomers,
  listSupplierRefunds,
  readSupplierRefund,
  saveSupplierRefunds,
  verifyCredential,
} from '@refundry/contracts';
import { Failure, invalid } from '@refundry/errors';
import { Reply, RpcServer, type Frame } from '@refundry/messaging';
import { createLog } from '@refundry/observability';
import { type Running } from '@refundry/service';
import { NatsServer } from '@refundry/testing';
import { gatewayApp } from '../gateway.app.js';
import { defaultLimits } from '../limits/limits.js';
import { TrustedProxies } from '../addresses/trusted-proxies.js';

const customers = '/api/v1/oms/customers/list-simple/';
const refunds = '/api/v1/supplier-refunds/';
const browser = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' };
const token = { authorization: 'Token any' };
const bearer = { authorization: 'Bearer any' };
const empty = '{"count":0,"next":null,"previous":null,"results":[]}';

let nats: NatsServer;
let server: RpcServer;
let gateway: Running;

beforeAll(async () => {
  nats = await NatsServer.start();
  server = new RpcServer({ url: nats.url(), name: 'fake', limit: 100, graceMs: 100, observe: () => undefined });
  const answers: Record<string, (frame: Frame) => Reply | Failure> = {
    [verifyCredential.subject]: () =>
      Reply.json(
        JSON.stringify({
          found: true,
          account: 1,
          is_active: true,
          scope: [scopes.oms.read, scopes.retail.read, scopes.retail.write].join(' '),
          expires: null,
        }),
      ),
    [listCustomers.subject]: () => Reply.json(empty),
    [listSupplierRefunds.subject]: ({ head }) =>
      Reply.json(
        head.query?.includes('10000')
          ? JSON.stringify({
              count: 10_000,
              next: null,
              previous: null,
              results: Array(10_000).fill({ description: 'x'.repeat(1000) }),
            })
          : empty,
      ),
    [readSupplierRefund.subject]: ({ head }) =>
      head.key === 'A_1' ? Reply.json('{"url":"A_1"}') : new Failure('not_found'),
    [saveSupplierRefunds.subject]: () => invalid({ document_id: ['This field is required.'] }),
  };
  for (const [subject, answer] of Object.entries(answers))
    server.addHandler(subject, (frame: Frame) => Promise.resolve(answer(frame)));
  await new Promise<void>((resolve) => {
    void server.listen(() => {
      resolve();
    });
  });
  gateway = await gatewayApp.serve(
    {
      host: '127.0.0.1',
      port: 0,
      publicUrl: undefined,
      trustedProxies: new TrustedProxies([]),
      connections: 0,
      limits: defaultLimits,
      natsUrl: nats.url(),
      logLevel: 'silent',
      operationsHost: '127.0.0.1',
      operationsPort: 0,
    },
    createLog('gateway', 'silent'),
  );
});

afterAll(async () => {
  await gateway.close();
  await server.close();
  await nats.stop();
});

const ask = (path: string, headers: Record<string, string> = {}, method = 'GET', body?: string): Promise<Response> =>
  fetch(new URL(path, gateway.addresses.url), {
    method,
    headers: { connection: 'close', ...headers },
    ...(body !== undefined && { body }),
  });

describe('a browsable page', () => {
  it.each([
    ['OMS, for ?format=api', `${customers}?format=api`, token, 'text/html; charset=utf-8'],
    ['OMS, for a browser', customers, { ...token, ...browser }, 'application/json'],
    ['retail, for a browser', refunds, { ...bearer, ...browser }, 'text/html; charset=utf-8'],
    ['retail, for .api', '/api/v1/supplier-refunds.api', bearer, 'text/html; charset=utf-8'],
    ['retail, for a row and .api', `${refunds}A_1.api`, bearer, 'text/html; charset=utf-8'],
    ['retail, for a program', refunds, { ...bearer, accept: '*/*' }, 'application/json'],
  ])('is what is answered where it should be: %s', async (_case, path, headers, contentType) => {
    const response = await ask(path, headers);
    expect([response.status, response.headers.get('content-type')]).toEqual([200, contentType]);
    expect((await response.text()).startsWith('<!doctype html>')).toBe(contentType.startsWith('text/html'));
  });

  it('allows nothing but what the gateway itself serves', async () => {
    const { headers } = await ask(refunds, { ...bearer, ...browser });
    expect(headers.get('content-security-policy')).toBe(
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; " +
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    );
    expect(Object.fromEntries(headers)).toMatchObject({
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'same-origin',
      'cache-control': 'private',
      vary: 'Accept',
      allow: expect.stringContaining('POST'),
    });
    expect(headers.has('set-cookie')).toBe(false);
  });

  it('is that of the sign-in where nobody is, with the status that a program is told', async () => {
    const response = await ask(refunds, browser);
    expect([response.status, response.headers.get('www-authenticate'), response.headers.get('cache-control')]).toEqual([
      401,
      'Bearer realm="api"',
      'no-store',
    ]);
    expect(await response.text()).toContain('data-sign-in="password"');
  });

  it('is named by the row, not by the format behind it', async () => {
    const page = await (await ask(`${refunds}A_1.api`, bearer)).text();
    expect(page).toContain('<title>A_1 · Supplier Refund Instance · Refundry</title>');
    expect(page).toContain('href="/api/v1/supplier-refunds/A_1/?format=json"');
  });

  it.each([
    ['GET', `${refunds}B/`, 404],
    ['PURGE', refunds, 405],
    ['POST', refunds, 400],
    ['OPTIONS', refunds, 200],
  ])('shows what %s %s is answered: %i', async (method, path, status) => {
    const response = await ask(
      path,
      { ...bearer, ...browser, 'content-type': 'application/json' },
      method,
      method === 'POST' ? '{}' : undefined,
    );
    const page = await response.text();
    expect([response.status, response.headers.get('content-type')]).toEqual([status, 'text/html; charset=utf-8']);
    expect(page).toContain(`HTTP ${status} `);
    expect(page).toContain(`<span class="method">${method}</span>`);
  });

  it('has the same headers for HEAD, and no body', async () => {
    const names = (response: Response): string[] =>
      [...response.headers.keys()].filter((name) => name !== 'content-length').sort();
    const [head, get] = [
      await ask(refunds, { ...bearer, ...browser }, 'HEAD'),
      await ask(refunds, { ...bearer, ...browser }),
    ];
    expect([head.status, head.headers.get('content-type'), await head.text()]).toEqual([
      200,
      'text/html; charset=utf-8',
      '',
    ]);
    expect(names(head)).toEqual(names(get));
    expect([null, get.headers.get('content-length')]).toContain(head.headers.get('content-length'));
  });

  it('of ten thousand documents is no larger than a page', async () => {
    const page = await (await ask(`${refunds}?page_size=10000`, { ...bearer, ...browser })).text();
    expect(page.length).toBeLessThan(1024 * 1024);
    expect(page).toContain('<b>10,000 rows</b>');
    expect((await (await ask(`${refunds}?page_size=10000`, bearer)).arrayBuffer()).byteLength).toBeGreaterThan(
      10_000_000,
    );
  });
});

describe('the assets of pages', () => {
  const addresses = async (): Promise<string[]> =>
    [...(await (await ask(refunds, browser)).text()).matchAll(/(?:href|src)="(\/api\/assets\/[^"]*)"/g)].map(
      ([, address = '']) => address,
    );

  it('is open to all, of its type, and kept for good', async () => {
    const found = await Promise.all(
      (await addresses()).map(async (address) => {
        const { status, headers } = await ask(address);
        return [
          address.split('/').at(-1),
          status,
          headers.get('content-type'),
          headers.get('cache-control'),
          headers.get('x-content-type-options'),
        ];
      }),
    );
    const lasting = 'public, max-age=31536000, immutable';
    expect(found).toEqual([
      ['icon.svg', 200, 'image/svg+xml', lasting, 'nosniff'],
      ['page.css', 200, 'text/css; charset=utf-8', lasting, 'nosniff'],
      ['page.js', 200, 'text/javascript; charset=utf-8', lasting, 'nosniff'],
    ]);
  });

  it('is not sent again to who has it', async () => {
    const [address = ''] = await addresses();
    const etag = (await ask(address)).headers.get('etag') ?? '';
    const again = await ask(address, { 'if-none-match': etag });
    expect([again.status, again.headers.get('etag'), await again.text()]).toEqual([304, etag, '']);
    expect((await ask(address, { 'if-none-match': '"another"' })).status).toBe(200);
  });

  it('has a HEAD', async () => {
    const [address = ''] = await addresses();
    const response = await ask(address, {}, 'HEAD');
    expect([response.status, response.headers.get('content-type'), await response.text()]).toEqual([
      200,
      'image/svg+xml',
      '',
    ]);
  });

  it('is given to a page of another version, and not kept under its name', async () => {
    const response = await ask('/api/assets/another/page.css');
    expect([response.status, response.headers.get('cache-control')]).toEqual([200, 'no-cache']);
  });

  it.each(['/api/assets/x/nothing.js', '/api/assets/x/..%2f..%2fpackage.json', '/api/assets/x/'])(
    'is nothing else: %s',
    async (path) => {
      const response = await ask(path);
      expect([response.status, response.headers.get('content-type')]).toEqual([404, 'application/json']);
    },
  );
});
