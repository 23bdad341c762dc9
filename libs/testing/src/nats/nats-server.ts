import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Exit } from '../processes/exit.js';
import { stopLeftover } from '../processes/leftover.js';
import { choosePort } from '../processes/ports.js';
import { ServerProcess } from '../processes/server-process.js';
import { findNatsServer } from './nats-binary.js';
import { natsConfiguration, type NatsUser, type TlsFiles } from './nats-configuration.js';

export interface NatsServerOptions {
  /** Any free port when not given. */
  readonly port?: number | undefined;
  /** Turns JetStream on and keeps its streams, and the server's configuration, here. */
  readonly storeDir?: string;
  /** The users and their permissions. Without it anybody may do everything. */
  readonly users?: readonly NatsUser[];
  /** The TLS files; without it, it speaks in the clear. */
  readonly tls?: TlsFiles;
  /** Bytes of a message. 1 MiB. */
  readonly maxPayload?: number;
  /** Gets every line NATS logs. */
  readonly log?: (line: string) => void;
}

/** A real NATS server on 127.0.0.1, as a child process. */
export class NatsServer {
  private constructor(
    readonly port: number,
    private readonly options: NatsServerOptions,
    private readonly folder: Folder,
    private readonly server: ServerProcess,
  ) {}

  /**
   * Starts NATS and waits until it greets. A server that an earlier run left behind on the same `storeDir` is stopped
   * first.
   * @throws {PortTaken}, or one sentence with the server's last lines.
   */
  static async start(options: NatsServerOptions = {}): Promise<NatsServer> {
    const binary = findNatsServer();
    const folder = openFolder(options.storeDir);
    await stopLeftover(folder.pidFile, folder.configFile, ['SIGTERM', 'SIGKILL']);
    const port = await choosePort(options.port).catch((error: unknown) => {
      folder.remove();
      throw error;
    });
    configure(folder, port, options);
    const server = ServerProcess.spawn({
      name: 'NATS',
      command: binary,
      args: ['--config', folder.configFile],
      env: { PATH: '/usr/bin:/bin', TZ: 'UTC' },
      signalOnOrphaned: 'SIGTERM',
      log: options.log,
    });
    try {
      await server.until((stillWanted) => untilItGreets(port, stillWanted));
    } catch (error) {
      await server.end('SIGKILL', 0);
      folder.remove();
      throw error;
    }
    return new NatsServer(port, options, folder, server);
  }

  get name(): string {
    return this.server.name;
  }

  get pid(): number | undefined {
    return this.server.pid;
  }

  /** Resolves when NATS has ended, for whatever reason. */
  get exited(): Promise<Exit> {
    return this.server.exited;
  }

  /** How NATS ended and what it said last. */
  exitSummary(): string {
    return this.server.exitSummary();
  }

  /** The server's URL, with the credentials of one of its users. */
  url(user?: string): string {
    const known = this.options.users?.find((candidate) => candidate.user === user);
    if (user !== undefined && !known) throw new Error(`NATS has no user ${user}`);
    const credentials = known ? `${encodeURIComponent(known.user)}:${encodeURIComponent(known.password)}@` : '';
    return `nats://${credentials}127.0.0.1:${this.port}`;
  }

  /** Has the running server read its configuration again, with these changes. They take effect a moment later. */
  reload(changes: Pick<NatsServerOptions, 'users' | 'maxPayload'> & { readonly hasJetStream?: boolean } = {}): void {
    configure(this.folder, this.port, { ...this.options, ...changes });
    this.server.signal('SIGHUP');
  }

  async stop(): Promise<void> {
    this.server.signal('SIGCONT');
    await this.end('SIGTERM');
  }

  /** Ends at once, as a crash would. */
  async kill(): Promise<void> {
    await this.end('SIGKILL');
  }

  /** Freezes the server: connections stay open and nothing answers, as in a network partition. */
  suspend(): void {
    this.server.signal('SIGSTOP');
  }

  /** Lets a suspended server go on. */
  resume(): void {
    this.server.signal('SIGCONT');
  }

  private async end(signal: NodeJS.Signals): Promise<void> {
    await this.server.end(signal, 5000);
    this.folder.remove();
  }
}

function configure(
  { path, configFile, pidFile }: Folder,
  port: number,
  {
    storeDir,
    hasJetStream = storeDir !== undefined,
    users,
    tls,
    maxPayload,
  }: NatsServerOptions & { readonly hasJetStream?: boolean },
): void {
  writeFileSync(
    configFile,
    natsConfiguration({ port, pidFile, storeDir: hasJetStream ? path : undefined, users, tls, maxPayload }),
    { mode: 0o600 },
  );
}

interface Folder {
  readonly path: string;
  readonly configFile: string;
  readonly pidFile: string;
  /** Removes a folder that exists for this server only. */
  remove(): void;
}

function openFolder(storeDir: string | undefined): Folder {
  const path = storeDir ? resolve(storeDir) : mkdtempSync(join(tmpdir(), 'refundry-nats-'));
  mkdirSync(path, { recursive: true, mode: 0o700 });
  const remove = (): void => {
    if (!storeDir) rmSync(path, { recursive: true, force: true });
  };
  return { path, configFile: join(path, 'nats.conf'), pidFile: join(path, 'nats.pid'), remove };
}

async function untilItGreets(port: number, stillWanted: () => boolean): Promise<void> {
  while (!(await greets(port))) {
    if (!stillWanted()) throw new Error('NATS ended while it was starting.');
    await pause(20);
  }
}

/** A NATS server speaks first, as soon as it serves clients. */
function greets(port: number): Promise<boolean> {
  return new Promise((settle) => {
    const socket = connect({ port, host: '127.0.0.1', timeout: 1000 });
    const answer = (greeted: boolean): void => {
      socket.destroy();
      settle(greeted);
    };
    socket.once('data', (greeting) => {
      answer(greeting.toString().startsWith('INFO'));
    });
    socket
      .once('error', () => {
        answer(false);
      })
      .once('timeout', () => {
        answer(false);
      });
  });
}
