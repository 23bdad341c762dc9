import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { jsonInSlices } from './json-in-slices.js';

const plain = fc.jsonValue().filter((value) => typeof value === 'object' && value !== null);

describe('JSON in slices', () => {
  it('is what JSON.stringify writes', async () => {
    await fc.assert(
      fc.asyncProperty(plain, async (value) => {
        expect(await jsonInSlices(value as object)).toBe(JSON.stringify(value));
      }),
    );
  });

  it('of long arrays, at the top or in a member, is the same', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.jsonValue(), { minLength: 60, maxLength: 70 }), async (items) => {
        for (const value of [items, { items, other: 1, absent: undefined }])
          expect(await jsonInSlices(value)).toBe(JSON.stringify(value));
      }),
      { numRuns: 30 },
    );
  });
});
