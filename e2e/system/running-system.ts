import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AppProcess, NatsServer, provisionDatabase, type NatsUser, type ProvisionedDatabase } from '@refundry/testing';
import type * as topology from '../../tools/src/topology.js';
import { scriptOf, type Environment, type Keys } from '../../tools/src/topology.js';
import type { CommandResult } from './command-line.js';
import { migrate, migratedDatabase } from './migrated-database.js';
import { newNatsUsers } from './nats-users.js';
import { Operator } from './operator.js';
import { Simulator } from './simulator.js';
import {
  setOmnitron,
  System,
  type AppName,
  type DatabaseName,
  type OmnitronLogin,
  type ServiceName,
} from './system.js';

export { everyService } from './system.js';

export interface SystemOptions {
  /** Added to an app's environment. */
  readonly environment?: Partial<Record<AppName | 'simulator', Environment>>;
  /** Which services are started beside accounts; oms, unless it is said. */
  readonly services?: readonly ServiceName[];
  /** Whether a simulator is started; if it isn't said, it is where there is oms. */
  readonly simulated?: boolean;
  /** A superuser's URL of a cluster of the test's own, instead of the one that all test files share. */
  readonly cluster?: string;
  /**
   * Another checkout, compiled: its apps and its command line are run, and NATS grants what its topology says. It needs
   * a cluster of its own.
   */
  readonly checkout?: string;
}

const readyWithinMs = 60_000;
/** The grace period of containers that end (docs/operations.md). */
const graceMs = 30_000;
const newKey = (): string => randomBytes(32).toString('base64');
const newPassword = (): string => randomBytes(16).toString('hex');

/** The whole system, as real processes of its own: PostgreSQL databases, NATS, the simulator, every app. */
export class RunningSystem extends System {
  private readonly running = new Map<string, AppProcess>();
  /** Every app that ran, the ended ones too. */
  readonly everyApp: AppProcess[] = [];
  private readonly operator: Operator;
  override readonly keys: Keys = { secretKey: newKey(), rpcEncryptionKey: newKey() };
  private entrance: string | undefined;

  private constructor(
    private nats: NatsServer,
    private readonly natsStore: string,
    readonly natsUsers: readonly NatsUser[],
    private readonly omnitron: Simulator | undefined,
    override readonly databases: Readonly<Record<DatabaseName, ProvisionedDatabase>>,
    private readonly added: Partial<Record<string, Environment>>,
    private checkout: string | undefined,
  ) {
    super();
    this.operator = new Operator(() => this.commandEnvironment, scriptOf('accounts', 'cli.js', checkout));
  }

  static async start({
    environment = {},
    services: wanted = ['oms'],
    simulated = wanted.includes('oms'),
    cluster,
    checkout,
  }: SystemOptions = {}): Promise<RunningSystem> {
    const users = newNatsUsers(
      checkout === undefined
        ? undefined
        : ((await import(join(checkout, 'tools/dist/topology.js'))) as typeof topology).natsUsers(),
    );
    const natsStore = mkdtempSync(join(tmpdir(), 'refundry-jetstream-'));
    const database = async (service: DatabaseName): Promise<[DatabaseName, ProvisionedDatabase]> => [
      service,
      await (cluster === undefined ? migratedDatabase(service) : newDatabase(cluster, service, checkout)),
    ];
    const names: readonly DatabaseName[] = ['accounts', ...wanted];
    const [nats, simulator, databases] = await Promise.all([
      NatsServer.start({ users, storeDir: natsStore }),
      simulated ? Simulator.start(environment.simulator) : undefined,
      Promise.all(names.map(database)),
    ]);
    const system = new RunningSystem(
      nats,
      natsStore,
      users,
      simulator,
      Object.fromEntries(databases) as Record<DatabaseName, ProvisionedDatabase>,
      environment,
      checkout,
    );
    await Promise.all([...names, 'gateway'].map((name) => system.startApp(name)));
    return system;
  }

  /** The gateway, unless they were sent elsewhere. */
  override get url(): string {
    return this.entrance ?? this.app('gateway').url ?? '';
  }

  /** Sends clients, those that there are too, to what stands before the gateways. */
  enterBy(url: string): void {
    this.entrance = url;
  }

  override get simulator(): Simulator {
    if (!this.omnitron) throw new Error('the simulator has not been started');
    return this.omnitron;
  }

