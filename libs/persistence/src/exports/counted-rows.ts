import type { SheetXml, WriteCell } from './sheet-xml.js';

const [countBytes, lengthBytes] = [2, 4];

/**
 * Rows as COPY writes them in its binary format, which several sheets share. The first column of each is the text of
 * how many rows there are in all.
 */
export class CountedRows {
  private piece: Buffer = Buffer.alloc(0);
  private at = 0;
  private written = 0;

  constructor(private readonly pieces: AsyncIterator<Buffer>) {}

  /** Waits for a row; false when there is none any more. */
  async hasMore(): Promise<boolean> {
    while (this.at === this.piece.length) {
      const next = await this.pieces.next();
      if (next.done) return false;
      this.piece = next.value;
      this.at = 0;
    }
    return true;
  }

  /** How many rows are not written yet, by what the next one says. */
  async remaining(): Promise<number> {
    if (!(await this.hasMore())) return 0;
    const start = this.at + countBytes + lengthBytes;
    return (
      Number(this.piece.toString('latin1', start, start + this.piece.readInt32BE(this.at + countBytes))) - this.written
    );
  }

  /** Writes what there is, up to so many rows. @returns how many */
  write(xml: SheetXml, writers: readonly WriteCell[], max: number): number {
    const { piece } = this;
    let { at } = this;
    let rows = 0;
    for (; rows < max && at < piece.length; rows++) {
      at += countBytes;
      at += lengthBytes + piece.readInt32BE(at);
      xml.beginRow();
      for (const write of writers) {
        const length = piece.readInt32BE(at);
        at += lengthBytes;
        if (length < 0) xml.empty();
        else write(xml, piece, at, (at += length));
      }
      xml.endRow();
    }
    this.at = at;
    this.written += rows;
    return rows;
  }
}
