import { rmSync } from 'node:fs';
import { ended, PostgresServer, signalIfRunning } from '@refundry/testing';
import { childrenOf } from '../measuring/cpu-time.js';
import { secret } from '../system/databases.js';
import { clusterFolder } from '../system/servers.js';

const endsWithinMs = 10_000;

/** A durable PostgreSQL that can be killed and comes back on the same port, with what was committed. */
export class CrashingPostgres {
  private constructor(
    private server: PostgresServer,
    private readonly password: string,
  ) {}

  static async start(cleanup: AsyncDisposableStack): Promise<CrashingPostgres> {
    const password = secret();
    const postgres = new CrashingPostgres(
      await PostgresServer.start({ dataDir: clusterFolder(cleanup), password }),
      password,
    );
    cleanup.defer(async () => {
      await postgres.server.stop();
      rmSync(postgres.server.dataDir, { recursive: true, force: true });
    });
    return postgres;
  }

  /** The superuser's. */
  get url(): string {
    return this.server.url;
  }

  /** Kills every process of it with SIGKILL at once. */
  async crash(): Promise<void> {
    const { pid } = this.server;
    if (pid === undefined) throw new Error('PostgreSQL is not running.');
    // It starts nothing more while we look what it has started.
    signalIfRunning(pid, 'SIGSTOP');
    const all = [pid, ...childrenOf(pid)];
    for (const each of all) signalIfRunning(each, 'SIGKILL');
    await this.server.exited;
    for (const each of all)
      if (!(await ended(each, endsWithinMs))) throw new Error(`Process ${each} of PostgreSQL does not end.`);
  }

  /** Lets it recover. */
  async restart(): Promise<void> {
    const { dataDir, port } = this.server;
    this.server = await PostgresServer.start({ dataDir, port, password: this.password });
  }
}
