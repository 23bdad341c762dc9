import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { AppProcess, type AppProcessOptions, type ReadyLine } from '../processes/app-process.js';

/**
 * Starts the apps that the test files of a run share: each when the first file asks for it. All of them end with the
 * run.
 */
export class SharedApps {
  private readonly apps = new Map<string, AppProcess>();

  private constructor(private readonly server: Server) {}

  static async open(): Promise<SharedApps> {
    // An app may take long until it is ready, and no connection ends that a file is about to use again.
    const server = createServer({ requestTimeout: 0, keepAliveTimeout: 0 }, (request, response) => {
      void json(request)
        .then((options) => apps.ready(options as AppProcessOptions))
        .then(
          (ready) => response.end(JSON.stringify(ready)),
          (error: unknown) => response.writeHead(500).end(String(error)),
        );
    });
    const apps = new SharedApps(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return apps;
  }

  /** The address of `sharedApp` for its requests. */
  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await Promise.all([...this.apps.values()].map((app) => app.stop()));
  }

  private ready(options: AppProcessOptions): Promise<ReadyLine> {
    const app = this.apps.get(options.name) ?? AppProcess.spawn(options);
    this.apps.set(options.name, app);
    return app.ready();
  }
}
