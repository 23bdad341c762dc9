import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { formatTimestamp, parseTimestamp } from './index.js';

describe('reading a timestamp', () => {
  it.each([
    ['a date alone as midnight', '2023-07-04', '2023-07-04 00:00:00+00'],
    ['single digits', '2017-1-1 5:39:00', '2017-01-01 05:39:00+00'],
    ['single digits everywhere', '2017-1-1 5:9:7', '2017-01-01 05:09:07+00'],
    ['a minute and no second, of one digit', '2017-1-1 15:9', '2017-01-01 15:09:00+00'],
    ['a fraction and an offset behind a second of one digit', '2017-1-1T15:39:7.5+03', '2017-01-01 12:39:07.5+00'],
    ['space before the offset', '2023-07-04T13:30:31  +03:00', '2023-07-04 10:30:31+00'],
    ['space before Z', '2023-07-04T10:30:31 \t Z', '2023-07-04 10:30:31+00'],
    ['a small t', '2023-07-04t10:30:31z', '2023-07-04 10:30:31+00'],
    ['a naive time as UTC', '2023-07-04T10:30:31', '2023-07-04 10:30:31+00'],
    ['a time without seconds', '2023-07-04 10:30', '2023-07-04 10:30:00+00'],
    ['Z', '2023-07-04T10:30:31Z', '2023-07-04 10:30:31+00'],
    ['a small z', '2023-07-04T10:30:31z', '2023-07-04 10:30:31+00'],
    ['an offset to the east', '2023-07-04T13:30:31+03:00', '2023-07-04 10:30:31+00'],
    ['an offset to the west', '2023-07-04T22:30:31-02:30', '2023-07-05 01:00:31+00'],
    ['an offset without colon', '2023-07-04T13:30:31+0300', '2023-07-04 10:30:31+00'],
    ['an offset of hours', '2023-07-04T13:30:31+03', '2023-07-04 10:30:31+00'],
    ['a plus that became a space', '2023-07-04T13:30:31 03:00', '2023-07-04 10:30:31+00'],
    [
      'a plus that became a space, behind a fraction',
      '2023-07-04T13:30:31.298861 03:00',
      '2023-07-04 10:30:31.298861+00',
    ],
    ['space around it', ' 2023-07-04T10:30:31Z ', '2023-07-04 10:30:31+00'],
    ['a comma before the fraction', '2023-07-04T10:30:31,298861Z', '2023-07-04 10:30:31.298861+00'],
    ['a leap day', '2024-02-29', '2024-02-29 00:00:00+00'],
    ['a leap day of a century', '2000-02-29T23:59:59Z', '2000-02-29 23:59:59+00'],
    ['the first instant', '0001-01-01T00:00:00Z', '0001-01-01 00:00:00+00'],
    ['year 1 with an offset', '0001-01-01T12:00:00+03:00', '0001-01-01 09:00:00+00'],
    ['what an offset moves before year 1', '0001-01-01T00:00:00+03:00', '-infinity'],
    ['the last instant', '9999-12-31T23:59:59.999999Z', '9999-12-31 23:59:59.999999+00'],
    ['what an offset moves behind year 9999', '9999-12-31T23:59:59-01:00', 'infinity'],
  ])('understands %s', (_what, text, expected) => {
    expect(parseTimestamp(text)).toBe(expected);
  });

  it.each([
    '',
    'abc',
    '2017-13-1',
    '2017-00-10',
    '2017-01-00',
    '2023-02-29',
    '1900-02-29',
    '2023-04-31',
    '0000-01-01',
    '10000-01-01',
    '2023-07-04T24:00',
    '2023-07-04T10:60',
    '2023-07-04T10:30:60',
    '2023-07-04T10',
    '2023-07-04T',
    '2023-07-04Z',
    '2023-07-04T10:30:31+24:00',
    '2023-07-04T10:30:31+03:60',
    '2023-07-04T10:30:31.',
    '2023-07-04T10:30:31ZZ',
    '2023-07-04T10:30:',
    '2023-07-04T10::31',
    '2023-07-04T10:30:031',
    '2023-07-04T010:30',
    '2023-07-04T10:30:31+3',
    '2023-07-04_10:30',
    '2023-W27-2',
    '2023-07-04+03:00',
    '20230704T103031Z',
    '20230704',
    '04.07.2023',
    '2023-07-04\n10:30',
  ])('does not take %p for one', (text) => {
    expect(parseTimestamp(text)).toBeUndefined();
  });

  it('reads what most senders write as it reads everything else', () => {
    const digits = (length: number): fc.Arbitrary<string> => fc.stringMatching(new RegExp(`^\\d{${length}}$`));
    const text = fc
      .tuple(
        digits(4),
        digits(2),
        digits(2),
        digits(2),
        digits(2),
        digits(2),
        fc.constantFrom('', '.0', '.5', '.298860', '.000000', '.000001'),
      )
      .map(
        ([year, month, day, hour, minute, second, fraction]) =>
          `${year}-${month}-${day}T${hour}:${minute}:${second}${fraction}`,
      );
    fc.assert(
      fc.property(text, (instant) => {
        expect(parseTimestamp(`${instant}Z`)).toBe(parseTimestamp(`${instant}+00:00`));
      }),
      { numRuns: 2000 },
    );
    fc.assert(
      fc.property(
        fc.date({ min: new Date('0001-01-01'), max: new Date('9999-12-31'), noInvalidDate: true }),
        (date) => {
          expect(parseTimestamp(date.toISOString())).toBe(parseTimestamp(date.toISOString().replace('Z', '+00:00')));
        },
      ),
    );
  });

  it.each([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12])('keeps microseconds of %d fraction digits', (length) => {
    const fraction = '123456789123'.slice(0, length);
    expect(parseTimestamp(`2023-07-04T10:30:31.${fraction}Z`)).toBe(`2023-07-04 10:30:31.${fraction.slice(0, 6)}+00`);
    expect(parseTimestamp(`2023-07-04T10:30:31.${fraction}`)).toBe(`2023-07-04 10:30:31.${fraction.slice(0, 6)}+00`);
  });

  it.each([
    '2023-07-04T10:30:31.1234567891221',
    '2023-07-04T10:30:31.12345678912302',
    '2023-07-04T10:3002',
    '2023-07-04T10:30:3102:00',
  ])('does not take digits at the end of %s for an offset', (text) => {
    expect(parseTimestamp(text)).toBeUndefined();
  });

  it('agrees with Date about every instant and offset', () => {
    fc.assert(
      fc.property(instants, fc.integer({ min: -1439, max: 1439 }), (instant, offset) => {
        const local = new Date(instant.getTime() + offset * 60_000).toISOString().slice(0, 19);
        const clock = `${String(Math.trunc(Math.abs(offset) / 60)).padStart(
          2,
          '0',
        )}:${String(Math.abs(offset) % 60).padStart(2, '0')}`;
        const expected = `${instant.toISOString().slice(0, 19).replace('T', ' ')}+00`;
        expect(parseTimestamp(`${local}${offset < 0 ? '-' : '+'}${clock}`)).toBe(expected);
        if (offset >= 0) expect(parseTimestamp(`${local} ${clock}`)).toBe(expected);
      }),
      { seed: 1 },
    );
  });
});

