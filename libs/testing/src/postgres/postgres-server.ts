import { execFile } from 'node:child_process';
import { chownSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import pg from 'pg';
import type { LocalCertificate } from '../certificates/local-certificate.js';
import type { Exit } from '../processes/exit.js';
import { stopLeftover } from '../processes/leftover.js';
import { choosePort } from '../processes/ports.js';
import { ServerProcess } from '../processes/server-process.js';
import { clusterFolder, fillConcurrently, holdsCluster } from './postgres-folders.js';
import { postgresPrograms, type PostgresPrograms } from './postgres-programs.js';
import { accountForPostgres, type SystemAccount } from './system-account.js';

export interface PostgresServerOptions {
  /** The cluster's folder; initialised when empty. */
  readonly dataDir: string;
  /** Any free port when not given. */
  readonly port?: number | undefined;
  /** Of the superuser `postgres`; fixed when the cluster is initialised. */
  readonly password: string;
  /**
   * False trades safety against power loss for speed, for clusters that are thrown away. A commit still survives a
   * killed process.
   */
  readonly durable?: boolean;
  /** Beside its own. */
  readonly settings?: Readonly<Record<string, string>> | undefined;
  /** The TLS files for clients that ask for TLS. */
  readonly tls?: LocalCertificate;
  /** Gets every line PostgreSQL logs, and a line about a folder that had to be elsewhere. */
  readonly log?: (line: string) => void;
}

const SUPERUSER = 'postgres';
const NOT_DURABLE = { fsync: 'off', full_page_writes: 'off' };
const environment = { PATH: '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' };

/** A real PostgreSQL on 127.0.0.1, as a child process. */
export class PostgresServer {
  private constructor(
    /** The superuser's URL, database `postgres`. */
    readonly url: string,
    readonly port: number,
    /** The folder of the cluster: the folder asked for, unless PostgreSQL's account can't reach that. */
    readonly dataDir: string,
    private readonly server: ServerProcess,
  ) {}

  /**
   * Starts PostgreSQL and waits until it answers. A PostgreSQL that an earlier run left behind on the same folder is
   * stopped first.
   * @throws {PortTaken}, or one sentence with PostgreSQL's last lines.
   */
  static async start(options: PostgresServerOptions): Promise<PostgresServer> {
    const account = accountForPostgres();
    const dataDir = clusterFolder(options.dataDir, account, options.log ?? (() => undefined));
    const programs = postgresPrograms(account);
    if (!holdsCluster(dataDir))
      await fillConcurrently(dataDir, account, (folder) => initialise(programs, folder, account, options));
    await endLeftover(dataDir);
    if (options.tls) writeCertificate(dataDir, account, options.tls);
    const port = await choosePort(options.port);
    const server = ServerProcess.spawn({
      name: 'PostgreSQL',
      command: programs.postgres,
      args: postgresArguments(dataDir, port, options),
      env: environment,
      account: account && { uid: account.uid, gid: account.gid },
      signalOnOrphaned: 'SIGINT',
      log: options.log,
    });
    const url = `postgres://${SUPERUSER}:${encodeURIComponent(options.password)}@127.0.0.1:${port}/postgres`;
    try {
      await server.until((stillWanted) => untilItAnswers(url, stillWanted));
    } catch (error) {
      await server.end('SIGINT', 5000);
      throw isWrongPassword(error)
        ? new Error(`The PostgreSQL data in ${dataDir} were made with another password; remove them to start afresh.`)
        : error;
    }
    return new PostgresServer(url, port, dataDir, server);
  }

  get name(): string {
    return this.server.name;
  }

  get pid(): number | undefined {
    return this.server.pid;
  }

  /** Resolves when PostgreSQL has ended, for whatever reason. */
  get exited(): Promise<Exit> {
    return this.server.exited;
  }

  /** How PostgreSQL ended and what it said last. */
  exitSummary(): string {
    return this.server.exitSummary();
  }

  /** Disconnects everybody and shuts down cleanly. */
  async stop(): Promise<void> {
    await this.server.end('SIGINT', 15_000);
  }

  /** Ends at once without a checkpoint, as a crash would; the next start recovers. */
  async kill(): Promise<void> {
    await this.server.end('SIGQUIT', 5000);
  }
}

async function initialise(
  programs: PostgresPrograms,
  dataDir: string,
  account: SystemAccount | undefined,
  options: PostgresServerOptions,
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'refundry-'));
  const passwordFile = join(folder, 'password');
  writeFileSync(passwordFile, options.password, { mode: 0o600 });
  if (account) for (const path of [folder, passwordFile]) chownSync(path, account.uid, account.gid);
  const args = [
    '--pgdata',
    dataDir,
    '--username',
    SUPERUSER,
    '--pwfile',
    passwordFile,
    '--auth',
    'scram-sha-256',
    '--encoding',
    'UTF8',
    ...(await localeArguments(programs)),
    '--no-instructions',
    ...(options.durable === false ? ['--no-sync'] : []),
  ];
  try {
    await promisify(execFile)(programs.initdb, args, {
      cwd: '/',
      env: environment,
      ...(account && { uid: account.uid, gid: account.gid }),
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** C.UTF-8 of PostgreSQL's own, which is the same on every machine, or, before 17, of the operating system's. */
async function localeArguments({ postgres }: PostgresPrograms): Promise<string[]> {
  const { stdout } = await promisify(execFile)(postgres, ['--version'], { cwd: '/', env: environment });
  const major = Number(/ (\d+)/.exec(stdout)?.[1]);
  return major < 17
    ? ['--locale', 'C.UTF-8']
    : ['--locale', 'C', '--locale-provider', 'builtin', '--builtin-locale', 'C.UTF-8'];
}

function postgresArguments(
  dataDir: string,
  port: number,
  { durable, tls, settings: further }: PostgresServerOptions,
): string[] {
  const settings: Record<string, string | number> = {
    listen_addresses: '127.0.0.1',
    port,
    unix_socket_directories: '',
    max_connections: 200,
    timezone: 'UTC',
    log_timezone: 'UTC',
    ...(durable === false ? NOT_DURABLE : {}),
    ...(tls && { ssl: 'on' }),
    ...further,
  };
  return ['-D', dataDir, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])];
}

/** The address and user of PostgreSQL, unless it is told otherwise. */
function writeCertificate(
  dataDir: string,
  account: SystemAccount | undefined,
  { certificate, key }: LocalCertificate,
): void {
  for (const [name, text] of [
    ['server.crt', certificate],
    ['server.key', key],
  ] as const) {
    const file = join(dataDir, name);
    writeFileSync(file, text, { mode: 0o600 });
    if (account) chownSync(file, account.uid, account.gid);
  }
}

async function endLeftover(dataDir: string): Promise<void> {
  const pidFile = join(dataDir, 'postmaster.pid');
  const found = await stopLeftover(pidFile, dataDir, ['SIGINT', 'SIGQUIT', 'SIGKILL']);
  // PostgreSQL judges by the pid alone, and would take the process that has it now for another PostgreSQL.
  if (found === 'somebody else') rmSync(pidFile);
}

async function untilItAnswers(url: string, stillWanted: () => boolean): Promise<void> {
  for (;;) {
    const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2000 });
    client.on('error', () => undefined);
    try {
      await client.connect();
      await client.end();
      return;
    } catch (error) {
      if (!stillWanted() || isFinal(error)) throw error;
      await pause(25);
    }
  }
}

/**
 * 57P03 says "starting up"; any other answer of PostgreSQL's own, such as a wrong password, won't change by asking
 * again.
 */
function isFinal(error: unknown): boolean {
  return error instanceof pg.DatabaseError && error.code !== '57P03';
}

function isWrongPassword(error: unknown): boolean {
  return error instanceof pg.DatabaseError && error.code === '28P01';
}