  app(name: string): AppProcess {
    const app = this.running.get(name);
    if (!app) throw new Error(`${name} has not been started`);
    return app;
  }

  override natsUrl(user: string): string {
    return this.nats.url(user);
  }

  /** Starts an app, or another replica of it under a name such as `oms-2`. */
  async startApp(name: string, added: Environment = {}): Promise<AppProcess> {
    const kind = name.replace(/-\d+$/, '');
    const app = AppProcess.spawn({
      name,
      script: scriptOf(kind, 'main.js', this.checkout),
      env: { ...this.environmentOf(kind as AppName), ...this.added[kind], ...added },
      readyWithinMs,
    });
    this.everyApp.push(app);
    await app.ready();
    this.running.set(name, app);
    return app;
  }

  async restartApp(name: string, added: Environment = {}): Promise<AppProcess> {
    await this.app(name).stop(graceMs);
    return this.startApp(name, added);
  }

  /** From now on apps of this repository are started; NATS grants what they need beforehand, as an upgrade demands. */
  upgrade(): void {
    this.checkout = undefined;
    const passwords = new Map(this.natsUsers.map(({ user, password }) => [user, password]));
    this.nats.reload({
      users: newNatsUsers().map((user) => ({ ...user, password: passwords.get(user.user) ?? user.password })),
    });
  }

  async stopNats(): Promise<void> {
    await this.nats.stop();
  }

  /** As a crash would. */
  async killNats(): Promise<void> {
    await this.nats.kill();
  }

  /** Its connections stay open, and nothing answers until it is resumed. */
  suspendNats(): void {
    this.nats.suspend();
  }

  resumeNats(): void {
    this.nats.resume();
  }

  /** The processes that an answer passes through, by name. */
  get pids(): Readonly<Record<'gateway' | 'oms' | 'nats', number>> {
    return { gateway: this.app('gateway').pid ?? NaN, oms: this.app('oms').pid ?? NaN, nats: this.nats.pid ?? NaN };
  }

  /** The files of JetStream, while NATS is stopped. */
  wipeJetStream(): void {
    rmSync(join(this.natsStore, 'jetstream'), { recursive: true });
  }

  /** The stored bytes of NATS while it is stopped: it is started for that one, at an address that nobody else knows. */
  async withNatsAside<T>(work: (url: (user: string) => string) => Promise<T>): Promise<T> {
    const aside = await NatsServer.start({ users: this.natsUsers, storeDir: this.natsStore });
    try {
      return await work((user) => aside.url(user));
    } finally {
      await aside.stop();
    }
  }

  /** On the port it had before. */
  async startNats(): Promise<void> {
    this.nats = await NatsServer.start({ users: this.natsUsers, port: this.nats.port, storeDir: this.natsStore });
  }

  override connectOmnitron(account: string, login: OmnitronLogin = this.simulator): Promise<void> {
    return super.connectOmnitron(account, login).catch(async (error: unknown) => {
      if (this.checkout === undefined) throw error;
      // The command line of a version that took it as an argument.
      await this.command(...setOmnitron(account, login), '--password', login.password);
    });
  }

  override commandWith<T = unknown>(input = '', ...parameters: readonly string[]): Promise<T> {
    return this.operator.run<T>(input, ...parameters);
  }

  override tryCommandWith(input: string, ...parameters: readonly string[]): Promise<CommandResult> {
    return this.operator.attempt(input, ...parameters);
  }

  /** Ends everything at once: nobody will miss it. */
  async kill(): Promise<void> {
    for (const app of this.everyApp) app.kill('SIGKILL');
    await Promise.all([this.nats.kill(), this.omnitron?.stop(), ...this.everyApp.map(({ exited }) => exited)]);
    rmSync(this.natsStore, { recursive: true, force: true });
  }

  async stop(): Promise<void> {
    await this.operator.stop();
    await Promise.all(this.everyApp.map((app) => app.stop()));
    await Promise.all([this.nats.stop(), this.omnitron?.stop()]);
    rmSync(this.natsStore, { recursive: true, force: true });
  }
}

/** In a cluster of a test's own, whose passwords are nobody else's. */
async function newDatabase(cluster: string, service: string, checkout?: string): Promise<ProvisionedDatabase> {
  const database = await provisionDatabase(cluster, { service, ownerPassword: newPassword(), password: newPassword() });
  await migrate(service, database, { checkout });
  return database;
}
