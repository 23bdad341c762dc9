import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { serviceOf } from '@refundry/resource';
import type { Browser, Page } from 'playwright-core';
import { services } from '../../tools/src/topology.js';
import { browserPath, contentWidth, openPage, startBrowser, widths } from '../system/browser.js';
import type { Client } from '../system/client.js';
import { SharedSystem } from '../system/shared-system.js';

const customers = '/api/v1/oms/customers/list-simple/?format=api';
const refunds = '/api/v1/supplier-refunds/';
const hostile = '<script>document.title=1</script>';

if (!browserPath) process.stderr.write('The pages for people are not tested: no chromium was found on the PATH.\n');
const describeInBrowser = browserPath ? describe : describe.skip;
/** Until there is such a service, nobody answers what the page would show. */
const describeWithRefunds =
  browserPath && services.some(({ name }) => name === serviceOf.retail) ? describe : describe.skip;

let system: SharedSystem;
let client: Client;
let browser: Browser;
let page: Page;

if (browserPath) {
  beforeAll(async () => {
    [system, browser] = await Promise.all([SharedSystem.withSimulator(), startBrowser()]);
  });
  afterAll(async () => {
    await browser.close();
    await system.leave();
  });
}

const answered = (status: string): Promise<void> => page.locator('.status', { hasText: status }).waitFor();
const shownAnswer = async (): Promise<unknown> =>
  JSON.parse((await page.locator('#answer pre.json').textContent()) ?? '');

describeInBrowser.each(widths)('the page of a list, %i pixels wide', (width) => {
  beforeAll(async () => {
    client = await system.newClient();
    await client.setup('channels').run();
    await client.setup('customers').run();
    await system.query('oms', 'update customer set first_name = $1 where omnitron_id = 55 and account_id = $2', [
      hostile,
      await system.accountId(client.account),
    ]);
    page = await openPage(browser, width);
  });

  afterAll(() => page.context().close());

  it('asks for a token first', async () => {
    await page.goto(system.url + customers);
    await page.getByLabel('Token').fill('0000000000000000000000000000000000000000');
    await page.getByLabel('Token').press('Enter');
    await page.getByText('The credential was refused').waitFor();
    await page.getByLabel('Token').fill(client.token);
    await page.getByRole('button', { name: 'Use this token' }).click();
    await page.getByText('1–10 of 109 rows').waitFor();
    expect(await page.locator('.status').textContent()).toBe('HTTP 200 OK');
  });

  it('keeps the token in the tab, and neither in a cookie nor in the address', async () => {
    expect(await page.context().cookies()).toEqual([]);
    expect(page.url()).not.toContain(client.token);
    await page.reload();
    await page.getByText('1–10 of 109 rows').waitFor();
  });

  it('shows data as text, whatever it is', async () => {
    await page.locator('#answer').getByText(hostile).first().waitFor();
    expect(await page.title()).toBe('Customers · List simple · Refundry');
  });

  it('leads on, back and on again', async () => {
    await page.getByRole('link', { name: 'Next' }).click();
    await page.getByText('11–20 of 109 rows').waitFor();
    expect(new URL(page.url()).search).toBe('?format=api&page=2');
    await page.getByRole('link', { name: 'Last' }).click();
    await page.getByText('101–109 of 109 rows').waitFor();
    await page.goBack();
    await page.getByText('11–20 of 109 rows').waitFor();
    await page.goForward();
    await page.getByText('101–109 of 109 rows').waitFor();
    expect(await page.evaluate('document.activeElement.localName')).toBe('h1');
    expect(await page.getByRole('status').textContent()).toContain('HTTP 200 OK');
  });

  it('leads where the answer links to, and stays a page', async () => {
    await page.goto(system.url + customers);
    await page.locator('#answer').getByRole('link', { name: 'page=2' }).click();
    await page.getByText('11–20 of 109 rows').waitFor();
  });

  it('filters by what the contract offers', async () => {
    await page.getByLabel('Email').fill('ipek.test@akinon.com');
    await page.getByLabel('Order').selectOption('-id');
    await page.getByRole('button', { name: 'Apply' }).click();
    await page.getByText('1–1 of 1 row').waitFor();
    expect(await shownAnswer()).toMatchObject({ count: 1, results: [{ email: 'ipek.test@akinon.com' }] });
    expect(await page.getByLabel('Email').inputValue()).toBe('ipek.test@akinon.com');
    await page.getByRole('group', { name: 'ID' }).getByLabel('more than').fill('abc');
    await page.getByLabel('Email').press('Enter');
    await answered('HTTP 400 Bad Request');
    expect(await shownAnswer()).toEqual({ id__gt: ['Enter a number.'] });
    await page.getByRole('link', { name: 'Reset' }).click();
    await page.getByText('1–10 of 109 rows').waitFor();
  });

  it('says what can be asked', async () => {
    await page.getByRole('button', { name: 'OPTIONS' }).click();
    await page.locator('#answer .method', { hasText: 'OPTIONS' }).waitFor();
    expect(await shownAnswer()).toEqual((await client.request('OPTIONS', '/api/v1/oms/customers/list-simple/')).json);
    expect(await page.getByText('1–10 of 109 rows').isVisible()).toBe(true);
  });

  it('hands the list over as a file', async () => {
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name: 'CSV' }).click(),
    ]);
    expect(download.suggestedFilename()).toMatch(/\.csv$/);
  });

  it('is no wider than the window', async () => {
    expect(await contentWidth(page)).toBeLessThanOrEqual(width);
  });

  it('forgets who signed out', async () => {
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByLabel('Token').waitFor();
    await page.reload();
    await answered('HTTP 401 Unauthorized');
    expect(await page.getByRole('button', { name: 'Sign out' }).isVisible()).toBe(false);
  });
});

