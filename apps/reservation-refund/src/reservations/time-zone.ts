import { invalid, type FieldErrors } from '@refundry/errors';
import { parseTimestamp, wrongDateTimeFormat } from '@refundry/resource';
import { Temporal } from 'temporal-polyfill';

/** Temporal would take an offset for a zone too, and even a whole timestamp that names one. */
const zoneName = /^[A-Za-z][\w+/-]*$/;
const moment = Temporal.Instant.fromEpochMilliseconds(0);

/** Whether there is a time zone of this name. */
export function isTimeZone(name: string): boolean {
  if (!zoneName.test(name)) return false;
  try {
    moment.toZonedDateTimeISO(name);
    return true;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

/**
 * The instant at which the clock of a zone shows a time: the second one where it does so twice; where it leaps over the
 * time, the instant that comes as much later (docs/adr/0022).
 */
export const instantAtClock = (clock: Temporal.PlainDateTime, zone: string): Temporal.Instant =>
  clock.toZonedDateTime(zone, { disambiguation: 'later' }).toInstant();

/** Moments as `ZonedDateTimeField` reads them, and the zone that they are of. */
interface ZonedMoments {
  readonly zone: string;
  readonly issued_at: string;
  readonly starts_at: string;
}

/** The same with instants for what was given as times of the zone's clock. @throws Failure `invalid` */
export function withInstants<T extends ZonedMoments>(given: T): T {
  const { zone, issued_at: issuedAt, starts_at: startsAt } = given;
  if (!isTimeZone(zone)) throw invalid({ zone: ['Enter a valid time zone.'] });
  const instants = { issued_at: instantIn(zone, issuedAt), starts_at: instantIn(zone, startsAt) };
  const errors: Record<string, FieldErrors> = {};
  for (const [name, instant] of Object.entries(instants))
    if (instant === undefined) errors[name] = [wrongDateTimeFormat];
  if (Object.keys(errors).length > 0) throw invalid(errors);
  return { ...given, ...instants };
}

/** As PostgreSQL writes it; undefined where the zone's offset leads out of the years 1 to 9999. */
function instantIn(zone: string, text: string): string | undefined {
  if (text.endsWith('+00')) return text;
  return parseTimestamp(instantAtClock(Temporal.PlainDateTime.from(text), zone).toString());
}
