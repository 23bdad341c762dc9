import type { EgressAnswer } from './egress.js';

export interface AnswerPart {
  /** The beginning. */
  readonly kept: Buffer;
  /** It went on after `maxRead` bytes. */
  readonly isCut: boolean;
}

/**
 * Reads an answer up to a limit, at which its connection is closed, and keeps the beginning.
 *
 * @throws when the answer breaks off, or takes longer than the request may
 */
export async function readPart(body: EgressAnswer['body'], maxRead: number, maxKept: number): Promise<AnswerPart> {
  const kept: Buffer[] = [];
  let [read, keptBytes] = [0, 0];
  for await (const chunk of body as AsyncIterable<Buffer>) {
    const part = chunk.subarray(0, Math.max(0, maxKept - keptBytes));
    if (part.length > 0) kept.push(Buffer.from(part));
    keptBytes += part.length;
    read += chunk.length;
    // Leaving the loop destroys the stream.
    if (read >= maxRead) break;
  }
  return { kept: Buffer.concat(kept), isCut: read >= maxRead };
}
