import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A message as a receiver got it. */
export interface ReceivedMessage {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

type Behaviour = (response: ServerResponse, message: ReceivedMessage) => void;

/** A receiver of webhooks: answers 204, unless a path behaves otherwise. */
export class Receiver {
  readonly received: ReceivedMessage[] = [];
  connections = 0;
  private readonly behaviours = new Map<string, Behaviour>();

  private constructor(private readonly server: Server) {}

  static async start(): Promise<Receiver> {
    const receiver: Receiver = new Receiver(
      createServer((request, response) => {
        const chunks: Buffer[] = [];
        request.on('data', (chunk: Buffer) => chunks.push(chunk));
        request.on('end', () => {
          const { url = '', headers } = request;
          const message = { path: url, headers, body: Buffer.concat(chunks).toString() };
          receiver.received.push(message);
          const behave = receiver.behaviours.get(url);
          if (behave) behave(response, message);
          else response.writeHead(204).end();
        });
      }).on('connection', () => {
        receiver.connections += 1;
      }),
    );
    await once(receiver.server.listen(0, '127.0.0.1'), 'listening');
    return receiver;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  url(path: string): string {
    return `http://127.0.0.1:${this.port}${path}`;
  }

  at(path: string, behaviour: Behaviour): void {
    this.behaviours.set(path, behaviour);
  }

  of(path: string): ReceivedMessage[] {
    return this.received.filter((message) => message.path === path);
  }

  stop(): void {
    this.server.closeAllConnections();
    this.server.close();
  }
}
