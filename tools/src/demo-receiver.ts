import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { Webhook } from 'standardwebhooks';

/** The number of messages that are shown. */
const shown = 50;

/** A receiver of the demo account's webhooks: it verifies their signatures and shows the latest in a browser. */
export class DemoReceiver {
  private readonly secrets: string[] = [];
  private readonly messages: string[] = [];

  private constructor(private readonly server: Server) {
    server.on('request', (request, response) => void this.answer(request, response));
  }

  static async start(port: number): Promise<DemoReceiver> {
    const server = createServer({ requestTimeout: 10_000 });
    const receiver = new DemoReceiver(server);
    await once(server.listen(port, '127.0.0.1'), 'listening');
    return receiver;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/`;
  }

  /** Takes messages that are signed with the secret, from now on. */
  accept(secret: string): void {
    this.secrets.push(secret);
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      if (request.method === 'POST') response.writeHead(this.take(request, await text(request)) ? 204 : 401).end();
      else response.writeHead(200, { 'content-type': 'text/plain; charset=utf-8', refresh: '2' }).end(this.page());
    } catch {
      response.destroy(); // its sender went away
    }
  }

  private take({ headers }: IncomingMessage, body: string): boolean {
    const isVerified = this.secrets.some((secret) => isSignedWith(secret, headers, body));
    const verdict = isVerified ? 'verified' : 'refused: no secret of the demo has signed it';
    this.messages.unshift([new Date().toISOString(), verdict, headers['webhook-id'], body].join('\n  '));
    this.messages.splice(shown);
    return isVerified;
  }

  private page(): string {
    const heading = `The latest ${shown} messages to the demo's webhooks, the newest first:`;
    return `${[heading, ...this.messages].join('\n\n')}\n`;
  }
}

function isSignedWith(secret: string, headers: IncomingMessage['headers'], body: string): boolean {
  try {
    new Webhook(secret).verify(body, headers as Record<string, string>);
    return true;
  } catch {
    return false;
  }
}
