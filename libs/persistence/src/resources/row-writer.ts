import { mebibyte } from '@refundry/concurrency';
import { fieldsOf, JsonWriter, type Class, type WriteJson } from '@refundry/resource';
import type { RawRows } from '../read-connection/raw-rows.js';
import { columnAt, lengthBytes } from '../read-connection/row-reader.js';
import type { JsonRows } from './streamed-json.js';

/** Room that is made for what JSON takes beyond the values. */
const maxSpareBytes = mebibyte;
/**
 * @param publicBase what links begin with, where there are any
 * @param isContinued whether rows stand before them, so that they begin with a comma
 */
export type WriteRows = (all: readonly RawRows[], publicBase?: string, isContinued?: boolean) => Uint8Array;

interface WrittenField {
  readonly head: Buffer;
  readonly write: WriteJson;
  /** Whether it is written where it is null. */
  readonly isAlwaysAnswered: boolean;
}

const [tail, nullJson, emptyList] = ['}', 'null', '['].map((text) => Buffer.from(text)) as [Buffer, Buffer, Buffer];

const fieldsWritten = (type: Class): WrittenField[] =>
  fieldsOf(type).map((field, index) => ({
    head: Buffer.from(`${index === 0 ? '{' : ','}${JSON.stringify(field.name)}:`),
    write: field.writeJson,
    isAlwaysAnswered: field.isAlwaysAnswered,
  }));

const headBytesOf = (fields: readonly WrittenField[]): number => fields.reduce((sum, { head }) => sum + head.length, 0);

function writerFor(all: readonly RawRows[], headBytes: number, publicBase?: string): JsonWriter {
  const bytes = all.reduce((sum, rows) => sum + rows.length, 0);
  return new JsonWriter(bytes + Math.min(bytes, maxSpareBytes) + headBytes, publicBase);
}

/**
 * Compiles the fields of a class into a function that writes rows as JSON objects, separated by commas.
 *
 * @param skipped how many columns stand before the fields; a row that has nothing but nulls behind them is left out
 */
export function compileRowWriter(type: Class, skipped: number): WriteRows {
  const fields = fieldsWritten(type);
  const headBytes = headBytesOf(fields);
  return (all, publicBase, isContinued = false) => {
    const writer = writerFor(all, headBytes, publicBase);
    let isFirst = !isContinued;
    for (const bytes of all) {
      for (let row = 0; row < bytes.length; row += 1 + bytes.readInt32BE(row + 1)) {
        let at = columnAt(bytes, row, skipped);
        // The key comes first and is never null, unless the page is empty.
        if (bytes.readInt32BE(at) < 0) continue;
        if (!isFirst) writer.comma();
        isFirst = false;
        for (const field of fields) at = writeField(writer, field, bytes, at);
        writer.raw(tail);
      }
    }
    return writer.finish();
  };
}

/** Writes the value at a place. @returns the place of the next */
function writeField(
  writer: JsonWriter,
  { head, write, isAlwaysAnswered }: WrittenField,
  bytes: RawRows,
  at: number,
): number {
  const start = at + lengthBytes;
  const length = bytes.readInt32BE(at);
  if (length < 0 && !isAlwaysAnswered) return start;
  writer.raw(head);
  if (length < 0) {
    writer.raw(nullJson);
    return start;
  }
  write(writer, bytes, start, start + length);
  return start + length;
}

/** Writes whole rows as they come, separated by commas. @param write as `compileRowWriter` makes it */
export function rowByRow(write: WriteRows, publicBase?: string): JsonRows {
  let isContinued = false;
  return {
    write: (rows) => {
      const json = write([rows], publicBase, isContinued);
      isContinued ||= json.length > 0;
      return json;
    },
    end: () => noBytes,
  };
}

/**
 * Compiles the fields of a class, the last of which is a list, into what writes rows whose list comes item by item, as
 * `wholeListStatement` selects them. @param skipped as of `compileRowWriter`
 */
export function compileItemWriter(type: Class, skipped: number): (publicBase?: string) => JsonRows {
  const all = fieldsWritten(type);
  const headBytes = headBytesOf(all);
  const [fields, list] = [all.slice(0, -1), all.at(-1) as WrittenField];
  return (publicBase) => {
    let isPublic = false;
    const item = (writer: JsonWriter, bytes: RawRows, at: number, isContinued: boolean): void => {
      const length = bytes.readInt32BE(at);
      if (length < 0) writer.raw(emptyList);
      else
        writer.openList(() => {
          list.write(writer, bytes, at + lengthBytes, at + lengthBytes + length);
        }, isContinued);
    };
    const begin = (writer: JsonWriter, bytes: RawRows, start: number): void => {
      if (isPublic) writer.raw(nextRow);
      isPublic = true;
      let at = start;
      for (const field of fields) at = writeField(writer, field, bytes, at);
      writer.raw(list.head);
      item(writer, bytes, at, false);
    };
    const write = (rows: RawRows): Uint8Array => {
      const writer = writerFor([rows], headBytes, publicBase);
      for (let row = 0; row < rows.length; row += 1 + rows.readInt32BE(row + 1)) {
        const at = columnAt(rows, row, skipped);
        const itemAt = columnAt(rows, row, skipped + fields.length);
        if (rows.readInt32BE(at) >= 0) begin(writer, rows, at);
        else if (rows.readInt32BE(itemAt) >= 0) item(writer, rows, itemAt, true);
      }
      return writer.finish();
    };
    return { write, end: () => (isPublic ? endOfList : noBytes) };
  };
}

const [nextRow, endOfList, noBytes] = [']},', ']}', ''].map((text) => Buffer.from(text)) as [Buffer, Buffer, Buffer];
