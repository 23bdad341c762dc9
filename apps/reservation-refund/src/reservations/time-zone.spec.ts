import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { withInstants } from './time-zone.js';

const startOf = (clock: string, zone: string): string =>
  withInstants({ zone, issued_at: '2020-01-01 00:00:00+00', starts_at: clock }).starts_at;
const zones = [
  'Asia/Tehran',
  'Europe/Berlin',
  'America/Santiago',
  'Australia/Lord_Howe',
  'Pacific/Apia',
  'America/St_Johns',
  'UTC',
];

describe('a time of the clock in a zone', () => {
  it.each([
    ['in a zone of half hours', 'Asia/Tehran', '2026-12-20 10:00:00', '2026-12-20 06:30:00+00'],
    ['in a summer that Iran still had', 'Asia/Tehran', '2021-07-01 10:00:00', '2021-07-01 05:30:00+00'],
    ['to the microsecond', 'Asia/Tehran', '2026-12-20 10:00:00.123456', '2026-12-20 06:30:00.123456+00'],
    [
      'the second one, where the clock shows it twice',
      'Europe/Berlin',
      '2027-10-31 02:30:00',
      '2027-10-31 01:30:00+00',
    ],
    ['as much later, where the clock leaps over it', 'Europe/Berlin', '2027-03-28 02:30:00', '2027-03-28 01:30:00+00'],
    ['a day later, where the zone had no such day', 'Pacific/Apia', '2011-12-30 12:00:00', '2011-12-30 22:00:00+00'],
  ])('is the instant that it shows it at: %s', (_name, zone, clock, instant) => {
    expect(startOf(clock, zone)).toBe(instant);
  });

  it('is left alone where it is an instant already', () => {
    expect(startOf('2026-12-20 10:00:00+00', 'Asia/Tehran')).toBe('2026-12-20 10:00:00+00');
  });

  it.each([
    ['0001-01-01 00:00:00', 'Asia/Tehran'],
    ['9999-12-31 23:59:59', 'America/Santiago'],
  ])('is refused where %s in %s leaves the calendar', (clock, zone) => {
    expect(() => startOf(clock, zone)).toThrow(
      expect.objectContaining({
        code: 'invalid',
        fields: { starts_at: [expect.stringContaining('Datetime has wrong format')] },
      }),
    );
  });

  it('comes back as it went, unless the clock leaps over it; no later instant shows it', () => {
    const seconds = fc.integer({ min: Date.UTC(2000, 0, 1) / 1000, max: Date.UTC(2035, 0, 1) / 1000 });
    fc.assert(
      fc.property(seconds, fc.constantFrom(...zones), fc.integer({ min: -180, max: 180 }), (second, zone, minutes) => {
        const any = Temporal.Instant.fromEpochMilliseconds(second * 1000).toZonedDateTimeISO(zone);
        // The interesting moments are those at which the clock is set.
        const clock = (any.getTimeZoneTransition('next') ?? any).toPlainDateTime().add({ minutes });
        const instant = Temporal.Instant.from(
          startOf(clock.toString({ smallestUnit: 'second' }).replace('T', ' '), zone).replace('+00', 'Z'),
        );
        const [earliest, latest] = (['earlier', 'later'] as const).map((disambiguation) =>
          clock.toZonedDateTime(zone, { disambiguation }).toInstant(),
        );
        expect(String(instant)).toBe(String(latest));
        const shown = instant.toZonedDateTimeISO(zone).toPlainDateTime();
        const isLeaptOver = String(earliest?.toZonedDateTimeISO(zone).toPlainDateTime()) !== String(clock);
        expect(isLeaptOver ? Temporal.PlainDateTime.compare(shown, clock) > 0 : shown.equals(clock)).toBe(true);
      }),
      { seed: 20_261_129, numRuns: 500 },
    );
  });
});
