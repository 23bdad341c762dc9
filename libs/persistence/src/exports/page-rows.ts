import type { RowBytes } from '../row-bytes.js';

/** The code and the length of a `DataRow`, and the number of its columns. */
const [rowHeaderBytes, countBytes, lengthBytes] = [7, 2, 4];

/**
 * The rows of a page, as `listStatement` selects it, in the form in which COPY writes them in its binary format: without the
 * count before their columns, and without the row of an empty page.
 */
export function* pageRows(all: readonly RowBytes[]): Generator<Buffer> {
  for (const bytes of all) {
    for (let row = 0; row < bytes.length; row += 1 + bytes.readInt32BE(row + 1)) {
      const first = row + rowHeaderBytes;
      const key = first + lengthBytes + bytes.readInt32BE(first);
      // The number of columns isn't read, only passed.
      if (bytes.readInt32BE(key) >= 0) yield bytes.subarray(key - countBytes, row + 1 + bytes.readInt32BE(row + 1));
    }
  }
}
