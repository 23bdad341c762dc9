import { createHash } from 'node:crypto';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';

/** An answer too large to be kept: its size and its hash. */
export interface LargeAnswer {
  readonly status: number;
  readonly bytes: number;
  readonly sha256: string;
}

interface ReadOptions {
  readonly headers: Readonly<Record<string, string>>;
  /** Milliseconds to wait after each chunk; none, unless it is said. */
  readonly pauseMs?: number;
}

/** Reads an answer as it comes, and keeps none of it. @throws when it breaks off */
export async function readLarge(url: string, { headers, pauseMs = 0 }: ReadOptions): Promise<LargeAnswer> {
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    httpRequest(url, { headers }, resolve).on('error', reject).end();
  });
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    hash.update(chunk);
    bytes += chunk.length;
    if (pauseMs > 0) await pause(pauseMs);
  }
  return { status: response.statusCode ?? 0, bytes, sha256: hash.digest('hex') };
}
