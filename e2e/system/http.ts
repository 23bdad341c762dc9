import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { connect } from 'node:net';

/** The answer of the gateway. */
export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  /** The body, parsed. */
  readonly json: unknown;
}

interface SendOptions {
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  /** Disconnects when it is aborted. */
  readonly signal?: AbortSignal;
}

const origin = /^https?:\/\/[^/]+/;

/** Sends a request as it stands: neither path nor headers are normalised, and no header is added but `Host`. */
export function send(method: string, url: string, { headers = {}, body, signal }: SendOptions = {}): Promise<Answer> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const request = httpRequest(
      { method, hostname, port, path: url.replace(origin, ''), headers, ...(signal && { signal }) },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => {
          resolve(answer(response.statusCode ?? 0, response.headers, Buffer.concat(chunks).toString()));
        });
      },
    );
    request.on('error', reject).end(body);
  });
}

/** Writes bytes that no HTTP client would, and reads what comes back until the connection ends. */
export function sendRaw(url: string, bytes: string): Promise<Answer> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    const socket = connect(Number(port), hostname, () => {
      socket.write(bytes, 'latin1');
    });
    socket.on('data', (chunk) => chunks.push(chunk));
    socket.on('error', reject);
    socket.on('close', () => {
      resolve(readAnswer(Buffer.concat(chunks).toString()));
    });
  });
}

/** Writes bytes, closes its sending half as `nc -N` does, and reads what comes back until the connection ends. */
export function sendAndShutDown(url: string, bytes: string | Uint8Array): Promise<Answer> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    const socket = connect({ port: Number(port), host: hostname, allowHalfOpen: true }, () => {
      socket.end(bytes);
    });
    socket.on('data', (chunk) => chunks.push(chunk));
    socket.on('error', reject);
    socket.on('end', () => {
      resolve(readAnswer(Buffer.concat(chunks).toString()));
    });
  });
}

/** Writes bytes and is gone when they are on their way. */
export function sendAndAbort(url: string, bytes: string): Promise<void> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname, () => {
      socket.write(bytes, 'latin1', () => socket.destroy());
    });
    socket.on('error', reject).on('close', () => {
      resolve();
    });
  });
}

function readAnswer(text: string): Answer {
  const [head = '', body = ''] = text.split('\r\n\r\n', 2);
  const [statusLine = '', ...lines] = head.split('\r\n');
  const headers = Object.fromEntries(
    lines.map((line) => line.split(': ', 2)).map(([name = '', value = '']) => [name.toLowerCase(), value]),
  );
  return answer(Number(statusLine.split(' ')[1]), headers, body);
}

const answer = (status: number, headers: IncomingHttpHeaders, text: string): Answer => ({
  status,
  headers,
  text,
  get json(): unknown {
    return JSON.parse(text) as unknown;
  },
});
