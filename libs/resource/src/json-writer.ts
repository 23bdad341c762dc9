const [quote, backslash, comma, slash, percent, letterT, letterZ, digitZero, digitNine, dash, dot, space] = [
  0x22, 0x5c, 0x2c, 0x2f, 0x25, 0x54, 0x5a, 0x30, 0x39, 0x2d, 0x2e, 0x20,
];
const firstPrintable = 0x20;
/** `YYYY-MM-DD HH:MM:SS`, and the same with microseconds. */
const [secondsLength, microsecondsLength] = [19, 26];
/** The largest size of one byte of a text: `\u001f`. */
const maxEscape = 6;
/** So many bytes are copied faster by a loop than by a call. */
const shortBytes = 128;
/** Between the keys of a link; `betweenKeys` as a byte. */
const unitSeparator = 0x1f;
/** How `JSON.stringify` writes the bytes that can't stand for themselves, by the byte. */
const escapes = Array.from({ length: backslash + 1 }, (_, byte) =>
  JSON.stringify(String.fromCharCode(byte)).slice(1, -1),
);

/** The unreserved characters in the path of a URL (RFC 3986 §2.3), by the byte. */
const isUnreserved = Array.from({ length: 256 }, (_, byte) => /[A-Za-z0-9._~-]/.test(String.fromCharCode(byte)));
const hexDigits = Buffer.from('0123456789ABCDEF');

/**
 * JSON in the making, as bytes. Values are copied from the UTF-8 in which PostgreSQL sent them: no string is made of
 * them, which is what reading and writing a page mostly costs (docs/adr/0004).
 */
export class JsonWriter {
  private length = 0;
  private bytes: Buffer;

  private readonly base: Buffer;

  /**
   * @param capacity in bytes; it grows when it must
   * @param base what links begin with, e.g. `https://api.example.com/api/v1/`
   */
  constructor(capacity: number, base = '') {
    this.base = Buffer.from(JSON.stringify(base).slice(1, -1));
    this.bytes = Buffer.allocUnsafe(capacity);
  }

  /** JSON that is complete as it is. */
  raw(json: Uint8Array): void {
    this.copy(json, 0, json.length);
  }

  /** A value whose text in PostgreSQL is its JSON, such as a number. */
  copy(source: Uint8Array, from: number, to: number): void {
    this.reserve(to - from);
    const { bytes } = this;
    let { length } = this;
    if (to - from > shortBytes) {
      bytes.set(source.subarray(from, to), length);
      this.length = length + to - from;
      return;
    }
    for (let at = from; at < to; at++) bytes[length++] = source[at] as number;
    this.length = length;
  }

  /** A text as a JSON string, escaped as `JSON.stringify` does. */
  string(source: Uint8Array, from: number, to: number): void {
    this.reserve((to - from) * maxEscape + 2);
    const { bytes } = this;
    let { length } = this;
    bytes[length++] = quote;
    for (let at = from; at < to; at++) {
      const byte = source[at] as number;
      if (byte >= firstPrintable && byte !== quote && byte !== backslash) bytes[length++] = byte;
      else length += bytes.write(escapes[byte] as string, length, 'latin1');
    }
    bytes[length++] = quote;
    this.length = length;
  }

  /**
   * A timestamp of PostgreSQL, without offset, as the answers show it: `2023-07-04 10:30:31.29886` becomes
   * `"2023-07-04T10:30:31.298860Z"`. A fraction of zero is left out.
   *
   * @throws Error for one that no answer can show, such as `infinity`
   */
  timestamp(source: Uint8Array, from: number, to: number): void {
    this.localTimestamp(source, from, to);
    this.bytes[this.length - 1] = letterZ;
    this.bytes[this.length++] = quote;
  }

  /** The same without a zone: `"2023-07-04T10:30:31.298860"`. @throws Error as `timestamp` does */
  localTimestamp(source: Uint8Array, from: number, to: number): void {
    const length = to - from;
    const isPlain =
      length >= secondsLength &&
      length <= microsecondsLength &&
      source[from + 4] === dash &&
      (source[to - 1] as number) <= digitNine;
    if (!isPlain) throw new Error('A timestamp is out of range.');
    this.reserve(microsecondsLength + 3);
    this.bytes[this.length++] = quote;
    const start = this.length;
    this.copy(source, from, to);
    this.bytes[start + 10] = letterT;
    if (length > secondsLength) while (this.length < start + microsecondsLength) this.bytes[this.length++] = digitZero;
    this.bytes[this.length++] = quote;
  }

  /**
   * A URL below the base: `head`, the first key, `parts[0]`, the next key and so on. The keys stand in the source,
   * percent-encoded they stand in the URL, so that none of their characters is taken for the path's own.
   */
  link(head: Uint8Array, parts: readonly Uint8Array[], source: Uint8Array, from: number, to: number): void {
    this.reserve(1);
    this.bytes[this.length++] = quote;
    this.raw(this.base);
    this.raw(head);
    let start = from;
    for (const [index, part] of parts.entries()) {
      const end = index === parts.length - 1 ? to : source.lastIndexOf(unitSeparator, to - 1);
      this.segment(source, start, end);
      this.raw(part);
      start = end + 1;
    }
    this.reserve(2);
    this.bytes[this.length++] = slash;
    this.bytes[this.length++] = quote;
  }

  /**
   * A list of which further items may follow, instead of the bracket at its end. @param isContinued whether it is the
   * rest of such a list
   */
  openList(write: () => void, isContinued: boolean): void {
    const start = this.length;
    write();
    this.length -= 1;
    if (isContinued) this.bytes[start] = comma;
  }

  comma(): void {
    this.reserve(1);
    this.bytes[this.length++] = comma;
  }

  finish(): Uint8Array {
    return this.bytes.subarray(0, this.length);
  }

  /** As `segmentOf` does, of bytes. */
  private segment(source: Uint8Array, from: number, to: number): void {
    this.reserve(3 * (to - from + 1));
    for (let at = from; at < to; at++) {
      const byte = source[at] as number;
      if (isUnreserved[byte]) this.bytes[this.length++] = byte;
      else this.escaped(byte);
    }
    const isDots = to - from <= 2 && source[from] === dot && source[to - 1] === dot;
    if (isDots && to > from) this.escaped(space);
  }

  private escaped(byte: number): void {
    this.bytes[this.length++] = percent;
    this.bytes[this.length++] = hexDigits[byte >> 4] as number;
    this.bytes[this.length++] = hexDigits[byte & 15] as number;
  }

  private reserve(more: number): void {
    if (this.length + more <= this.bytes.length) return;
    const larger = Buffer.allocUnsafe((this.length + more) * 2);
    this.bytes.copy(larger, 0, 0, this.length);
    this.bytes = larger;
  }
}
