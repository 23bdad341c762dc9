import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PostgresServer, type PostgresServerOptions } from '@refundry/testing';

type Options = Pick<PostgresServerOptions, 'settings' | 'log'>;

/** A PostgreSQL of a test's own, which it may stop and crash; its passwords are nobody else's. */
export class OwnCluster {
  private constructor(
    private readonly folder: string,
    private server: PostgresServer,
    private readonly options: Options,
  ) {}

  static async start(options: Options = {}): Promise<OwnCluster> {
    const folder = mkdtempSync(join(tmpdir(), 'refundry-e2e-'));
    chmodSync(folder, 0o711); // PostgreSQL may run as another account
    return new OwnCluster(folder, await startServer(folder, options), options);
  }

  /** The superuser's. */
  get url(): string {
    return this.server.url;
  }

  stop(): Promise<void> {
    return this.server.stop();
  }

  crash(): Promise<void> {
    return this.server.kill();
  }

  /** On the port it had before, with what was committed. */
  async startAgain(): Promise<void> {
    this.server = await startServer(this.folder, this.options, this.server.port);
  }

  /** Ends it for good. */
  async remove(): Promise<void> {
    await this.server.kill();
    for (const path of [this.server.dataDir, this.folder]) rmSync(path, { recursive: true, force: true });
  }
}

const startServer = (folder: string, options: Options, port?: number): Promise<PostgresServer> =>
  PostgresServer.start({ dataDir: join(folder, 'postgres'), password: 'of the superuser', durable: false, port, ...options });
