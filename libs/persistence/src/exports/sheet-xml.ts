const [ampersand, less, greater, underscore, space, byteOrder] = [0x26, 0x3c, 0x3e, 0x5f, 0x20, 0xef];
const [tab, newline] = [0x09, 0x0a];
/** The largest size of one byte of a text: `_x001F_`. */
const maxEscape = 7;
/** The capacity of a cell, in UTF-16 units; Excel calls a file damaged that has more in one. */
export const maxCell = 32_767;
/** A cell of Excel is a float of 64 bits: longer numbers would lose digits. */
const exactDigits = 15;

const entities = new Map([
  [ampersand, '&amp;'],
  [less, '&lt;'],
  [greater, '&gt;'],
]);
/** The end of a cell's opening tag, after its reference. */
const [numberCell, dateCell, booleanCell, textCell, spacedTextCell] = [
  '"><v>',
  '" s="1"><v>',
  '" t="b"><v>',
  '" t="inlineStr"><is><t>',
  '" t="inlineStr"><is><t xml:space="preserve">',
].map((text) => Buffer.from(text)) as [Buffer, Buffer, Buffer, Buffer, Buffer];
const [closeValue, closeText] = [Buffer.from('</v></c>'), Buffer.from('</t></is></c>')];
const [openRow, openRowEnd, closeRow] = [Buffer.from('<row r="'), Buffer.from('">'), Buffer.from('</row>')];

/** Writes a cell of a value whose text stands in `source` from `from` to before `to`, in UTF-8. */
export type WriteCell = (xml: SheetXml, source: Uint8Array, from: number, to: number) => void;

/** Room for the rows of one piece of COPY; it grows where they are mostly tags. */
const capacity = 256 * 1024;

/** The letters of a column, the first being 0: `A`, `Z`, `AA` (ECMA-376, part 1, §18.3.1.4). */
export const columnLetters = (column: number): string =>
  (column < 26 ? '' : columnLetters(Math.floor(column / 26) - 1)) + String.fromCharCode(0x41 + (column % 26));

/**
 * Rows of a worksheet in the making (ECMA-376, part 1, §18.3), as bytes. Values are copied from the UTF-8 in which
 * PostgreSQL sent them. Rows and cells carry their optional references, which several readers need.
 */
export class SheetXml {
  private length = 0;
  private bytes = Buffer.allocUnsafeSlow(capacity);
  /** `<c r="A` and so on. */
  private readonly openings: readonly Buffer[];
  private row = 0;
  private rowDigits = Buffer.alloc(0);
  private column = 0;

  constructor(columns: number) {
    this.openings = Array.from({ length: columns }, (_, column) => Buffer.from(`<c r="${columnLetters(column)}`));
  }

  beginRow(): void {
    this.rowDigits = Buffer.from(String(++this.row));
    this.column = 0;
    this.raw(openRow);
    this.raw(this.rowDigits);
    this.raw(openRowEnd);
  }

  endRow(): void {
    this.raw(closeRow);
  }

  /** An empty cell is left out; the next says where it stands. */
  empty(): void {
    this.column++;
  }

  /** A number; one that a float can't hold exactly stays a text. */
  number(source: Uint8Array, from: number, to: number): void {
    if (to - from > exactDigits) this.text(source, from, to);
    else this.value(numberCell, source, from, to);
  }

  /** `1` or `0`. */
  boolean(source: Uint8Array, from: number, to: number): void {
    this.value(booleanCell, source, from, to);
  }

  /** @param serial days since 30 December 1899 */
  date(serial: number): void {
    this.open(dateCell);
    const text = String(serial);
    this.reserve(text.length);
    this.length += this.bytes.write(text, this.length, 'latin1');
    this.raw(closeValue);
  }

  /**
   * Characters that XML can't hold are written as Excel does, `_x000D_`, and text that looks like that is escaped
   * itself (§22.9.2.19).
   */
  text(source: Uint8Array, from: number, to: number): void {
    if (to - from > maxCell) {
      const short = Buffer.from(new TextDecoder().decode(source.subarray(from, to)).slice(0, maxCell).toWellFormed());
      if (short.length < to - from) {
        this.escaped(short, 0, short.length);
        return;
      }
    }
    this.escaped(source, from, to);
  }

  /** The rows since it was last called, good until the next is begun. */
  take(): Buffer {
    const rows = this.bytes.subarray(0, this.length);
    this.length = 0;
    return rows;
  }

  private value(kind: Uint8Array, source: Uint8Array, from: number, to: number): void {
    this.open(kind);
    this.reserve(to - from);
    for (let at = from; at < to; at++) this.bytes[this.length++] = source[at] as number;
    this.raw(closeValue);
  }

  private escaped(source: Uint8Array, from: number, to: number): void {
    const hasOuterSpace = to > from && ((source[from] as number) <= space || (source[to - 1] as number) <= space);
    this.open(hasOuterSpace ? spacedTextCell : textCell);
    this.reserve((to - from) * maxEscape);
    const { bytes } = this;
    let { length } = this;
    for (let at = from; at < to; at++) {
      const byte = source[at] as number;
      const escape =
        byte > greater && byte !== underscore && byte !== byteOrder ? undefined : escapeOf(source, at, byte);
      if (escape === undefined) bytes[length++] = byte;
      else length += bytes.write(escape, length, 'latin1');
      if (escape === notCharacters[0] || escape === notCharacters[1]) at += 2;
    }
    this.length = length;
    this.raw(closeText);
  }

  /** Opens the row's next cell. */
  private open(kind: Uint8Array): void {
    this.raw(this.openings[this.column++] as Buffer);
    this.raw(this.rowDigits);
    this.raw(kind);
  }

  /** Tags are short: a loop copies them faster than `set` does. */
  private raw(xml: Uint8Array): void {
    this.reserve(xml.length);
    const { bytes, length } = this;
    let at = 0;
    while (at < xml.length) bytes[length + at] = xml[at++] as number;
    this.length = length + at;
  }

  private reserve(more: number): void {
    if (this.length + more <= this.bytes.length) return;
    const larger = Buffer.allocUnsafeSlow((this.length + more) * 2);
    this.bytes.copy(larger, 0, 0, this.length);
    this.bytes = larger;
  }
}

/** U+FFFE and U+FFFF, of three bytes each. */
const notCharacters = ['_xFFFE_', '_xFFFF_'];

function escapeOf(source: Uint8Array, at: number, byte: number): string | undefined {
  if (byte < space)
    return byte === tab || byte === newline ? undefined : `_x${byte.toString(16).toUpperCase().padStart(4, '0')}_`;
  if (byte === underscore)
    return /^_x[0-9a-f]{4}_/i.test(
      Buffer.from(source.buffer, source.byteOffset + at, Math.min(maxEscape, source.length - at)).toString('latin1'),
    )
      ? '_x005F_'
      : undefined;
  if (byte === byteOrder) return source[at + 1] === 0xbf ? notCharacters[(source[at + 2] as number) - 0xbe] : undefined;
  return entities.get(byte);
}
