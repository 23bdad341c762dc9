import { EventEmitter } from 'node:events';
import type pg from 'pg';
import { parse } from 'pg-protocol';

/**
 * Rows as PostgreSQL sent them: `DataRow` messages one after the other (PostgreSQL's frontend/backend protocol 3, "Message
 * Formats").
 */
export type RawRows = Buffer;

const [dataRow, rowDescription] = [0x44, 0x54];
const headerBytes = 5;
/** pg reads values by the description of their columns; a run of rows is one value of one column. */
const oneColumn = { name: 'rowDescription', fieldCount: 1, fields: [{ name: 'rows', dataTypeID: 25, format: 'text' }] };

/**
 * Makes a connection of pg hand on rows as the bytes they came in, as many of a query's as arrived together; everything else
 * it reads as ever. Turning hundreds of small values into strings costs more than all the rest of reading a page.
 *
 * pg offers no place for it, hence the one method that is replaced: whatever reads a connection's stream.
 */
export function passThroughRows(connection: pg.Connection): void {
  Object.assign(connection, {
    attachListeners: (stream: NodeJS.ReadableStream) => {
      const otherMessages = new EventEmitter();
      void parse(otherMessages as NodeJS.ReadableStream, (message: { name: string }) =>
        connection.emit(message.name === 'error' ? 'errorMessage' : message.name, message),
      );
      const messages = new MessageReader(
        (rows) => connection.emit('dataRow', { name: 'dataRow', fields: [rows] }),
        () => connection.emit('rowDescription', oneColumn),
        (bytes) => otherMessages.emit('data', bytes),
      );
      stream.on('data', (chunk: Buffer) => {
        messages.read(chunk);
      });
      stream.on('end', () => connection.emit('end'));
    },
  });
}

/** Cuts a stream of bytes into runs of rows and runs of other messages, in their order. */
class MessageReader {
  /** The beginning of a message whose end is still to come, and how many bytes of it are missing at least. It is put together once. */
  private rest: Buffer[] = [];
  private missing = 0;

  constructor(
    private readonly onRows: (rows: RawRows) => void,
    private readonly onRowDescription: () => void,
    private readonly onOthers: (bytes: Buffer) => void,
  ) {}

  read(chunk: Buffer): void {
    if (chunk.length < this.missing) {
      this.rest.push(chunk);
      this.missing -= chunk.length;
      return;
    }
    const bytes = this.rest.length > 0 ? Buffer.concat([...this.rest, chunk]) : chunk;
    let run = 0;
    let at = 0;
    let code: number | undefined;
    while (at + headerBytes <= bytes.length) {
      const end = at + 1 + bytes.readInt32BE(at + 1);
      if (end > bytes.length) break;
      const next = bytes[at];
      if (kindOf(next) !== kindOf(code) || next === rowDescription) {
        this.emit(code, bytes.subarray(run, at));
        run = at;
      }
      code = next;
      at = end;
    }
    this.emit(code, bytes.subarray(run, at));
    const left = bytes.length - at;
    this.rest = left > 0 ? [bytes.subarray(at)] : [];
    this.missing = left > 0 ? (left < headerBytes ? headerBytes : 1 + bytes.readInt32BE(at + 1)) - left : 0;
  }

  private emit(code: number | undefined, run: Buffer): void {
    if (run.length === 0) return;
    if (code === dataRow) this.onRows(run);
    else if (code === rowDescription) this.onRowDescription();
    else this.onOthers(run);
  }
}

const kindOf = (code: number | undefined): number => (code === dataRow || code === rowDescription ? code : 0);
