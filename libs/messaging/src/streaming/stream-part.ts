import { headers, type Msg, type MsgHdrs } from '@nats-io/transport-node';
import type { StreamHead } from './streamed.js';

const partHeader = 'Refundry-Stream';

/** How many bytes a service may send before its client has taken any; later all streams of a client share so many. */
export const windowBytes = 128 * 1024;
/** The minimum for each of many streams. */
export const minWindowBytes = 16 * 1024;
/** Smaller pieces of a source are gathered until they make up a part, larger ones are cut. */
export const partBytes = 32 * 1024;
/** Room for the headers, which count as a part of a message. */
export const partHeaderBytes = 4096;

/** How many bytes of a stream one message takes, where `maxMessageBytes` is what NATS takes of it. */
export const maxPartBytes = (maxMessageBytes: number): number =>
  Math.max(1, Math.min(partBytes, maxMessageBytes - partHeaderBytes));

/** The metadata of a message of a stream. */
export interface StreamPart {
  /** Counted from 0 without a gap: a message lost on the way must not go unnoticed. */
  readonly number: number;
  /** In the first part only. */
  readonly head?: StreamHead;
  readonly isLast?: true;
}

export const headersOfPart = (part: StreamPart): MsgHdrs => {
  const ours = headers();
  ours.set(partHeader, JSON.stringify(part));
  return ours;
};

/** Undefined when the message is no part of a stream. */
export const partOf = (message: Msg): StreamPart | undefined => {
  const text = message.headers?.get(partHeader) ?? '';
  return text === '' ? undefined : (JSON.parse(text) as StreamPart);
};

/** The control message of a client, beside the number of bytes that may be sent in all. */
export const cancelControl = 'left';