describeWithRefunds('the page of the supplier refunds', () => {
  it('takes a login, shows what is wrong with a document where it is wrong, and then takes it', async () => {
    const account = await system.newAccount();
    const { client_id: id, client_secret: secret } = await system.command<{ client_id: string; client_secret: string }>(
      'oauth-client',
      'create',
      '--account',
      account,
      '--name',
      'people',
    );
    const { password } = await system.command<{ password: string }>(
      'oauth-user',
      'create',
      '--account',
      account,
      '--username',
      'somebody',
    );
    page = await openPage(browser, 1280);
    await page.goto(system.url + refunds);
    for (const [label, value] of [
      ['Username', 'somebody'],
      ['Password', password],
      ['Client id', id],
      ['Client secret', secret],
    ] as const)
      await page.getByLabel(label, { exact: true }).fill(value);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByText('0 rows').waitFor();
    const form = page.getByRole('region', { name: 'POST' }).locator('form').first();
    for (const [label, value] of [
      ['Document id', 'test-document'],
      ['Supplier id', 'supplier-1'],
      ['Shop id', '1147'],
      ['Date', '2017-01-01T15:39'],
      ['Product id', '43b9900b'],
      ['Receive document id', '1147_1111'],
      ['Qty', '1.00001'],
      ['Price', '5'],
      ['Total price', '5'],
    ] as const)
      await form.getByLabel(label, { exact: false }).first().fill(value);
    await form.getByRole('button', { name: 'POST' }).click();
    await form.locator('[data-field=qty]').getByText('Ensure that there are no more than 4 decimal places.').waitFor();
    await form.locator('[data-field=qty] input').fill('123456789012345.6789');
    await form.getByRole('button', { name: 'POST' }).click();
    await answered('HTTP 201 Created');
    expect(await shownAnswer()).toEqual({ created: 1, updated: 0 });
    await page.getByRole('link', { name: 'GET', exact: true }).click();
    await page.getByText('1–1 of 1 row').waitFor();
    expect(await shownAnswer()).toMatchObject({
      results: [{ document_id: 'test-document', products: [{ qty: '123456789012345.6789' }] }],
    });
    await page.context().close();
  });
});
