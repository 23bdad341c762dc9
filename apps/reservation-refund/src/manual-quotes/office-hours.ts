import type { OfficeHours, ReservationSettings } from '@refundry/contracts';
import { invalid, type FieldErrors } from '@refundry/errors';
import { isTimeZone } from '../reservations/time-zone.js';

type Errors = Record<string, string[]>;

const clockTime = /^(?:[01]\d|2[0-3]):[0-5]\d$/;
/** A little less than a year. */
const weeks = 52;

/** Refuses office hours that no week has, and too few for the time to answer. @throws Failure `invalid` */
export function checkOfficeHours(settings: ReservationSettings): void {
  const { office_hours: hours, office_zone: zone, quote_response_minutes: minutes } = settings;
  const errors: Record<string, FieldErrors> = {};
  if (!isTimeZone(zone)) errors.office_zone = ['Enter a valid time zone.'];
  const ofHours = hours.map((own, index) => errorsOf(own, hours.slice(0, index)));
  if (ofHours.some(hasErrors)) errors.office_hours = ofHours;
  else if (hours.length > 0 && minutes > weeks * weekOf(hours))
    errors.quote_response_minutes = ['Ensure the office is open for so many minutes in a year.'];
  if (hasErrors(errors)) throw invalid(errors);
}

const hasErrors = (errors: object): boolean => Object.keys(errors).length > 0;

function errorsOf({ day, from, until }: OfficeHours, former: readonly OfficeHours[]): Errors {
  const errors: Errors = {};
  if (!clockTime.test(from)) errors.from = ['Enter a time from 00:00 to 23:59.'];
  if (!clockTime.test(until) && until !== '24:00') errors.until = ['Enter a time from 00:00 to 24:00.'];
  if (hasErrors(errors)) return errors;
  // Times of the clock are in the order of their texts.
  if (until <= from) return { until: ['Ensure this is later than from.'] };
  return former.some((other) => other.day === day && other.from < until && from < other.until)
    ? { non_field_errors: ['It overlaps with other hours of the day.'] }
    : {};
}

/** The minutes of a week in which it is open. */
const weekOf = (hours: readonly OfficeHours[]): number =>
  hours.reduce((sum, { from, until }) => sum + minutesOf(until) - minutesOf(from), 0);

function minutesOf(clock: string): number {
  const [hours = 0, minutes = 0] = clock.split(':').map(Number);
  return hours * 60 + minutes;
}
