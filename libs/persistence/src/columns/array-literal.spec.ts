import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { testDatabase } from '@refundry/testing';
import fc from 'fast-check';
import pg from 'pg';
import { arrayLiteral } from '../index.js';

let client: pg.Client;

beforeAll(async () => {
  const { url } = await testDatabase('oms');
  client = new pg.Client({ connectionString: url });
  await client.connect();
});

afterAll(() => client.end());

const readBack = async (type: string, values: readonly (string | number | boolean | null)[]): Promise<unknown> =>
  (await client.query<{ elements: unknown }>(`select to_json($1::${type}[]) as elements`, [arrayLiteral(values)]))
    .rows[0]?.elements;

describe('an array literal', () => {
  it('holds any text', async () => {
    const text = fc
      .string({ unit: 'binary' })
      .map((characters) => characters.replaceAll('\0', ''))
      .filter((characters) => !/\p{Surrogate}/u.test(characters));
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.option(fc.oneof(text, fc.constantFrom('NULL', 'null', '', '{', '}', ',', '"', '\\', '\\"', ' a ', '\n'))),
        ),
        async (values) => {
          expect(await readBack('text', values)).toEqual(values);
        },
      ),
      { numRuns: 200 },
    );
  });

  it('holds numbers and booleans', async () => {
    expect(await readBack('integer', [1, -2147483648, null])).toEqual([1, -2147483648, null]);
    expect(await readBack('boolean', [true, false, null])).toEqual([true, false, null]);
    expect(await readBack('numeric', ['29.06100000', null])).toEqual([29.061, null]);
  });
});
