import { createHash } from 'node:crypto';
import { get, type ClientRequest, type IncomingMessage } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';

const sliceMs = 20;

/** A client that reads an export at a speed of its own. */
export class ExportReader {
  /** So far. */
  bytes = 0;
  private readonly hash = createHash('sha256');

  private constructor(
    private readonly request: ClientRequest,
    private readonly response: IncomingMessage,
  ) {
    response.on('error', () => undefined);
  }

  /** Asks, and resolves with the head of the answer. */
  static open(url: string, token: string): Promise<ExportReader> {
    return new Promise((resolve, reject) => {
      const request = get(url, { agent: false, headers: { authorization: `Token ${token}` } }, (response) => {
        resolve(new ExportReader(request, response));
      });
      request.on('error', reject);
    });
  }

  get status(): number {
    return this.response.statusCode ?? 0;
  }

  get retryAfter(): string | undefined {
    return this.response.headers['retry-after'];
  }

  /** All that is left, as fast as it comes. @returns what tells one file from another @throws when it breaks off */
  async rest(): Promise<string> {
    for await (const chunk of this.response as AsyncIterable<Buffer>) this.receive(chunk);
    return this.hash.digest('hex');
  }

  /** Reads until it has so many bytes, and no faster than `perSecond`. */
  async readSlowly(bytes: number, perSecond: number): Promise<void> {
    while (this.bytes < bytes && !this.response.destroyed) {
      const maxBytes = Math.min((perSecond * sliceMs) / 1000, this.response.readableLength);
      if (maxBytes > 0) this.receive(this.response.read(maxBytes) as Buffer);
      else this.response.read(0);
      await pause(sliceMs);
    }
  }

  abort(): void {
    this.request.destroy();
  }

  private receive(chunk: Buffer): void {
    this.bytes += chunk.length;
    this.hash.update(chunk);
  }
}
