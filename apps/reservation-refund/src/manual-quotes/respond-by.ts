import { weekdays, type OfficeHours, type ReservationSettings } from '@refundry/contracts';
import { Temporal } from 'temporal-polyfill';
import { instantAtClock } from '../reservations/time-zone.js';

/** How long an office has to answer, and when it is open. */
export type ResponseTime = Pick<ReservationSettings, 'quote_response_minutes' | 'office_hours' | 'office_zone'>;

/** `checkOfficeHours` lets nothing in that takes longer than a year; days of other lengths make little of it. */
const maxDays = 2 * 366;

/**
 * The moment at which so many minutes of office hours have passed. Minutes are those that pass, on days on which the
 * clock is changed too.
 */
export function respondBy(
  at: Temporal.Instant,
  { quote_response_minutes: minutes, office_hours: hours, office_zone: zone }: ResponseTime,
): Temporal.Instant {
  if (hours.length === 0) return at.add({ minutes });
  let left = minutes * 60_000;
  const first = at.toZonedDateTimeISO(zone).toPlainDate();
  for (let day = 0; day < maxDays; day++)
    for (const { opens, closes } of hoursOn(first.add({ days: day }), hours, zone)) {
      const from = Math.max(opens, at.epochMilliseconds);
      const open = Math.max(closes - from, 0);
      if (left <= open) return Temporal.Instant.fromEpochMilliseconds(from + left);
      left -= open;
    }
  throw new Error(`the office isn't open for ${minutes} minutes in ${maxDays} days`);
}

/** The hours of a day in their order, in milliseconds since 1970. */
const hoursOn = (
  date: Temporal.PlainDate,
  hours: readonly OfficeHours[],
  zone: string,
): { readonly opens: number; readonly closes: number }[] =>
  hours
    .filter(({ day }) => day === weekdays[date.dayOfWeek - 1])
    .map(({ from, until }) => ({ opens: momentAt(date, from, zone), closes: momentAt(date, until, zone) }))
    .toSorted((one, other) => one.opens - other.opens);

/** A day ends when the next one begins. */
const momentAt = (date: Temporal.PlainDate, clock: string, zone: string): number =>
  instantAtClock(clock === '24:00' ? date.add({ days: 1 }).toPlainDateTime() : date.toPlainDateTime(clock), zone)
    .epochMilliseconds;
