import { pipeline } from 'node:stream/promises';
import { crc32, createDeflateRaw } from 'node:zlib';

type Bytes = AsyncIterable<Uint8Array> | Iterable<Uint8Array>;

/** XML shrinks well at any level; the lowest leaves most of the processor to others. */
const compression = { level: 1, chunkSize: 64 * 1024 };
/** An entry's source is asked for bytes when those before them are deflated, and may use their memory again. */
const oneAtATime = { writableHighWaterMark: 1 };
const [plainVersion, zip64Version] = [20, 45];
/** Sizes follow the data, names are UTF-8. */
const flags = 0x0808;
const deflated = 8;
/** 1 January 1980: the same rows make the same file. */
const modified = 0x00210000;
const [most16, most32] = [0xffff, 0xffffffff];

/**
 * A ZIP archive, written while its entries are made, as APPNOTE 6.3.10 describes it. The archive may be of any size
 * (ZIP64), an entry below 4 GiB.
 */
export class ZipWriter {
  private readonly directory: Buffer[] = [];

  /** @param at how many bytes stand before the archive */
  constructor(private at = 0) {}

  /** An entry's bytes in the archive, no faster than they are read. @throws what `source` throws */
  async *entry(name: string, source: Bytes): AsyncGenerator<Uint8Array> {
    const start = this.at;
    const nameBytes = Buffer.from(name);
    yield this.counted(
      Buffer.concat([
        numbers(
          [4, 0x04034b50],
          [2, plainVersion],
          [2, flags],
          [2, deflated],
          [4, modified],
          [4, 0],
          [4, 0],
          [4, 0],
          [2, nameBytes.length],
          [2, 0],
        ),
        nameBytes,
      ]),
    );
    const dataStart = this.at;
    const content = { crc: 0, size: 0 };
    const deflate = createDeflateRaw({ ...compression, ...oneAtATime });
    const fed = pipeline(measured(source, content), deflate);
    fed.catch(() => undefined);
    for await (const bytes of deflate as AsyncIterable<Buffer>) yield this.counted(bytes);
    await fed;
    const sums: Field[] = [
      [4, content.crc],
      [4, this.at - dataStart],
      [4, content.size],
    ];
    yield this.counted(numbers([4, 0x08074b50], ...sums));
    this.directory.push(directoryEntry(nameBytes, start, sums));
  }

  /** The central directory after the last entry. */
  finish(): Buffer {
    const [count, start] = [this.directory.length, this.at];
    const size = this.directory.reduce((sum, { length }) => sum + length, 0);
    const zip64 = [
      numbers(
        [4, 0x06064b50],
        [8, 44],
        [2, zip64Version],
        [2, zip64Version],
        [4, 0],
        [4, 0],
        [8, count],
        [8, count],
        [8, size],
        [8, start],
      ),
      numbers([4, 0x07064b50], [4, 0], [8, start + size], [4, 1]),
    ];
    const end = numbers(
      [4, 0x06054b50],
      [2, 0],
      [2, 0],
      [2, Math.min(count, most16)],
      [2, Math.min(count, most16)],
      [4, size],
      [4, Math.min(start, most32)],
      [2, 0],
    );
    return Buffer.concat([...this.directory, ...(start >= most32 ? zip64 : []), end]);
  }

  private counted(bytes: Buffer): Buffer {
    this.at += bytes.length;
    return bytes;
  }
}

async function* measured(source: Bytes, content: { crc: number; size: number }): AsyncGenerator<Uint8Array> {
  for await (const bytes of source) {
    content.crc = crc32(bytes, content.crc);
    content.size += bytes.length;
    yield bytes;
  }
}

function directoryEntry(name: Buffer, start: number, sums: readonly Field[]): Buffer {
  const extra = start >= most32 ? numbers([2, 1], [2, 8], [8, start]) : Buffer.alloc(0);
  const version = extra.length > 0 ? zip64Version : plainVersion;
  const header = numbers(
    [4, 0x02014b50],
    [2, version],
    [2, version],
    [2, flags],
    [2, deflated],
    [4, modified],
    ...sums,
    [2, name.length],
    [2, extra.length],
    [2, 0],
    [2, 0],
    [2, 0],
    [4, 0],
    [4, Math.min(start, most32)],
  );
  return Buffer.concat([header, name, extra]);
}

/** How many bytes a number takes, and the number. */
type Field = [bytes: 2 | 4 | 8, value: number];

function numbers(...fields: Field[]): Buffer {
  const bytes = Buffer.alloc(fields.reduce((sum, [size]) => sum + size, 0));
  let at = 0;
  for (const [size, value] of fields) {
    if (size === 8) at = bytes.writeBigUInt64LE(BigInt(value), at);
    else at = bytes.writeUIntLE(value, at, size);
  }
  return bytes;
}
