import type { TraceHeaders } from '@refundry/observability';
import type { Caller, ExportFormat } from '@refundry/resource';

/**
 * The head of a request: travels before its body, and names its trace if it has one. Times are in milliseconds since
 * 1970.
 */
export interface Head extends TraceHeaders {
  readonly requestId: string;
  /** By the clock of the process that holds it: it travels as the time that is left (docs/adr/0047). */
  readonly deadline: number;
  /** When the gateway received the request, by its clock. */
  readonly receivedAt?: number;
  readonly caller?: Caller;
  /** The name of the operator whose command asks for an operation. */
  readonly operator?: string;
  /** The key in the path of a detail. */
  readonly key?: string;
  /** The key of the row that the row of `key` stands in. */
  readonly within?: string;
  /** The raw query string, without `?`. */
  readonly query?: string;
  readonly publicUrl?: string;
  /** The prefix of links in the answer. */
  readonly publicBase?: string;
  /** The media type of the body, as the caller named it. */
  readonly contentType?: string;
  readonly idempotencyKey?: string;
  /** The credentials of HTTP Basic authentication, for endpoints that are open. */
  readonly client?: { readonly id: string; readonly secret: string };
  /** The export format of a list. */
  readonly format?: ExportFormat;
  /** Its caller wants to know what a stream would be, and none of its bytes. */
  readonly withoutBody?: boolean;
}

export interface Frame {
  readonly head: Head;
  readonly body: Uint8Array;
  /** When it was sent, by the sender's clock; unknown of the release before. */
  readonly sentAt?: number;
}

export const noBytes = new Uint8Array(0);

/** Time that is left until the deadline, as it travels. */
interface Remaining {
  remainingMs?: number;
}

const lengthBytes = 4;
const decoder = new TextDecoder();

/** One message: the length of the head (32 bits, big-endian), the head as JSON, the body untouched. */
export function encodeFrame(head: Head, body: Uint8Array = noBytes): Uint8Array {
  const json = JSON.stringify({ ...head, remainingMs: head.deadline - Date.now() } satisfies Head & Remaining);
  const headBytes = Buffer.byteLength(json);
  const frame = Buffer.allocUnsafe(lengthBytes + headBytes + body.length);
  frame.writeUInt32BE(headBytes, 0);
  frame.write(json, lengthBytes);
  frame.set(body, lengthBytes + headBytes);
  return frame;
}

/** @throws SyntaxError or RangeError when the bytes are no frame */
export function decodeFrame(bytes: Uint8Array): Frame {
  const end = lengthBytes + new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(0);
  if (end > bytes.length) throw new RangeError('The frame ends within its head.');
  const { remainingMs, ...head } = JSON.parse(decoder.decode(bytes.subarray(lengthBytes, end))) as Head & Remaining;
  const body = bytes.subarray(end);
  // The release before sends the deadline by its own clock alone, and reads no other.
  if (remainingMs === undefined) return { head, body };
  return { head: { ...head, deadline: Date.now() + remainingMs }, body, sentAt: head.deadline - remainingMs };
}
