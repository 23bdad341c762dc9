/** As Django's `datetime_re`: every part but the year may be of one digit. */
const pattern = new RegExp(
  String.raw`^(?<year>\d{4})-(?<month>\d{1,2})-(?<day>\d{1,2})` +
    String.raw`(?:[Tt ](?<hour>\d{1,2}):(?<minute>\d{1,2})(?::(?<second>\d{1,2})(?:[.,](?<fraction>\d{1,12}))?)?` +
    String.raw`(?<offset>\s*(?:Z|z|[-+]\d{2}(?::?\d{2})?)|\s\d{2}(?::?\d{2})?)?)?$`,
);
/** As most senders write it; no calendar is needed to know that there is such a day. */
const plain =
  /^(?!0000)\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,6})?Z$/;

/**
 * Reads a date, or a date and time, with or without fraction and offset, as an instant.
 *
 * A date alone is midnight; without an offset it is UTC; a `+` that a URL turned into a space is understood; digits
 * beyond microseconds are cut off.
 *
 * @returns PostgreSQL's text in UTC, e.g. `2023-07-04 10:30:31.298861+00`, `infinity` where the offset leads out of the
 * years 1 to 9999, or undefined when it is no instant
 */
export function parseTimestamp(text: string): string | undefined {
  if (plain.test(text))
    return `${text.slice(0, 10)} ${text.slice(11, 19)}${text.slice(19, -1).replace(/\.?0+$/, '')}+00`;
  const parts = pattern.exec(text.trim())?.groups;
  if (!parts) return undefined;
  const [year, month, day, hour, minute, second] = [
    parts.year,
    parts.month,
    parts.day,
    parts.hour,
    parts.minute,
    parts.second,
  ].map((part) => Number(part ?? 0)) as [number, number, number, number, number, number];
  if (year < 1 || hour > 23 || minute > 59 || second > 59) return undefined;
  const local = new Date(0);
  local.setUTCFullYear(year, month - 1, day);
  if (local.getUTCMonth() !== month - 1 || local.getUTCDate() !== day) return undefined;
  const offset = offsetMinutes(parts.offset);
  if (offset === undefined) return undefined;
  local.setUTCHours(hour, minute - offset, second);
  return postgresText(local, (parts.fraction ?? '').slice(0, 6).replace(/0+$/, ''));
}

/** Whether a date, or a date and time, that `parseTimestamp` reads has no offset of its own. */
export const isWithoutOffset = (text: string): boolean =>
  !plain.test(text) && pattern.exec(text.trim())?.groups?.offset === undefined;

/** Minutes east of UTC, or undefined when it is no offset. A sign that got lost on the way was a plus. */
function offsetMinutes(text: string | undefined): number | undefined {
  if (!text || text.trim().toUpperCase() === 'Z') return 0;
  const digits = text.replace(/\D/g, '').padEnd(4, '0');
  const hours = Number(digits.slice(0, 2));
  const minutes = Number(digits.slice(2));
  if (hours > 23 || minutes > 59) return undefined;
  return (text.includes('-') ? -1 : 1) * (hours * 60 + minutes);
}

function postgresText(instant: Date, fraction: string): string {
  const year = instant.getUTCFullYear();
  if (year < 1) return '-infinity';
  if (year > 9999) return 'infinity';
  const seconds = instant.toISOString().slice(0, 19).replace('T', ' ');
  return `${seconds}${fraction && `.${fraction}`}+00`;
}

/**
 * Turns PostgreSQL's text of a `timestamptz`, in a session whose time zone is UTC, into the text of the answers:
 * `2023-07-04 10:30:31.29886+00` into `2023-07-04T10:30:31.298860Z`. A fraction of zero is left out.
 */
export function formatTimestamp(text: string): string {
  const end = text.length - 3;
  const start = `${text.slice(0, 10)}T${text.slice(11, end)}`;
  return end === 19 ? `${start}Z` : `${start}${'000000'.slice(end - 20)}Z`;
}
