import { afterAll, afterEach, beforeAll, beforeEach, expect, it, describe } from '@jest/globals';
import { hashApiKey, scopes } from '@refundry/auth';
import {
  listSupplierRefunds,
  readSupplierRefund,
  removeSupplierRefund,
  removeSupplierRefunds,
  replaceSupplierRefund,
  saveSupplierRefunds,
  SupplierRefund,
  updateSupplierRefund,
  verifyCredential,
} from '@refundry/contracts';
import { Failure } from '@refundry/errors';
import type { Frame } from '@refundry/messaging';
import { parseExactly, readMany } from '@refundry/resource';
import type { Browser, Locator, Page } from 'playwright-core';
import { browserPath, contentWidth, openPage, startBrowser, widths } from '../system/browser.js';
import { FakeServices } from '../system/fake-services.js';
import { until } from '../system/until.js';

const path = '/api/v1/supplier-refunds/';
const known = 'known-token';
const row = {
  document_id: 'A',
  supplier_id: 'supplier-1',
  shop_id: '1',
  date: '2017-01-01T15:39:00.298861',
  responsible: null,
  description: 'two\nlines',
  products: [
    {
      product_id: 'p',
      receive_document_id: '1_1',
      qty: '123456789012345.6789',
      price: '5.0000',
      total_price: '5.0000',
    },
  ],
};
const answer = JSON.stringify({ url: 'http://elsewhere.example/', ...row, identifier: 'A' });

let services: FakeServices;
let browser: Browser;
let page: Page;
/** The written input, as received. */
const received: string[] = [];

async function save({ body }: Frame, output: string): Promise<string> {
  const text = Buffer.from(body).toString();
  received.push(text);
  await readMany(SupplierRefund, parseExactly(text), 2000);
  return output;
}

const stand = {
  [verifyCredential.subject]: ({ body }: Frame) =>
    JSON.stringify({
      found: Buffer.from(body).includes(hashApiKey(known)),
      account: 1,
      is_active: true,
      scope: `${scopes.retail.read} ${scopes.retail.write}`,
      expires: null,
    }),
  [listSupplierRefunds.subject]: () => `{"count":1,"next":null,"previous":null,"results":[${answer}]}`,
  [readSupplierRefund.subject]: ({ head }: Frame) => {
    if (head.key !== 'A_1') throw new Failure('not_found');
    return answer;
  },
  [saveSupplierRefunds.subject]: (frame: Frame) => save(frame, '{"created":1,"updated":0}'),
  [replaceSupplierRefund.subject]: (frame: Frame) => save(frame, answer),
  [updateSupplierRefund.subject]: (frame: Frame) => save(frame, answer),
  [removeSupplierRefund.subject]: () => {
    received.push('removed');
    return '';
  },
  [removeSupplierRefunds.subject]: ({ body }: Frame) => {
    received.push(Buffer.from(body).toString());
    return '';
  },
};

const describeInBrowser = browserPath ? describe : describe.skip;

if (browserPath) {
  beforeAll(async () => {
    [services, browser] = await Promise.all([FakeServices.start(stand), startBrowser()]);
  });
  afterAll(async () => {
    await browser.close();
    await services.stop();
  });
}

const answered = (status: string): Promise<void> => page.locator('.status', { hasText: status }).waitFor();
const form = (methods: string): Locator => page.getByRole('region', { name: methods, exact: true });
const field = (name: string, at = 0): Locator => page.locator(`form [data-field=${name}]`).nth(at);
const send = (methods: string, method = methods): Promise<void> =>
  form(methods).getByRole('button', { name: method }).click();

async function open(url: string): Promise<void> {
  await page.goto(services.url + url);
  await page.getByLabel('Access token').fill(known);
  await page.getByRole('button', { name: 'Use this token' }).click();
  await page.getByRole('button', { name: 'Sign out' }).waitFor();
}

async function fillIn(values: Readonly<Record<string, string>>, at = 0): Promise<void> {
  for (const [name, value] of Object.entries(values)) await field(name, at).locator('input').fill(value);
}

