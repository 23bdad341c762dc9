import type { RawRows } from './raw-rows.js';

/** The code and the length of a `DataRow`, and the number of its columns. */
const rowHeaderBytes = 7;
/** The length of a value, before it. */
export const lengthBytes = 4;

/** A row as PostgreSQL sends it: one text, or null, for each column. */
export type TextRow = readonly (string | null)[];

/** Reads rows as texts. */
export function textRows(all: readonly RawRows[]): TextRow[] {
  const rows: TextRow[] = [];
  for (const bytes of all) {
    for (let at = 0; at < bytes.length; at += 1 + bytes.readInt32BE(at + 1)) rows.push(textRow(bytes, at));
  }
  return rows;
}

function textRow(bytes: RawRows, row: number): TextRow {
  let at = row + rowHeaderBytes;
  return Array.from({ length: bytes.readInt16BE(row + 5) }, () => {
    const length = bytes.readInt32BE(at);
    at += lengthBytes;
    if (length < 0) return null;
    at += length;
    return bytes.toString('utf8', at - length, at);
  });
}

/** The offset of a column in the row, beginning with its length. */
export function columnAt(bytes: RawRows, row: number, column: number): number {
  let at = row + rowHeaderBytes;
  for (let passed = 0; passed < column; passed++) at += lengthBytes + Math.max(0, bytes.readInt32BE(at));
  return at;
}

/** Whether a value of the column is an empty text, which stands for one that is too large. */
export function hasCut(all: readonly RawRows[], column: number): boolean {
  return all.some((bytes) => {
    for (let row = 0; row < bytes.length; row += 1 + bytes.readInt32BE(row + 1))
      if (bytes.readInt32BE(columnAt(bytes, row, column)) === 0) return true;
    return false;
  });
}

/** The first rows up to a number of them, and, where there are more, the last of those. */
export function firstRows(all: readonly RawRows[], limit: number): { rows: readonly RawRows[]; last?: TextRow } {
  let passed = 0;
  let last: TextRow | undefined;
  for (const [index, bytes] of all.entries()) {
    for (let at = 0; at < bytes.length; at += 1 + bytes.readInt32BE(at + 1)) {
      if (last) return { rows: [...all.slice(0, index), bytes.subarray(0, at)], last };
      if (++passed === limit) last = textRow(bytes, at);
    }
  }
  return { rows: all };
}

/** The first column of the first row, as text. */
export function firstText([bytes]: readonly RawRows[]): string | undefined {
  if (!bytes) return undefined;
  const start = rowHeaderBytes + lengthBytes;
  return bytes.toString('latin1', start, start + bytes.readInt32BE(rowHeaderBytes));
}
