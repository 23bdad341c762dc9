import { get, type IncomingMessage } from 'node:http';
import { once } from 'node:events';

/** The result of a download. */
export interface Downloaded {
  readonly bytes: number;
  /** From the request to the first byte of the file. */
  readonly firstByteMs: number;
}

export interface Download {
  readonly url: string;
  readonly token: string;
  /** Is given every piece. */
  readonly onPiece?: (piece: Buffer) => void;
}

/** Reads a file to its end and keeps nothing. @throws one sentence when it is refused or cut off */
export async function download({ url, token, onPiece }: Download, signal: AbortSignal): Promise<Downloaded> {
  const startedAt = performance.now();
  const response = await opened(url, token, signal);
  let [bytes, firstByteMs] = [0, 0];
  for await (const piece of response as AsyncIterable<Buffer>) {
    if (bytes === 0) firstByteMs = performance.now() - startedAt;
    bytes += piece.length;
    onPiece?.(piece);
  }
  return { bytes, firstByteMs };
}

/** Disconnects when so many bytes have come, after a last look. */
export async function downloadAndAbort(
  { url, token }: Download,
  bytes: number,
  lastLook: () => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  const response = await opened(url, token, signal);
  let seen = 0;
  for await (const piece of response as AsyncIterable<Buffer>) {
    seen += piece.length;
    if (seen < bytes) continue;
    await lastLook();
    // To leave the loop destroys the connection.
    return;
  }
  throw new Error(`The file ended before ${bytes} bytes of it had come.`);
}

async function opened(url: string, token: string, signal: AbortSignal): Promise<IncomingMessage> {
  const [response] = (await once(
    get(url, { headers: { Authorization: `Token ${token}` }, agent: false, signal }),
    'response',
  )) as [IncomingMessage];
  if (response.statusCode !== 200) throw new Error(`The export was answered with ${response.statusCode ?? 'nothing'}.`);
  return response;
}
