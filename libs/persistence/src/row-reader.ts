import { fieldsOf, JsonWriter, type Class } from '@refundry/resource';
import type { RowBytes } from './row-bytes.js';

/** The code and the length of a `DataRow`, and the number of its columns. */
const rowHeaderBytes = 7;
const lengthBytes = 4;

/** A row as PostgreSQL sends it: one text, or null, for each column. */
export type TextRow = readonly (string | null)[];

/** Reads rows as texts. */
export function textRows(all: readonly RowBytes[]): TextRow[] {
  const rows: TextRow[] = [];
  for (const bytes of all) {
    for (let at = 0; at < bytes.length; at += 1 + bytes.readInt32BE(at + 1)) rows.push(textRow(bytes, at));
  }
  return rows;
}

function textRow(bytes: RowBytes, row: number): TextRow {
  let at = row + rowHeaderBytes;
  return Array.from({ length: bytes.readInt16BE(row + 5) }, () => {
    const length = bytes.readInt32BE(at);
    at += lengthBytes;
    if (length < 0) return null;
    at += length;
    return bytes.toString('utf8', at - length, at);
  });
}

/** @param publicBase what links begin with, where there are any */
export type WriteRows = (all: readonly RowBytes[], publicBase?: string) => Uint8Array;

/**
 * Compiles the fields of a class into a function that writes rows as JSON objects, separated by commas.
 *
 * @param skipped how many columns stand before the fields; a row that has nothing but nulls behind them is left out
 */
export function compileRowWriter(type: Class, skipped: number): WriteRows {
  const fields = fieldsOf(type).map((field, index) => ({
    head: Buffer.from(`${index === 0 ? '{' : ','}${JSON.stringify(field.name)}:`),
    write: field.writeJson,
  }));
  const headBytes = fields.reduce((sum, { head }) => sum + head.length, 0);
  const tail = Buffer.from('}');
  const nullJson = Buffer.from('null');

  return (all, publicBase) => {
    const writer = new JsonWriter(2 * all.reduce((sum, bytes) => sum + bytes.length, 0) + headBytes, publicBase);
    let isFirst = true;
    for (const bytes of all) {
      for (let row = 0; row < bytes.length; row += 1 + bytes.readInt32BE(row + 1)) {
        let at = row + rowHeaderBytes;
        for (let column = 0; column < skipped; column++) at += lengthBytes + Math.max(0, bytes.readInt32BE(at));
        // The key comes first and is never null, unless the page is empty.
        if (bytes.readInt32BE(at) < 0) continue;
        if (!isFirst) writer.comma();
        isFirst = false;
        for (const { head, write } of fields) {
          const length = bytes.readInt32BE(at);
          at += lengthBytes;
          writer.raw(head);
          if (length < 0) writer.raw(nullJson);
          else write(writer, bytes, at, (at += length));
        }
        writer.raw(tail);
      }
    }
    return writer.finish();
  };
}

/** The first rows up to a number of them, and, where there are more, the last of those. */
export function firstRows(all: readonly RowBytes[], most: number): { rows: readonly RowBytes[]; last?: TextRow } {
  let passed = 0;
  let last: TextRow | undefined;
  for (const [index, bytes] of all.entries()) {
    for (let at = 0; at < bytes.length; at += 1 + bytes.readInt32BE(at + 1)) {
      if (last) return { rows: [...all.slice(0, index), bytes.subarray(0, at)], last };
      if (++passed === most) last = textRow(bytes, at);
    }
  }
  return { rows: all };
}

/** The first column of the first row, as text. */
export function firstText([bytes]: readonly RowBytes[]): string | undefined {
  if (!bytes) return undefined;
  const start = rowHeaderBytes + lengthBytes;
  return bytes.toString('latin1', start, start + bytes.readInt32BE(rowHeaderBytes));
}
