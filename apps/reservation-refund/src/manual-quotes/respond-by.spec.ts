import { describe, expect, it } from '@jest/globals';
import { weekdays } from '@refundry/contracts';
import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { hours } from '../testing/office-hours.js';
import { instant } from '../testing/scenario.js';
import { respondBy, type ResponseTime } from './respond-by.js';

const office = (others: Partial<ResponseTime>): ResponseTime => ({
  quote_response_minutes: 240,
  office_hours: hours(weekdays, '08:00', '16:00'),
  office_zone: 'Asia/Tehran',
  ...others,
});
const deadline = (at: string, others: Partial<ResponseTime> = {}): string =>
  respondBy(instant(at), office(others)).toString();

describe('the time to answer', () => {
  it('passes all the time where the office is always open', () => {
    expect(deadline('2026-12-03T20:30:00.125Z', { office_hours: [] })).toBe('2026-12-04T00:30:00.125Z');
  });

  it.each([
    ['begins at once while the office is open', '2026-12-03T09:00:00+03:30', '2026-12-03T09:30:00Z'],
    ['begins when it opens', '2026-12-03T03:00:00+03:30', '2026-12-03T08:30:00Z'],
    ['begins the next day once it has closed', '2026-12-03T16:00:00+03:30', '2026-12-04T08:30:00Z'],
    ['ends when it closes, and not when it opens again', '2026-12-03T12:00:00+03:30', '2026-12-03T12:30:00Z'],
    ['goes on the next day', '2026-12-03T12:00:00.001+03:30', '2026-12-04T04:30:00.001Z'],
  ])('%s', (_rule, at, by) => {
    expect(deadline(at)).toBe(by);
  });

  it('goes on after a break, in whatever order the hours are given', () => {
    const office_hours = [...hours(weekdays, '14:00', '16:00'), ...hours(weekdays, '08:00', '12:00')];
    expect(deadline('2026-12-03T11:00:00+03:30', { office_hours })).toBe('2026-12-04T05:30:00Z');
  });

  it('goes on over midnight', () => {
    const office_hours = [...hours(['friday'], '22:00', '24:00'), ...hours(['saturday'], '00:00', '06:00')];
    expect(deadline('2026-12-04T21:00:00+03:30', { office_hours })).toBe('2026-12-04T22:30:00Z');
  });
});

describe('the time to answer where the clock is changed', () => {
  const berlin = { office_zone: 'Europe/Berlin', office_hours: hours(['sunday'], '00:00', '06:00') };

  it('is an hour shorter by the clock of the night that has an hour more', () => {
    // From 00:00 CEST four hours are until 03:00 CET, because 02:00 to 03:00 comes twice.
    expect(deadline('2026-10-25T00:00:00+02:00', berlin)).toBe('2026-10-25T02:00:00Z');
  });

  it('is an hour longer by the clock of the night that has an hour less', () => {
    // From 00:00 CET four hours are until 05:00 CEST, because 02:00 to 03:00 is leapt over.
    expect(deadline('2027-03-28T00:00:00+01:00', berlin)).toBe('2027-03-28T03:00:00Z');
  });

  it('passes over hours that the clock leaps over', () => {
    const office_hours = hours(['sunday'], '02:00', '03:00');
    // Nothing on 2027-03-28; then an hour on each Sunday.
    expect(deadline('2027-03-27T12:00:00+01:00', { ...berlin, office_hours, quote_response_minutes: 60 })).toBe(
      '2027-04-04T01:00:00Z',
    );
  });

  it('has the hours of a day that is missing a day later', () => {
    // Apia had no Friday 2011-12-30; its 08:00 is taken for that of Saturday.
    const office_hours = hours(['friday'], '08:00', '10:00');
    expect(
      deadline('2011-12-29T12:00:00-10:00', { office_zone: 'Pacific/Apia', office_hours, quote_response_minutes: 60 }),
    ).toBe('2011-12-30T19:00:00Z');
  });
});

describe('the time to answer of an office that is hardly ever open', () => {
  it('ends in a year', () => {
    const office_hours = hours(['friday'], '08:00', '08:01');
    expect(deadline('2026-12-03T12:00:00Z', { office_hours, quote_response_minutes: 52 })).toBe('2027-11-26T04:31:00Z');
  });

  it('is refused where two years are not enough', () => {
    const office_hours = hours(['friday'], '08:00', '08:01');
    expect(() => deadline('2026-12-03T12:00:00Z', { office_hours })).toThrow("isn't open");
  });
});

describe('any time to answer', () => {
  const clock = fc.integer({ min: 0, max: 1440 });
  const text = (minutes: number): string =>
    `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
  const week = fc
    .array(fc.tuple(fc.constantFrom(...weekdays), fc.uniqueArray(clock, { minLength: 2, maxLength: 2 })), {
      minLength: 1,
      maxLength: 7,
    })
    .map((days) =>
      [...new Map(days)].map(([day, times]) => {
        const [from = 0, until = 0] = times.toSorted((one, other) => one - other);
        return { day, from: text(from), until: text(until) };
      }),
    );
  const zones = fc.constantFrom('Asia/Tehran', 'Europe/Berlin', 'Australia/Lord_Howe', 'UTC');
  const moments = fc
    .integer({ min: Date.UTC(2026, 0, 1) / 1000, max: Date.UTC(2028, 0, 1) / 1000 })
    .map((seconds) => Temporal.Instant.fromEpochMilliseconds(seconds * 1000));

  it('is at least as long as its minutes, and later the more of them there are', () => {
    fc.assert(
      fc.property(week, zones, moments, fc.integer({ min: 1, max: 52 }), (office_hours, office_zone, at, minutes) => {
        const by = (quote_response_minutes: number): number =>
          respondBy(at, { quote_response_minutes, office_hours, office_zone }).epochMilliseconds;
        expect(by(minutes) - at.epochMilliseconds).toBeGreaterThanOrEqual(minutes * 60_000);
        expect(by(minutes + 1) - by(minutes)).toBeGreaterThanOrEqual(60_000);
      }),
      { seed: 20_261_130, numRuns: 300 },
    );
  });
});
