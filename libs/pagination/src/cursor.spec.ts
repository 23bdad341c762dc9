import { describe, expect, it } from '@jest/globals';
import { Failure } from '@refundry/errors';
import { BooleanField, DateTimeField, IntegerField, PkField, StringField, type ListRequest } from '@refundry/resource';
import fc from 'fast-check';
import { readCursor, writeCursor } from './cursor.js';

class Item {
  @IntegerField({ label: 'ID', readOnly: true }) id!: number;
  @StringField({ label: 'Name' }) name!: string;
  @BooleanField({ label: 'Is active' }) is_active!: boolean;
  @PkField({ label: 'Channel' }) channel!: number;
  @DateTimeField({ label: 'Modified date' }) modified_date!: string;
}

const read = (order: readonly string[], text: string): ListRequest['cursor'] => readCursor(Item, order, text);

/** The refusal of a forged cursor; undefined when it is believed. */
function refusal(order: readonly string[], text: string): string | undefined {
  try {
    read(order, text);
    return undefined;
  } catch (error) {
    return (error as Failure).code;
  }
}

const forged = (...parts: unknown[]): string => Buffer.from(JSON.stringify(parts)).toString('base64url');

describe('a cursor', () => {
  it('is read as it was written', () => {
    const order = ['-modified_date', 'name', '-is_active', 'channel', 'id'];
    const values = fc.tuple(
      fc.constantFrom('2023-07-04 10:30:31+00', '2023-07-04 10:30:31.29886+00', '0001-01-01 00:00:00+00'),
      fc.string({ unit: 'grapheme' }).filter((text) => !text.includes('\0')),
      fc.constantFrom('true', 'false'),
      fc.integer({ min: 1 }).map(String),
      fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map(String),
    );
    fc.assert(
      fc.property(values, fc.maxSafeNat(), (texts, count) => {
        const cursor = read(order, writeCursor(order, count, texts)) as Exclude<ListRequest['cursor'], 'beginning'>;
        expect(cursor?.count).toBe(count);
        expect(cursor?.after.map(({ value }) => value)).toEqual(texts);
      }),
      { seed: 1 },
    );
  });

  it.each<[string, unknown[]]>([
    ['nothing', []],
    ['another order', [1, '-id', '1']],
    ['no order', [1, null, '1']],
    ['too few values', [1, 'id']],
    ['too many values', [1, 'id', '1', '2']],
    ['a value that is no text', [1, 'id', 1]],
    ['null', [1, 'id', null]],
    ['no count', [null, 'id', '1']],
    ['a negative count', [-1, 'id', '1']],
    ['a fraction', [1.5, 'id', '1']],
    ['a count beyond measure', [1e300, 'id', '1']],
    ['a count as text', ['1', 'id', '1']],
    ['no number', [1, 'id', 'a']],
    ['a number beyond the column', [1, 'id', '9223372036854775808']],
    ['a number as nobody writes it', [1, 'id', '01']],
    ['SQL', [1, 'id', '1) or true --']],
  ])('with %s is refused', (_what, parts) => {
    expect(refusal(['id'], forged(...parts))).toBe('invalid_cursor');
  });

  it.each([
    ['name', 'a\0b'],
    ['modified_date', '2023-07-04'],
    ['modified_date', '2023-07-04T10:30:31Z'],
    ['modified_date', '2023-07-04 10:30:31.298860+00'],
    ['modified_date', 'infinity'],
    ['modified_date', 'now'],
    ['is_active', 't'],
    ['channel', '0'],
  ])('whose %s is %p is refused', (field, value) => {
    expect(refusal([field], forged(1, field, value))).toBe('invalid_cursor');
  });

  it.each([
    '**',
    'abc',
    'bnVsbA',
    'MQ',
    'W10=',
    'W1',
    '[1]',
    ' ',
    'ş',
    forged(1, 'name', 'x'.repeat(10_000)),
    Buffer.from('['.repeat(6000)).toString('base64url'),
  ])('that is %p is refused', (text) => {
    expect(refusal(['name'], text)).toBe('invalid_cursor');
  });

  it('is never more than refused, whatever it says', () => {
    const part = fc.oneof(fc.jsonValue(), fc.constantFrom('id', 'name,id', '1', 1));
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.base64String(),
          fc.array(part).map((parts) => forged(...parts)),
        ),
        fc.constantFrom(['id'], ['name', 'id']),
        (text, order) => {
          expect([undefined, 'invalid_cursor']).toContain(refusal(order, text));
        },
      ),
      { seed: 1, numRuns: 2000 },
    );
  });
});
