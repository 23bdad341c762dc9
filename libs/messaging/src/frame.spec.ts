import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { decodeFrame, encodeFrame, type Head } from './index.js';

const text = fc.string({ unit: 'grapheme' });

const heads: fc.Arbitrary<Head> = fc.record(
  {
    requestId: text,
    deadline: fc.maxSafeInteger(),
    caller: fc.record({ account: fc.nat(), scopes: fc.array(text) }),
    key: text,
    query: text,
    publicUrl: text,
    withoutBody: fc.boolean(),
  },
  { requiredKeys: ['requestId', 'deadline'] },
);

describe('a frame', () => {
  it('gives back any head and any body', () => {
    fc.assert(
      fc.property(heads, fc.uint8Array({ maxLength: 200 }), (head, body) => {
        const frame = decodeFrame(encodeFrame(head, body));
        expect(frame.head).toEqual(head);
        expect([...frame.body]).toEqual([...body]);
      }),
      { seed: 1 },
    );
  });

  it('is read from the middle of a larger buffer', () => {
    const frame = encodeFrame({ requestId: 'ş', deadline: 1 }, Buffer.from('body'));
    const received = Buffer.concat([Buffer.from('MSG'), frame]).subarray(3);
    expect(decodeFrame(received).head.requestId).toBe('ş');
    expect(Buffer.from(decodeFrame(received).body).toString()).toBe('body');
  });

  it('has no body unless it is given one', () => {
    expect(decodeFrame(encodeFrame({ requestId: '', deadline: 0 })).body).toHaveLength(0);
  });

  it.each([['nothing'], ['three bytes', 1, 2, 3], ['a head that is no JSON', 0, 0, 0, 1, 120]] as const)('is not made of %s', (_what, ...bytes) => {
    expect(() => decodeFrame(Uint8Array.from(bytes))).toThrow();
  });
});
