import { EventEmitter } from 'node:events';
import type pg from 'pg';
import { parse } from 'pg-protocol';

/**
 * Rows as PostgreSQL sent them: `DataRow` messages one after the other (PostgreSQL's frontend/backend protocol 3,
 * "Message Formats").
 */
export type RawRows = Buffer;

const [dataRow, rowDescription] = [0x44, 0x54];
const headerBytes = 5;
/** A message of more is given room for all of it as soon as its length is known. */
const longBytes = 256 * 1024;
const noBytes = Buffer.alloc(0);
/** pg reads values by the description of their columns; a run of rows is one value of one column. */
const oneColumn = { name: 'rowDescription', fieldCount: 1, fields: [{ name: 'rows', dataTypeID: 25, format: 'text' }] };

/**
 * Makes a connection of pg hand on rows as the bytes they came in, as many of a query's as arrived together; everything
 * else it reads as ever. Turning hundreds of small values into strings costs more than all the rest of reading a page.
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
  /** The beginning of a message whose end is still to come. */
  private rest: Buffer = noBytes;
  /**
   * A long message, and how many bytes of it have come: to put 9 MB together at its end stops the event loop for long.
   */
  private long?: { readonly message: Buffer; arrived: number };

  constructor(
    private readonly onRows: (rows: RawRows) => void,
    private readonly onRowDescription: () => void,
    private readonly onOthers: (bytes: Buffer) => void,
  ) {}

  read(chunk: Buffer): void {
    const more = this.long ? this.addLong(this.long, chunk) : chunk;
    if (more.length > 0) this.readMessages(this.rest.length > 0 ? Buffer.concat([this.rest, more]) : more);
  }

  /** @returns what is behind the message */
  private addLong(long: { readonly message: Buffer; arrived: number }, chunk: Buffer): Buffer {
    const { message } = long;
    const taken = chunk.copy(message, long.arrived);
    long.arrived += taken;
    if (long.arrived === message.length) {
      delete this.long;
      this.emit(message[0], message);
    }
    return chunk.subarray(taken);
  }

  private readMessages(bytes: Buffer): void {
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
    this.rest = bytes.subarray(at);
    const length = at + headerBytes <= bytes.length ? 1 + bytes.readInt32BE(at + 1) : 0;
    if (length <= longBytes) return;
    const message = Buffer.allocUnsafeSlow(length);
    this.long = { message, arrived: this.rest.copy(message) };
    this.rest = noBytes;
  }

  private emit(code: number | undefined, run: Buffer): void {
    if (run.length === 0) return;
    if (code === dataRow) this.onRows(run);
    else if (code === rowDescription) this.onRowDescription();
    else this.onOthers(run);
  }
}

const kindOf = (code: number | undefined): number => (code === dataRow || code === rowDescription ? code : 0);
