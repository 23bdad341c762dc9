const pattern = /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,6})\d*)?)?(Z|[-+ ]\d\d:?\d\d)?)?$/;

/**
 * Reads a date or a date and time as microseconds since 1970 (below 2^53 until the year 2255).
 *
 * A date alone is midnight, without an offset it is UTC, and a `+` that a URL turned into a space is understood.
 *
 * @returns undefined when the text is no instant
 */
export function parseInstant(text: string): number | undefined {
  const [, date, month, day, hour = '00', minute = '00', second = '00', fraction = '', offset = 'Z'] =
    pattern.exec(text) ?? [];
  if (date === undefined) return undefined;
  const local = `${date}-${month}-${day}T${hour}:${minute}:${second}`;
  const milliseconds = Date.parse(`${local}Z`);
  if (Number.isNaN(milliseconds) || !new Date(milliseconds).toISOString().startsWith(local)) return undefined;
  return (milliseconds - offsetMinutes(offset) * 60_000) * 1000 + Number(fraction.padEnd(6, '0'));
}

/** The text of Django's `isoformat`: six decimals, or none when they are all zero. */
export function formatInstant(microseconds: number): string {
  const fraction = microseconds % 1_000_000;
  const seconds = new Date((microseconds - fraction) / 1000).toISOString().slice(0, 19);
  return fraction === 0 ? `${seconds}Z` : `${seconds}.${String(fraction).padStart(6, '0')}Z`;
}

/** Tells the time so that no two answers are equal: a row changed later is a row with a later date. */
export class Clock {
  #latest = 0;

  now(): string {
    this.#latest = Math.max(this.#latest + 1, Math.floor((performance.timeOrigin + performance.now()) * 1000));
    return formatInstant(this.#latest);
  }
}

function offsetMinutes(offset: string): number {
  if (offset === 'Z') return 0;
  const minutes = Number(offset.slice(1, 3)) * 60 + Number(offset.slice(-2));
  return offset.startsWith('-') ? -minutes : minutes;
}
