import { describe, expect, it } from '@jest/globals';
import { parseExactly } from '../exact-number.js';
import { read } from '../read.js';
import { ReserveIdField } from './reserve-id-field.js';

class Question {
  @ReserveIdField({ label: 'Reservation' }) reserve_id!: string;
}

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
    ['space around it', '" \\tabc123\\u00a0\\n"', 'ABC123'],
  ])('is understood as %s', (_kind, json, id) => {
    expect(idOf(json)).toBe(id);
  });

  it.each(['""', '"  "'])('is missing where it is %s', (json) => {
    expect(() => idOf(json)).toThrow(expect.objectContaining({ code: 'reserve_id_missing' }));
  });

  it.each([
    ['an array', '["10011"]'],
    ['an object', '{"id":10011}'],
    ['a boolean', 'true'],
    ['a fraction', '1.5'],
    ['a negative number', '-10011'],
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
