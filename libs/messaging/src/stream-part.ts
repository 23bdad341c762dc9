import { headers, type Msg, type MsgHdrs } from '@nats-io/transport-node';
import type { StreamHead } from './streamed.js';

const partHeader = 'Refundry-Stream';

/** How many bytes a service may send before its asker has taken any; later all streams of an asker share so many. */
export const windowBytes = 128 * 1024;
/** What each of many streams keeps of that. */
export const leastWindowBytes = 16 * 1024;
/** Smaller pieces of a source are gathered until they make up a part, larger ones are cut. */
export const partBytes = 32 * 1024;
/** Room for the headers, which count as a part of a message. */
export const partHeaderBytes = 4096;

/** How many bytes of a stream one message takes, where `largestMessage` is what NATS takes of it. */
export const largestPart = (largestMessage: number): number => Math.max(1, Math.min(partBytes, largestMessage - partHeaderBytes));

/** What a message of a stream says beside its bytes. */
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

/** What an asker says to a stream, beside how many bytes it may send in all. */
export const leaving = 'left';

/** Where the replicas of a service hear of those who left before their stream began; the body is the asker's inbox. */
export const leaversSubject = (service: string): string => `${service}._streams.left`;
