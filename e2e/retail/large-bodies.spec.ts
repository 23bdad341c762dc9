import { request as httpRequest } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { postedLine, postedRefund, refundsPath } from '../system/refunds.js';
import { retailPath, type RetailClient } from '../system/retail-client.js';
import { SharedSystem } from '../system/shared-system.js';

const mebibyte = 1024 * 1024;
const limit = 16 * mebibyte;
const tooLarge = { detail: `Request body must not exceed ${limit} bytes.` };

let system: SharedSystem;
let client: RetailClient;

beforeAll(async () => {
  system = await SharedSystem.join();
  client = await system.newRetailClient();
});

afterAll(() => system.leave());

/** Documents that take so many bytes: spaces between them count too. */
function bodyOf(bytes: number): string {
  const text = JSON.stringify(
    Array.from({ length: 2000 }, (_, index) =>
      postedRefund(`large ${index}`, {
        description: 'x'.repeat(200),
        products: Array.from({ length: 5 }, () => postedLine()),
      }),
    ),
  );
  return text.slice(0, -1) + ' '.repeat(bytes - text.length) + text.slice(-1);
}

/** Sends bytes without saying how many there will be. */
const postInChunks = (body: string): Promise<[status: number, text: string]> =>
  new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${client.token}`, 'content-type': 'application/json' };
    const request = httpRequest(`${system.url}${retailPath}${refundsPath}`, { method: 'POST', headers }, (response) => {
      let text = '';
      response
        .setEncoding('utf8')
        .on('data', (part: string) => {
          text += part;
        })
        .on('end', () => {
          resolve([response.statusCode ?? 0, text]);
        });
    });
    request.on('error', reject);
    for (let at = 0; at < body.length; at += mebibyte) request.write(body.slice(at, at + mebibyte));
    request.end();
  });

describe('a large body', () => {
  it.each([4 * mebibyte, limit])('of %i bytes is taken, though no message holds it', async (bytes) => {
    const { status, json } = await client.post(refundsPath, bodyOf(bytes));
    expect([status, Object.values(json as object).reduce((sum: number, count: number) => sum + count, 0)]).toEqual([
      201, 2000,
    ]);
  });

  it.each([limit + 1, 20 * mebibyte])('of %i bytes is refused, and the limit named', async (bytes) => {
    const { status, json, headers } = await client.post(refundsPath, bodyOf(bytes));
    expect([status, json, headers['content-type']]).toEqual([413, tooLarge, 'application/json']);
  });

  it('is refused too when its length is not told', async () => {
    expect(await postInChunks(bodyOf(20 * mebibyte))).toEqual([413, JSON.stringify(tooLarge)]);
    expect((await postInChunks(bodyOf(4 * mebibyte)))[0]).toBe(201);
  });

  it('is not waited for by a method that has none', async () => {
    expect((await client.request('GET', `${refundsPath}?page_size=1`, bodyOf(20 * mebibyte))).status).toBe(200);
    expect((await client.request('PUT', refundsPath, bodyOf(20 * mebibyte))).status).toBe(405);
  });
});
