import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseExactly } from '../exact-number.js';
import { read } from '../read.js';
import { isDecimalId, normalReserveId, ReserveIdField } from './reserve-id-field.js';

class Question {
  @ReserveIdField({ label: 'Reservation' }) reserve_id!: string;
}

const settings = { seed: 20_261_129, numRuns: 1000 };

const idOf = (json: string): string => read(Question, parseExactly(`{"reserve_id":${json}}`)).reserve_id;

describe('the id or the PNR of a reservation', () => {
  it.each([
    ['text', '"10011"', '10011'],
    ['a number', '10011', '10011'],
    ['a number beyond 2⁵³', '9007199254740993', '9007199254740993'],
    ['a number of 64 digits', '1'.repeat(64), '1'.repeat(64)],
    ['Persian digits', '"۱۰۰۱۱"', '10011'],
    ['Arabic digits', '"١٠٠١١"', '10011'],
    ['a PNR', '"ABC123"', 'ABC123'],
    ['lower case', '"abc123"', 'ABC123'],
    ['full-width characters', '"ＡＢＣ１２３"', 'ABC123'],
    ['characters that nobody sees', '"\\u202bab\\u200cc\\u00ad1\\ufeff23\\u200f"', 'ABC123'],
    ['leading zeros', '"00450"', '00450'],
    ['a sign', '"+450"', '+450'],
    ['an exponent in a text', '"1e3"', '1E3'],
    ['a superscript', '"4²"', '4²'],
    ['runs of space in it', '"a \\u00a0\\u3000b"', 'A B'],
    ['space around it', '" \\tabc123\\u00a0\\n"', 'ABC123'],
  ])('is understood as %s', (_kind, json, id) => {
    expect(idOf(json)).toBe(id);
  });

  it('stays as it is when it is read again', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(normalReserveId(normalReserveId(text))).toBe(normalReserveId(text));
      }),
      settings,
    );
  });

  it('is an id only where a number is written so', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.bigInt({ min: 0n, max: 10n ** 18n - 1n }).map(String),
          fc.stringMatching(/^[-+ ]?[0-9e.]{1,20}$/),
          fc.string(),
        ),
        (text) => {
          expect(isDecimalId(text)).toBe(/^[0-9]{1,18}$/.test(text) && String(BigInt(text)) === text);
        },
      ),
      settings,
    );
  });

  it.each(['""', '"  "', '"\\u200c"'])('is missing where it is %s', (json) => {
    expect(() => idOf(json)).toThrow(expect.objectContaining({ code: 'reserve_id_missing' }));
  });

  it.each([
    ['an array', '["10011"]'],
    ['an object', '{"id":10011}'],
    ['a boolean', 'true'],
    ['a fraction', '1.5'],
    ['a negative number', '-10011'],
    ['a zero with a sign', '-0'],
    ['a number with an exponent', '1e30'],
    ['a text of 65 characters', JSON.stringify('a'.repeat(65))],
    ['a million characters', JSON.stringify('a'.repeat(1_000_000))],
    ['a million digits', '1'.repeat(1_000_000)],
    ['a text with a NUL', '"1\\u00001"'],
    ['a text with a line break in it', '"1\\n1"'],
    ['a text with half a character', '"1\\ud8001"'],
  ])('is malformed as %s', (_kind, json) => {
    expect(() => idOf(json)).toThrow(expect.objectContaining({ code: 'reserve_id_malformed' }));
  });
});
