import { mebibyte } from '@refundry/concurrency';
import { JsonText } from '@refundry/resource';
import type { RawRows } from '../read-connection/raw-rows.js';

/** An answer that takes no more is answered in one piece. */
const maxWholeBytes = mebibyte;

/** Writes rows that come one after another. */
export interface JsonRows {
  write(rows: RawRows): Uint8Array;
  /** The central directory after the last entry. */
  end(): Uint8Array;
}

/** JSON of rows as they come. */
class JsonPieces implements AsyncIterableIterator<Uint8Array> {
  private isComplete = false;
  private returned: Uint8Array | undefined;

  constructor(
    private readonly rows: AsyncIterableIterator<RawRows, undefined>,
    private readonly json: JsonRows,
  ) {}

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** Gives a piece back, which comes next again. */
  putBack(piece: Uint8Array): void {
    this.returned = piece;
  }

  async next(): Promise<IteratorResult<Uint8Array, undefined>> {
    const { returned } = this;
    if (returned) {
      this.returned = undefined;
      return { done: false, value: returned };
    }
    if (this.isComplete) return { done: true, value: undefined };
    const rows = await this.rows.next();
    this.isComplete = rows.done === true;
    return { done: false, value: rows.done ? this.json.end() : this.json.write(rows.value) };
  }

  async return(): Promise<IteratorResult<Uint8Array, undefined>> {
    await this.rows.return?.();
    return { done: true, value: undefined };
  }
}

/**
 * The JSON of rows, of which no more than the beginning is held where it is long. @throws whatever the rows fail with
 * before that
 */
export async function streamedJson<T>(
  rows: AsyncIterableIterator<RawRows, undefined>,
  json: JsonRows,
): Promise<JsonText<T>> {
  const pieces = new JsonPieces(rows, json);
  const parts: Uint8Array[] = [];
  try {
    for (let bytes = 0; bytes <= maxWholeBytes;) {
      const piece = await pieces.next();
      if (piece.done) return new JsonText(joined(parts));
      bytes += piece.value.length;
      if (bytes > maxWholeBytes) pieces.putBack(piece.value);
      else parts.push(piece.value);
    }
    return new JsonText(joined(parts), pieces);
  } catch (error) {
    await pieces.return();
    throw error;
  }
}

const joined = (parts: readonly Uint8Array[]): Uint8Array =>
  parts.length === 1 ? (parts[0] as Uint8Array) : Buffer.concat(parts);
