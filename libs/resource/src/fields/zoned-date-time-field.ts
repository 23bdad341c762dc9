import { isWithoutOffset } from '../timestamp.js';
import { convertDateTime, dateTimeBehaviour } from './date-time-field.js';
import { declareField, type FieldDecorator, type FieldOptions } from './field.js';

/**
 * An instant as `DateTimeField` has it, in an object that names a time zone. Without an offset it is a time of the
 * clock there, and is read without the `+00` of an instant, so that the zone's reader can tell them apart (`2026-12-20
 * 10:00:00`).
 */
export const ZonedDateTimeField = (options: FieldOptions): FieldDecorator<string | null> =>
  declareField(options, { ...dateTimeBehaviour, convert: convertZonedDateTime });

function convertZonedDateTime(value: unknown): string {
  const instant = convertDateTime(value);
  return isWithoutOffset(String(value)) ? instant.replace('+00', '') : instant;
}
