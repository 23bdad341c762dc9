import type { RawRows } from '../read-connection/raw-rows.js';

/** The code and the length of a `DataRow`, and the number of its columns. */
const [rowHeaderBytes, countBytes, lengthBytes] = [7, 2, 4];

/**
 * The rows of a page, as `listStatement` selects it, in the form that `CountedRows` reads: instead of the count of the
 * whole list, each begins with that of the page. The row of an empty page is left out.
 */
export function pageRows(all: readonly RawRows[]): Buffer {
  const rows = all.flatMap((bytes) => [...rowsOf(bytes)]);
  const count = Buffer.from(String(rows.length));
  const start = Buffer.alloc(countBytes + lengthBytes);
  start.writeInt32BE(count.length, countBytes);
  return Buffer.concat(rows.flatMap((row) => [start, count, row]));
}

/** The columns of each row after its first, the count. */
function* rowsOf(bytes: RawRows): Generator<Buffer> {
  for (let row = 0; row < bytes.length; row += 1 + bytes.readInt32BE(row + 1)) {
    const first = row + rowHeaderBytes;
    const key = first + lengthBytes + bytes.readInt32BE(first);
    if (bytes.readInt32BE(key) >= 0) yield bytes.subarray(key, row + 1 + bytes.readInt32BE(row + 1));
  }
}
