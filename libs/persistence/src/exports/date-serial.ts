const dayMs = 86_400_000;
/** 1 January 1970, in days since 30 December 1899. */
const epochSerial = 25_569;
/** Excel counts no day before 1900, and in that year a 29 February that never was. */
const [firstYear, firstDayMs] = [1900, Date.UTC(1900, 2, 1)];
/** Of a float, after its first one. */
const mantissaBits = 52;
const [hyphen, point, zero, nine] = [0x2d, 0x2e, 0x30, 0x39];
const [secondsEnd, millisecondDigits] = [19, 3];

/**
 * The date value of a spreadsheet (ECMA-376, part 1, §18.17.4) for PostgreSQL's text of a timestamp in UTC, such as
 * `2023-07-04 10:30:31.29886`: days since 30 December 1899, to the millisecond.
 *
 * Microseconds are cut off, never rounded up: a client that reads on from the latest date of a sheet reads a row twice
 * rather than passing one over.
 *
 * @returns undefined for what no spreadsheet has a date for
 */
export function dateSerial(source: Uint8Array, from: number, to: number): number | undefined {
  const last = source[to - 1] as number;
  // A year of five digits, `infinity`, years before Christ.
  if (source[from + 4] !== hyphen || last < zero || last > nine) return undefined;
  const year = digitsOf(source, from, 4);
  const pair = (at: number): number => digitsOf(source, from + at, 2);
  const instant = Date.UTC(
    year,
    pair(5) - 1,
    pair(8),
    pair(11),
    pair(14),
    pair(17),
    milliseconds(source, from + secondsEnd, to),
  );
  return year < firstYear || instant < firstDayMs ? undefined : serialOf(instant);
}

/**
 * The least float that is not below the instant when a reader multiplies it by hours, minutes and so on, as SheetJS
 * does: such readers cut off instead of rounding, and would show a millisecond less.
 */
function serialOf(instant: number): number {
  const expected = instant + epochSerial * dayMs;
  let serial = instant / dayMs + epochSerial;
  while (serial * 24 * 60 * 60 * 1000 < expected) serial += 2 ** (Math.floor(Math.log2(serial)) - mantissaBits);
  return serial;
}

function milliseconds(source: Uint8Array, from: number, to: number): number {
  if (source[from] !== point || from >= to) return 0;
  const digits = Math.min(millisecondDigits, to - from - 1);
  return digitsOf(source, from + 1, digits) * 10 ** (millisecondDigits - digits);
}

function digitsOf(source: Uint8Array, from: number, count: number): number {
  let number = 0;
  for (let at = from; at < from + count; at++) number = number * 10 + (source[at] as number) - zero;
  return number;
}
