import type { Readable } from 'node:stream';
import pg from 'pg';

/** So many bytes may wait for the reader before PostgreSQL is kept from sending more. */
const crowdedBytes = 128 * 1024;
const pieceBytes = 64 * 1024;
const lineEnd = Buffer.from('\r\n');
const nothing = Buffer.alloc(0);
/**
 * Signature, flags and an empty extension, before the first row of the binary format; behind the last stand two bytes.
 */
const [signatureBytes, minRow] = [19, 6];

/**
 * A `COPY … TO STDOUT` whose rows are taken as they come, no faster than their reader asks. pg knows the messages but
 * has no such query of its own.
 */
export class CopyOut extends pg.Query {
  private readonly full: Buffer[] = [];
  private filling = nothing;
  private start = 0;
  private end = 0;
  private waiting = 0;
  private isFirst = true;
  private isOver = false;
  private error: Error | undefined;
  private onNews: () => void = () => undefined;

  /**
   * @param format of COPY; lines of `csv` end in CRLF instead of PostgreSQL's LF, `binary` has no signature and no end
   */
  constructor(
    statement: string,
    private readonly format: 'csv' | 'binary',
    private readonly connection: Readable,
  ) {
    super(`copy (${statement}) to stdout (format ${format})`);
    this.on('end', () => {
      this.isOver = true;
      this.onNews();
    });
    this.on('error', (error) => {
      this.error = error;
      this.onNews();
    });
  }

  /** Called by pg's client for each row. Its bytes are overwritten by what comes after them. */
  handleCopyData({ chunk }: { chunk: Buffer }): void {
    if (this.format === 'csv') this.append(chunk.subarray(0, -1), lineEnd);
    else this.appendBinary(chunk);
    if (this.waiting >= crowdedBytes) this.connection.pause();
    this.onNews();
  }

  /** All rows, none of them cut in two. @throws what PostgreSQL says */
  async *pieces(): AsyncGenerator<Buffer> {
    for (;;) {
      const piece = this.full.shift() ?? this.takeFilling();
      if (piece) {
        this.waiting -= piece.length;
        if (this.waiting < crowdedBytes && this.connection.isPaused()) this.connection.resume();
        yield piece;
      } else if (this.error) throw this.error;
      else if (this.isOver) return;
      else
        await new Promise<void>((resolve) => {
          this.onNews = resolve;
        });
    }
  }

  private appendBinary(chunk: Buffer): void {
    const row = this.isFirst ? chunk.subarray(signatureBytes) : chunk;
    this.isFirst = false;
    if (row.length >= minRow) this.append(row, nothing);
  }

  private append(row: Buffer, tail: Buffer): void {
    const length = row.length + tail.length;
    if (this.end + length > this.filling.length) {
      const piece = this.takeFilling();
      if (piece) this.full.push(piece);
      this.filling = Buffer.allocUnsafeSlow(Math.max(pieceBytes, length));
      this.start = this.end = 0;
    }
    this.filling.set(row, this.end);
    this.filling.set(tail, this.end + row.length);
    this.end += length;
    this.waiting += length;
  }

  private takeFilling(): Buffer | undefined {
    if (this.start === this.end) return undefined;
    const piece = this.filling.subarray(this.start, this.end);
    this.start = this.end;
    return piece;
  }
}
