import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { JsonWriter } from './index.js';
import { keyOfSegment, segmentOf } from './path-segment.js';

type Write = (writer: JsonWriter, source: Buffer, from: number, to: number) => void;

const string: Write = (writer, source, from, to) => {
  writer.string(source, from, to);
};
const timestamp: Write = (writer, source, from, to) => {
  writer.timestamp(source, from, to);
};

/** The escaped form of a text in the middle of others. */
function written(write: Write, text: string, capacity = 1): string {
  const [before, value] = [Buffer.from('before'), Buffer.from(text)];
  const writer = new JsonWriter(capacity);
  write(writer, Buffer.concat([before, value, Buffer.from('behind')]), before.length, before.length + value.length);
  return Buffer.from(writer.finish()).toString();
}

describe('writing JSON as bytes', () => {
  it('writes a text as JSON.stringify does, whatever is in it', () => {
    const awkward = fc.constantFrom(
      '\u0000',
      '\u0007',
      '\b',
      '\t',
      '\n',
      '\f',
      '\r',
      '\u001f',
      '"',
      '\\',
      '/',
      'ı',
      'İ',
      'ğ',
      'Ş',
      '\u2028',
      '\u2029',
      '\u007f',
      '😀',
      '</script>',
    );
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(awkward).map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(text, fc.integer({ min: 1, max: 200 }), (value, capacity) => {
        expect(written(string, value, capacity)).toBe(JSON.stringify(value));
      }),
      { seed: 1 },
    );
  });

  it.each([
    ['2023-07-04 10:30:31.298861', '"2023-07-04T10:30:31.298861Z"'],
    ['2023-07-04 10:30:31.29886', '"2023-07-04T10:30:31.298860Z"'],
    ['2023-07-04 10:30:31.5', '"2023-07-04T10:30:31.500000Z"'],
    ['2023-07-04 10:30:31', '"2023-07-04T10:30:31Z"'],
  ])('writes the timestamp %s as %s', (text, json) => {
    expect(written(timestamp, text)).toBe(json);
  });

  it.each(['infinity', '-infinity', '10000-01-01 00:00:00', '0044-03-15 12:00:00 BC'])(
    'refuses the timestamp %s, which no answer can show',
    (text) => {
      expect(() => written(timestamp, text)).toThrow('out of range');
    },
  );

  it.each([
    ['2017-01-01 15:39:00', '"2017-01-01T15:39:00"'],
    ['2017-01-01 15:39:00.5', '"2017-01-01T15:39:00.500000"'],
  ])('writes the local timestamp %s as %s', (text, json) => {
    expect(
      written((writer, source, from, to) => {
        writer.localTimestamp(source, from, to);
      }, text),
    ).toBe(json);
  });

  it('writes a link whose keys are parts of the path, whatever is in them', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 0 }), (key, line) => {
        const keys = Buffer.from(`${key}\x1f${line}`);
        const writer = new JsonWriter(1, 'https://shop.example/"api"/v1/');
        writer.link(Buffer.from('refunds/'), [Buffer.from('/lines/'), Buffer.from('')], keys, 0, keys.length);
        const url = JSON.parse(Buffer.from(writer.finish()).toString()) as string;
        const [, encoded = '', number] =
          /^https:\/\/shop\.example\/"api"\/v1\/refunds\/([^/]*)\/lines\/(\d+)\/$/.exec(url) ?? [];
        expect([keyOfSegment(decodeURIComponent(encoded)), number]).toEqual([key.toWellFormed(), String(line)]);
      }),
      { seed: 1 },
    );
  });

  it.each(['', '.', '..', '...', 'a.', '.a', '..a', '/.'])(
    'writes a link to %j as all links to it are written',
    (key) => {
      const writer = new JsonWriter(1);
      const keys = Buffer.from(`.${key}.`);
      writer.link(Buffer.from(''), [Buffer.from('')], keys, 1, 1 + key.length);
      expect(JSON.parse(Buffer.from(writer.finish()).toString())).toBe(`${segmentOf(key)}/`);
      expect(keyOfSegment(decodeURIComponent(segmentOf(key)))).toBe(key);
    },
  );

  it('copies what is JSON already, and grows as it must', () => {
    const writer = new JsonWriter(1);
    const numbers = Array.from({ length: 1000 }, (_, number) => String(number));
    for (const [index, number] of numbers.entries()) {
      if (index > 0) writer.comma();
      writer.raw(Buffer.from(number));
    }
    expect(Buffer.from(writer.finish()).toString()).toBe(numbers.join());
  });
});