describeInBrowser.each(widths)('a form, %i pixels wide', (width) => {
  beforeEach(async () => {
    received.length = 0;
    page = await openPage(browser, width);
  });
  afterEach(() => page.context().close());

  it('sends what it holds, typed by the contract, and shows what is wrong where it is wrong', async () => {
    await open(path);
    await fillIn({
      document_id: '<b>1</b>',
      supplier_id: '12',
      shop_id: '1',
      date: '2017-01-01T15:39:05',
      product_id: '7',
      receive_document_id: 'r',
      qty: '123456789012345.6789',
      price: '1.00000',
      total_price: '-1',
    });
    await form('POST').getByRole('button', { name: 'Add to products' }).click();
    await fillIn({ product_id: '8', receive_document_id: 'r', qty: '1e2', price: '2', total_price: 'much' }, 1);
    await send('POST');
    await answered('HTTP 400 Bad Request');
    expect(JSON.parse(received[0] ?? '')).toEqual({
      document_id: '<b>1</b>',
      supplier_id: '12',
      shop_id: '1',
      date: '2017-01-01T15:39:05',
      responsible: null,
      description: null,
      products: [
        { product_id: '7', receive_document_id: 'r', qty: '123456789012345.6789', price: '1.00000', total_price: '-1' },
        { product_id: '8', receive_document_id: 'r', qty: '1e2', price: '2', total_price: 'much' },
      ],
    });
    expect(await field('price').locator('.errors').textContent()).toBe(
      'Ensure that there are no more than 4 decimal places.',
    );
    expect(await field('total_price', 1).locator('.errors').textContent()).toBe('A valid number is required.');
    expect(await page.locator('[aria-invalid]').count()).toBe(2);
    expect(await page.evaluate('document.activeElement.closest(".field").dataset.field')).toBe('price');
    expect(await contentWidth(page)).toBeLessThanOrEqual(width);
  });

  it('takes an item away, and is sent again', async () => {
    await open(path);
    await fillIn({ document_id: '1', supplier_id: '1', shop_id: '1', date: '2017-01-01T15:39' });
    await form('POST').getByRole('button', { name: 'Remove' }).click();
    await send('POST');
    await answered('HTTP 201 Created');
    expect(JSON.parse(received[0] ?? '')).toMatchObject({ date: '2017-01-01T15:39', products: [] });
    await page.locator('#answer dd a', { hasText: path }).waitFor();
  });

  it('of JSON begins with an example, and is sent as it is written', async () => {
    await open(path);
    await form('POST').getByText('JSON').click();
    const body = form('POST').getByLabel('Body');
    expect(JSON.parse(await body.inputValue())).toMatchObject({
      document_id: 'document id',
      products: [{ qty: '1.00' }],
    });
    await body.fill('[{"date": 12345678901234567890.10}, null]');
    await send('POST');
    await answered('HTTP 400 Bad Request');
    expect(received).toEqual(['[{"date": 12345678901234567890.10}, null]']);
    expect(await form('POST').locator('p.errors').last().textContent()).toBe(
      '2 of 2 were refused; the answer says why.',
    );
  });

  it('puts a row back exactly as it was', async () => {
    await open(`${path}A_1/`);
    await send('PUT, PATCH', 'PUT');
    await page.locator('#answer .method', { hasText: 'PUT' }).waitFor();
    await form('PUT, PATCH').getByText('JSON').click();
    await send('PUT, PATCH', 'PATCH');
    await page.locator('#answer .method', { hasText: 'PATCH' }).waitFor();
    expect(received.map((text) => JSON.parse(text) as unknown)).toEqual([row, row]);
  });

  it('deletes what is confirmed, and nothing else', async () => {
    await open(`${path}A_1/`);
    const remove = page.locator('.toolbar').getByRole('button', { name: 'DELETE' });
    await remove.click();
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').waitFor({ state: 'hidden' });
    expect(received).toEqual([]);
    await remove.click();
    await page.getByRole('dialog').getByRole('button', { name: 'DELETE' }).click();
    await page.getByText('1–1 of 1 row').waitFor();
    expect([received, new URL(page.url()).pathname]).toEqual([['removed'], path]);
    await field('identifiers').locator('textarea').fill('A_1\nB_2\n');
    await send('DELETE');
    await page.getByRole('dialog').getByRole('button', { name: 'DELETE' }).click();
    await until('the identifiers arrive', () => received.length === 2);
    expect(received.slice(1)).toEqual(['{"identifiers":["A_1","B_2"]}']);
  });
});

describeInBrowser('a login', () => {
  /** The requests to the token endpoint, and its next answers. */
  let asked: Record<string, string>[];
  let tokens: { status: number; json: object }[];

  beforeEach(async () => {
    [asked, tokens] = [[], []];
    page = await openPage(browser, 1280);
    await page.route('**/api/o/token/', (route) => {
      asked.push(Object.fromEntries(new URLSearchParams(route.request().postData() ?? '')));
      return route.fulfill(tokens.shift() ?? { status: 500, json: {} });
    });
  });
  afterEach(() => page.context().close());

  async function logIn(): Promise<void> {
    await page.goto(services.url + path);
    for (const label of ['Username', 'Password', 'Client id', 'Client secret'])
      await page.getByLabel(label, { exact: true }).fill(`the ${label}+&`);
    await page.getByRole('button', { name: 'Sign in' }).click();
  }

  it('is refused in the words of the refusal', async () => {
    tokens = [
      { status: 400, json: { error: 'invalid_grant', error_description: '<i>Invalid</i> credentials given.' } },
    ];
    await logIn();
    await page.locator('.sign-in').getByText('<i>Invalid</i> credentials given.').waitFor();
  });

  it('gets a token for a name and a password, and a new one when that is refused', async () => {
    tokens = [
      { status: 200, json: { access_token: 'stale', token_type: 'Bearer', expires_in: 36000, refresh_token: 'r1' } },
      { status: 200, json: { access_token: known, token_type: 'Bearer', expires_in: 36000, refresh_token: 'r2' } },
    ];
    await logIn();
    await page.getByText('1–1 of 1 row').waitFor();
    const client = { client_id: 'the Client id+&', client_secret: 'the Client secret+&' };
    expect(asked).toEqual([
      { grant_type: 'password', username: 'the Username+&', password: 'the Password+&', ...client },
      { grant_type: 'refresh_token', refresh_token: 'r1', ...client },
    ]);
    expect(await page.context().cookies()).toEqual([]);
  });

  it('renews a token before it runs out, once', async () => {
    const soon = { access_token: known, token_type: 'Bearer', expires_in: 1 };
    tokens = [
      { status: 200, json: { ...soon, refresh_token: 'r1' } },
      { status: 200, json: { ...soon, expires_in: 36000, refresh_token: 'r2' } },
    ];
    await logIn();
    await page.getByText('1–1 of 1 row').waitFor();
    await page.reload();
    await page.getByText('1–1 of 1 row').waitFor();
    expect(asked.map(({ grant_type: grant }) => grant)).toEqual(['password', 'refresh_token']);
  });

  it('that has run out for good is asked for again', async () => {
    tokens = [
      { status: 200, json: { access_token: 'stale', token_type: 'Bearer', refresh_token: 'r1' } },
      { status: 400, json: { error: 'invalid_grant' } },
    ];
    await logIn();
    await page.getByText('The credential was refused').waitFor();
    expect(await page.evaluate('sessionStorage.length')).toBe(0);
  });
});
