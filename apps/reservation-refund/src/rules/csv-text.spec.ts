import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { csvRecords, givenText } from './csv-text.js';

const cell = (text: string): string => (/[",\r\n;]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

describe('the records of a CSV file', () => {
  it.each([
    ['', []],
    ['a', [['a']]],
    [
      'a,b\r\nc,d\r\n',
      [
        ['a', 'b'],
        ['c', 'd'],
      ],
    ],
    [
      'a,b\nc,d',
      [
        ['a', 'b'],
        ['c', 'd'],
      ],
    ],
    [
      'a,b\rc,d\r',
      [
        ['a', 'b'],
        ['c', 'd'],
      ],
    ],
    ['\ufeffa,b\r\n', [['a', 'b']]],
    [
      'a;b\r\nc;"d,e"\r\n',
      [
        ['a', 'b'],
        ['c', 'd,e'],
      ],
    ],
    [
      'a,b;c\r\nd,e',
      [
        ['a', 'b;c'],
        ['d', 'e'],
      ],
    ],
    ['"a ""b""","c\r\nd"\r\n', [['a "b"', 'c\r\nd']]],
    [
      'a,\r\n,b\r\n',
      [
        ['a', ''],
        ['', 'b'],
      ],
    ],
    ['a\r\n\r\nb', [['a'], [''], ['b']]],
    ['"a', [['a']]],
    ['"a"b,c', [['ab', 'c']]],
  ])('%j', (text, records) => {
    expect(csvRecords(text)).toEqual(records);
  });

  it('are those that were written', () => {
    const records = fc.array(
      fc.array(fc.string({ unit: fc.constantFrom('a', '"', ',', ';', '\r', '\n', ' ') }), {
        minLength: 2,
        maxLength: 4,
      }),
      {
        minLength: 1,
        maxLength: 4,
      },
    );
    fc.assert(
      fc.property(records, (rows) => {
        const text = [['h', 'h'], ...rows].map((row) => `${row.map(cell).join(',')}\r\n`).join('');
        expect(csvRecords(text)).toEqual([['h', 'h'], ...rows]);
      }),
      { seed: 20_261_130 },
    );
  });
});

describe('a text of a spreadsheet', () => {
  it.each([
    ["'=1+1", '=1+1'],
    ["''=1+1", "'=1+1"],
    ["'@a", '@a'],
    ["'a", "'a"],
    ['-5', '-5'],
    ["'", "'"],
  ])('%j was %j', (text, was) => {
    expect(givenText(text)).toBe(was);
  });
});
