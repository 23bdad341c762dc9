import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import { decodeFrame, encodeFrame, type Head } from '../index.js';

const text = fc.string({ unit: 'grapheme' });

const heads: fc.Arbitrary<Head> = fc.record(
  {
    requestId: text,
    deadline: fc.nat({ max: 10_000_000_000_000 }),
    receivedAt: fc.nat({ max: 10_000_000_000_000 }),
    caller: fc.record({ account: fc.nat(), scopes: fc.array(text) }),
    key: text,
    query: text,
    publicUrl: text,
    withoutBody: fc.boolean(),
  },
  { requiredKeys: ['requestId', 'deadline'] },
);

const now = 1_800_000_000_000;
const hour = 3_600_000;

beforeEach(() => {
  jest.useFakeTimers({ now });
});

afterEach(() => {
  jest.useRealTimers();
});

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

  it.each([['nothing'], ['three bytes', 1, 2, 3], ['a head that is no JSON', 0, 0, 0, 1, 120]] as const)(
    'is not made of %s',
    (_what, ...bytes) => {
      expect(() => decodeFrame(Uint8Array.from(bytes))).toThrow();
    },
  );
});

describe('the deadline of a frame', () => {
  const head = { requestId: 'r1', deadline: now + 10_000, receivedAt: now - 40 };

  it.each([
    ['fast', hour],
    ['slow', -hour],
  ] as const)(
    'keeps its distance to now, and the moment of receipt as stamped, where the receiver’s clock is %s by an hour',
    (_what, skew) => {
      const frame = encodeFrame(head);
      jest.setSystemTime(now + skew);
      expect(decodeFrame(frame)).toMatchObject({
        head: { requestId: 'r1', deadline: now + skew + 10_000, receivedAt: now - 40 },
        sentAt: now,
      });
    },
  );

  it('is that of the sender in a frame of the release before, which sends no others', () => {
    const json = Buffer.from(JSON.stringify(head));
    const length = Buffer.alloc(4);
    length.writeUInt32BE(json.length);
    jest.setSystemTime(now + hour);
    expect(decodeFrame(Buffer.concat([length, json])).head).toEqual(head);
  });

  it('can be read by the release before, too', () => {
    const frame = Buffer.from(encodeFrame(head));
    expect(JSON.parse(frame.subarray(4).toString())).toMatchObject(head);
  });
});
