import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { answerHalfClosed } from './half-open.js';
import { liveness, readinessAnswer, type HealthAnswer, type Readiness } from './health.js';
import type { Metrics } from '@refundry/observability';

interface OperationsOptions {
  host: string;
  port: number;
  readiness: Readiness;
  metrics: Metrics;
}

/** Health and metrics of an app, on a port of their own that is not for clients. */
export class OperationsServer {
  private constructor(private readonly server: Server) {}

  static async start({ host, port, readiness, metrics }: OperationsOptions): Promise<OperationsServer> {
    const routes: Record<string, (response: ServerResponse) => void> = {
      '/health/live': (response) => {
        write(response, liveness);
      },
      '/health/ready': (response) => {
        write(response, readinessAnswer(readiness));
      },
      '/metrics': (response) => {
        metrics.text().then(
          (text) => response.setHeader('content-type', metrics.contentType).end(text),
          () => response.writeHead(500).end(),
        );
      },
    };
    const server = createServer((request, response) => {
      const route = routes[(request.url ?? '').replace(/\/?(?:\?.*)?$/, '')];
      if (route) route(response);
      else response.writeHead(404).end();
    });
    answerHalfClosed(server);
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject).listen(port, host, resolve);
    });
    return new OperationsServer(server);
  }

  get url(): string {
    const { address, port } = this.server.address() as AddressInfo;
    return `http://${address}:${port}`;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}

function write(response: ServerResponse, { status, body }: HealthAnswer): void {
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' }).end(body);
}
