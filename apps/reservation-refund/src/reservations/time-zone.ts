import { Temporal } from 'temporal-polyfill';

const moment = Temporal.Instant.fromEpochMilliseconds(0);

/** Whether there is a time zone of this name. */
export function isTimeZone(name: string): boolean {
  try {
    moment.toZonedDateTimeISO(name);
    return true;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}
