import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { BooleanField, compileSerializer, DateTimeField, IntegerField, StringField } from './index.js';

class Row {
  @IntegerField({ label: 'ID', readOnly: true }) id!: number;
  @StringField({ label: 'Subject', allowNull: true }) subject!: string | null;
  @BooleanField({ label: 'Is active' }) is_active!: boolean;
  @DateTimeField({ label: 'Modified', readOnly: true }) modified_date!: string;
}

/** Rows as `packedRows` brings them from PostgreSQL: texts as JSON, nulls empty. */
const pack = (...rows: readonly (string | null)[][]): string => rows.flat().map((cell) => cell ?? '').join('\x1f');

const serialize = compileSerializer(Row);

describe('writing packed rows as JSON', () => {
  it('writes the fields in the order of the contract', () => {
    expect(serialize(pack(['7', '"İade \\"geç\\""', 't', '2023-07-04 10:30:31.298861+00']))).toBe('{"id":7,"subject":"İade \\"geç\\"","is_active":true,"modified_date":"2023-07-04T10:30:31.298861Z"}');
  });

  it('separates rows by commas', () => {
    expect(serialize(pack(['7', '""', 'f', '2023-07-04 10:30:31+00'], ['8', null, 't', '2023-07-04 10:30:31.5+00']))).toBe(
      '{"id":7,"subject":"","is_active":false,"modified_date":"2023-07-04T10:30:31Z"},{"id":8,"subject":null,"is_active":true,"modified_date":"2023-07-04T10:30:31.500000Z"}',
    );
  });

  it('tells a null from an empty text', () => {
    expect(serialize(pack(['7', null, 't', '2023-07-04 10:30:31+00']))).toContain('"subject":null,');
    expect(serialize(pack(['7', '""', 't', '2023-07-04 10:30:31+00']))).toContain('"subject":"",');
  });

  it('escapes the names of fields', () => {
    class Odd {
      @StringField({ label: 'Odd' }) 'a"b\\c\n'!: string;
    }
    expect(JSON.parse(compileSerializer(Odd)('"x"'))).toEqual({ 'a"b\\c\n': 'x' });
  });

  it('writes what JSON.stringify would, for any rows', () => {
    const awkward = fc.constantFrom('\u0000', '\u001f', '\n', '"', '\\', '/', 'ı', 'İ', 'ğ', 'Ş', '\u2028', '\u2029', '\u007f', '😀', ',', '{}');
    const text = fc.oneof(fc.string({ unit: 'binary' }), fc.array(awkward).map((parts) => parts.join('')));
    const rows = fc.array(fc.record({ id: fc.maxSafeInteger(), subject: fc.option(text), is_active: fc.boolean() }), { minLength: 1 });
    fc.assert(
      fc.property(rows, (values) => {
        const packed = pack(...values.map(({ id, subject, is_active }) => [String(id), subject === null ? null : JSON.stringify(subject), is_active ? 't' : 'f', '2023-07-04 10:30:31.5+00']));
        expect(`[${serialize(packed)}]`).toBe(JSON.stringify(values.map((value) => ({ ...value, modified_date: '2023-07-04T10:30:31.500000Z' }))));
      }),
      { seed: 1 },
    );
  });
});
