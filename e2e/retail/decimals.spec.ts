import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { postedLine, postedRefund, refundsPath, type Refund } from '../system/refunds.js';
import type { RetailClient } from '../system/retail-client.js';
import { SharedSystem } from '../system/shared-system.js';

let system: SharedSystem;
let client: RetailClient;

beforeAll(async () => {
  system = await SharedSystem.join();
  client = await system.newRetailClient();
});

afterAll(() => system.leave());

const maxValue = 10n ** 19n - 1n;

/**
 * Any value of `numeric(19,4)`, in ten-thousandths, and how it is written: with fewer places where those are zeros, as
 * a number or a text.
 */
const decimal = fc.record({
  value: fc.oneof(
    fc.bigInt({ min: -maxValue, max: maxValue }),
    fc.bigInt({ min: -100_000n, max: 100_000n }),
    fc.constantFrom(maxValue, -maxValue, 0n, 1n, -1n, 99_999_999_999_999_999n),
  ),
  isShort: fc.boolean(),
  isText: fc.boolean(),
});

interface DecimalInput {
  readonly value: bigint;
  readonly isShort: boolean;
  readonly isText: boolean;
}

const answered = (value: bigint): string => {
  const digits = String(value < 0n ? -value : value).padStart(5, '0');
  return `${value < 0n ? '-' : ''}${digits.slice(0, -4)}.${digits.slice(-4)}`;
};

const written = ({ value, isShort, isText }: DecimalInput): string => {
  const text = isShort ? answered(value).replace(/\.?0+$/, '') : answered(value);
  return isText ? `"${text}"` : text;
};

describe('a decimal', () => {
  it('comes back as it was sent, digit by digit', async () => {
    const lines = fc.sample(fc.tuple(decimal, decimal, decimal), { numRuns: 3000, seed: 19 });
    const body = lines.map(
      ([qty, price, total]) =>
        `{"product_id":"p","receive_document_id":"r","qty":${written(qty)},` +
        `"price":${written(price)},"total_price":${written(total)}}`,
    );
    const document = JSON.stringify(postedRefund('a')).replace(/"products":\[.*?\]/, `"products":[${body.join()}]`);
    expect((await client.post(refundsPath, document)).json).toEqual({ created: 1, updated: 0 });
    const { products } = await client.json<Refund>(`${refundsPath}a_kyiv-1/`);
    expect(products.map(({ qty, price, total_price: total }) => [qty, price, total])).toEqual(
      lines.map((values) => values.map(({ value }) => answered(value))),
    );
    expect(
      (await client.json<Refund>(`${refundsPath}a_kyiv-1/?detail=1`)).products.map(({ warnings }) => warnings?.length),
    ).toEqual(lines.map(([qty, price, total]) => (roundedProduct(qty.value, price.value) === total.value ? 0 : 1)));
  });

  it.each([
    ['9999999999999.9999'],
    ['"9999999999999.9999"'],
    ['999999999999999.9999'],
    ['-999999999999999.9999'],
    ['9.999999999999999e12'],
  ])('as large as %s does too', async (text) => {
    const document = JSON.stringify(postedRefund('b', { products: [postedLine()] })).replace(
      '"qty":1',
      `"qty":${text}`,
    );
    expect((await client.post(refundsPath, document)).status).toBe(201);
    const {
      products: [line],
    } = await client.json<Refund>(`${refundsPath}b_kyiv-1/`);
    expect(line?.qty).toBe(text.includes('e') ? '9999999999999.9990' : text.replaceAll('"', ''));
  });
});

/** To the ten-thousandth, half away from zero, as PostgreSQL rounds. */
function roundedProduct(qty: bigint, price: bigint): bigint {
  const product = qty * price;
  const half = product < 0n ? -5000n : 5000n;
  return (product + half) / 10_000n;
}
