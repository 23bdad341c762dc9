import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PostgresServer, signalIfRunning, type PostgresServerOptions } from '@refundry/testing';
import pg from 'pg';

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

  /** Stops every process of it where it stands; connections stay open, and nothing answers. @returns lets them go on */
  async freeze(): Promise<() => void> {
    const {
      url,
      server: { pid },
    } = this;
    if (pid === undefined) throw new Error('PostgreSQL is not running');
    const processes = await connected(url, async (superuser) => {
      // It starts nothing more while we look what it has started.
      signalIfRunning(pid, 'SIGSTOP');
      const { rows } = await superuser.query<{ pid: number }>(
        'select pid from pg_stat_activity where pid <> pg_backend_pid()',
      );
      return [pid, ...rows.map((row) => row.pid)];
    });
    const signalAll = (signal: NodeJS.Signals): void => {
      processes.forEach((each) => {
        signalIfRunning(each, signal);
      });
    };
    signalAll('SIGSTOP');
    return () => {
      signalAll('SIGCONT');
    };
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
  PostgresServer.start({
    dataDir: join(folder, 'postgres'),
    password: 'of the superuser',
    durable: false,
    port,
    ...options,
  });

async function connected<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