describe('writing a timestamp', () => {
  it.each([
    ['2023-07-04 10:30:31.298861+00', '2023-07-04T10:30:31.298861Z'],
    ['2023-07-04 10:30:31.29886+00', '2023-07-04T10:30:31.298860Z'],
    ['2023-07-04 10:30:31.5+00', '2023-07-04T10:30:31.500000Z'],
    ['2023-07-04 10:30:31+00', '2023-07-04T10:30:31Z'],
    ['0001-01-01 00:00:00.000001+00', '0001-01-01T00:00:00.000001Z'],
  ])("turns PostgreSQL's %s into %s", (text, expected) => {
    expect(formatTimestamp(text)).toBe(expected);
  });

  it('gives back every microsecond that was read', () => {
    fc.assert(
      fc.property(instants, fc.integer({ min: 1, max: 999_999 }), (instant, microseconds) => {
        const text = `${instant.toISOString().slice(0, 19)}.${String(microseconds).padStart(6, '0')}Z`;
        expect(formatTimestamp(parseTimestamp(text)!)).toBe(text);
      }),
      { seed: 1 },
    );
  });

  it('leaves a fraction of zero out, however many zeros were read', () => {
    expect(formatTimestamp(parseTimestamp('2023-07-04T10:30:31.000Z')!)).toBe('2023-07-04T10:30:31Z');
    expect(formatTimestamp(parseTimestamp('2023-07-04T10:30:31.0000001Z')!)).toBe('2023-07-04T10:30:31Z');
  });
});

/** Whole seconds, two days away from the ends of the calendar. */
const instants = fc
  .integer({ min: Date.parse('0001-01-03T00:00:00Z') / 1000, max: Date.parse('9999-12-29T00:00:00Z') / 1000 })
  .map((seconds) => new Date(seconds * 1000));
