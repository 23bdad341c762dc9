import { Agent, request as httpRequest, type IncomingHttpHeaders } from 'node:http';

/** A request of a client. */
export interface Question {
  readonly method: string;
  /** From the root on. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** A whole answer. */
export interface Reply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  /** The body, parsed. */
  readonly json: unknown;
}

const impatientAfterMs = 8000;

/**
 * Sends HTTP requests on connections that are kept. The address is asked for each time: what is behind it may have been
 * started anew.
 */
export class HttpClient {
  private readonly agent = new Agent({ keepAlive: true });

  constructor(
    private readonly url: () => string,
    private readonly timeoutMs = impatientAfterMs,
  ) {}

  /** @throws when the connection breaks before the answer is whole, or nothing comes for too long */
  send({ method, path, headers = {}, body }: Question): Promise<Reply> {
    const { hostname, port } = new URL(this.url());
    const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
    return new Promise((resolve, reject) => {
      const request = httpRequest(
        {
          agent: this.agent,
          method,
          hostname,
          port,
          path,
          headers: { ...headers, ...length },
          timeout: this.timeoutMs,
        },
        (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          // A body that was cut off ends in an error, however much of it came.
          response.on('error', reject);
          response.on('end', () => {
            resolve(replyOf(response.statusCode ?? 0, response.headers, Buffer.concat(chunks).toString()));
          });
        },
      );
      request.on('timeout', () => request.destroy(new Error('no answer in time')));
      request.on('error', reject).end(body);
    });
  }

  /** Lets go of the connections. */
  close(): void {
    this.agent.destroy();
  }
}

const replyOf = (status: number, headers: IncomingHttpHeaders, text: string): Reply => ({
  status,
  headers,
  text,
  get json(): unknown {
    return JSON.parse(text) as unknown;
  },
});
