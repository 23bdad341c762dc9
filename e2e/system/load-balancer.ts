import {
  Agent,
  createServer,
  request as httpRequest,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { pipeline } from 'node:stream/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { send } from './http.js';
import { until } from './until.js';

const everyMs = 100;

/**
 * The proxy in front of the gateways: it sends each request to the next one that says it is ready, over connections
 * that it keeps, and tries nothing twice.
 */
export class LoadBalancer {
  private readonly agent = new Agent({ keepAlive: true });
  private ready: readonly string[] = [];
  private next = 0;
  private hasEnded = false;

  private constructor(
    private readonly gateways: () => readonly string[],
    private readonly server: Server,
  ) {}

  /** @param gateways the addresses of all that there are at the moment */
  static async start(gateways: () => readonly string[]): Promise<LoadBalancer> {
    // It ends no connection that a client is about to use again.
    const server = createServer({ keepAliveTimeout: 0 }, (request, response) => {
      void balancer.pass(request, response);
    });
    const balancer = new LoadBalancer(gateways, server);
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    void balancer.checkTimeouts();
    return balancer;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** Waits until so many gateways are ready. */
  async untilReady(count: number): Promise<void> {
    await until(`${count} gateways are ready`, () => this.ready.length === count, { within: 60_000 });
  }

  async stop(): Promise<void> {
    this.hasEnded = true;
    this.agent.destroy();
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async checkTimeouts(): Promise<void> {
    while (!this.hasEnded) {
      const gateways = this.gateways();
      const isReady = await Promise.all(
        gateways.map((url) =>
          send('GET', `${url}/health/ready`).then(
            ({ status }) => status === 200,
            () => false,
          ),
        ),
      );
      this.ready = gateways.filter((_url, index) => isReady[index]);
      await pause(everyMs);
    }
  }

  private async pass(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = this.ready[this.next++ % this.ready.length];
    if (url === undefined) {
      response.writeHead(502).end('no gateway is ready');
      return;
    }
    const { hostname, port } = new URL(url);
    const passed = httpRequest(
      { agent: this.agent, hostname, port, method: request.method, path: request.url, headers: request.headers },
      (answer) => {
        // A gateway's headers about its connection to us are not for our clients.
        delete answer.headers.connection;
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        pipeline(answer, response).catch(() => {
          response.destroy();
        });
      },
    );
    passed.once('error', (error) => {
      response.writeHead(502).end(error.message);
    });
    await pipeline(request, passed).catch(() => undefined);
  }
}
