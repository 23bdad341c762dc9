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
