import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser, Locator, Page } from 'playwright-core';
import { browserPath, openPage, startBrowser } from '../system/browser.js';
import { send } from '../system/http.js';
import { putReservation } from '../system/reservations.js';
import { SharedSystem } from '../system/shared-system.js';

let system: SharedSystem;

beforeAll(async () => {
  system = await SharedSystem.withSimulator();
});
afterAll(() => system.leave());

describe('the description of the API', () => {
  it.each(['/api/openapi.json', '/api/openapi.json/'])(
    'is served at %s to everybody, and not again to whoever has it',
    async (path) => {
      const { status, headers, json } = await send('GET', system.url + path);
      expect([status, headers['content-type'], headers['cache-control'], typeof headers['x-request-id']]).toEqual([
        200,
        'application/json',
        'no-cache',
        'string',
      ]);
      expect(json).toMatchObject({ openapi: '3.1.1', servers: [{ url: system.url }] });
      expect(await send('GET', system.url + path, { headers: { 'if-none-match': headers.etag ?? '' } })).toMatchObject({
        status: 304,
        text: '',
      });
    },
  );
});

if (!browserPath)
  process.stderr.write('The documentation for people is not tested: no chromium was found on the PATH.\n');

(browserPath ? describe : describe.skip)('the documentation for people', () => {
  let browser: Browser;
  let page: Page;
  const complaints: string[] = [];
  /** Swagger UI draws two hundred operations. */
  const patienceMs = 90_000;

  beforeAll(async () => {
    browser = await startBrowser();
    page = await openPage(browser, 1280);
    page.setDefaultTimeout(patienceMs / 3);
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
    });
    page.on('pageerror', (error) => {
      complaints.push(error.message);
    });
    await page.route(
      (url) => url.origin !== new URL(system.url).origin,
      (route) => {
        complaints.push(`asked for ${route.request().url()}`);
        return route.abort();
      },
    );
    await page.goto(`${system.url}/api/docs`);
  });
  afterAll(() => browser.close());

  const authorization = (scheme: string): Locator => page.locator('.auth-container', { hasText: scheme });

  /** In the dialog of credentials, which closes behind it. */
  async function authorize(
    ...entered: readonly (readonly [scheme: string, values: Readonly<Record<string, string>>])[]
  ): Promise<void> {
    await page.getByRole('button', { name: 'Authorize' }).first().click();
    for (const [scheme, values] of entered) {
      for (const [label, value] of Object.entries(values)) await authorization(scheme).getByLabel(label).fill(value);
      await authorization(scheme).locator('button.authorize').click();
      await authorization(scheme).getByRole('button', { name: 'Remove authorization' }).waitFor();
    }
    await page.locator('.close-modal').click();
  }

  /** Tries an operation out as it is shown. @returns the status and the body */
  async function tryOut(
    tag: string,
    method: string,
    summary: string,
    parameters: Readonly<Record<string, string>> = {},
  ): Promise<[string | undefined, string | undefined]> {
    await page.locator(`.opblock-tag[data-tag="${tag}"]`).click();
    const operation = page.locator(`.opblock-${method}`, { hasText: summary }).first();
    await operation.locator('.opblock-summary-control').click();
    await operation.getByRole('button', { name: 'Try it out' }).click();
    for (const [name, value] of Object.entries(parameters))
      await operation.getByPlaceholder(name, { exact: true }).fill(value);
    await operation.getByRole('button', { name: 'Execute' }).click();
    const answer = operation.locator('.live-responses-table tbody');
    return [
      (await answer.locator('.response-col_status').textContent())?.trim(),
      (await answer.locator('.highlight-code pre').first().textContent()) ?? '',
    ];
  }

  it(
    'lists what can be asked',
    async () => {
      await page.getByText('OMS: cancellation reasons').waitFor();
      expect([await page.title(), await page.locator('html').getAttribute('lang')]).toEqual(['API · Refundry', 'en']);
    },
    patienceMs,
  );

  it(
    'lets shops try things out with their token',
    async () => {
      const client = await system.newClient();
      await authorize(['omsToken', { 'Value:': `Token ${client.token}` }]);
      expect(await tryOut('OMS: cancellation reasons', 'get', 'Pull all cancellation reasons from Omnitron')).toEqual([
        '200',
        '{}',
      ]);
    },
    patienceMs,
  );

  it(
    'lets ERPs try things out with a name and a password',
    async () => {
      const account = await system.newAccount();
      const client = await system.command<{ client_id: string; client_secret: string }>(
        'oauth-client',
        'create',
        '--account',
        account,
        '--name',
        'ERP',
      );
      const { password } = await system.command<{ password: string }>(
        'oauth-user',
        'create',
        '--account',
        account,
        '--username',
        'ayşe',
      );
      await authorize([
        'retailOAuth',
        {
          'username:': 'ayşe',
          'password:': password,
          'client_id:': client.client_id,
          'client_secret:': client.client_secret,
        },
      ]);
      const [status, body] = await tryOut('Retail: supplier refunds', 'post', 'Save one supplier refund');
      expect([status, JSON.parse(body ?? '')]).toEqual(['201', { created: 1, updated: 0 }]);
    },
    patienceMs,
  );

  it(
    'lets agencies try things out with a signed token and a domain',
    async () => {
      const client = await system.newReservationClient();
      await client.payload('PUT', 'reservations/10011', putReservation(10011));
      await authorize(
        ['reservationToken', { 'auth-bearer-value': client.newToken() }],
        ['reservationDomain', { 'Value:': client.domain }],
      );
      const [status, body] = await tryOut('Reservation: refund', 'get', 'What it would cost', { reserve_id: '10011' });
      expect([status, JSON.parse(body ?? '')]).toMatchObject([
        '200',
        { payload: { refundable: false, reserve_id: 10011 } },
      ]);
    },
    patienceMs,
  );

  it('asks nobody else, and has nothing to complain of', () => {
    expect(complaints).toEqual([]);
  });
});
