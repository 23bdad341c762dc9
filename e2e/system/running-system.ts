import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AppProcess, NatsServer, provisionDatabase, type NatsUser, type ProvisionedDatabase } from '@refundry/testing';
import { serviceNames, type ServiceName as DatabaseName } from '@refundry/workspace';
import type * as topology from '../../tools/src/topology.js';
import { gateway, scriptOf, services, type Keys } from '../../tools/src/topology.js';
import { Client } from './client.js';
import { runCommand, type CommandResult } from './command-line.js';
import { queryDatabase } from './database.js';
import { send } from './http.js';
import { newNatsUsers } from './nats-users.js';
import { ReservationClient } from './reservation-client.js';
import { RetailClient } from './retail-client.js';
import { migrate, migratedDatabase } from './migrated-database.js';
import { Operator } from './operator.js';
import { Simulator } from './simulator.js';

type Environment = Readonly<Record<string, string>>;
/** The services but accounts, which is in every system. */
export const everyService = serviceNames.filter((name): name is ServiceName => name !== 'accounts');

type ServiceName = Exclude<DatabaseName, 'accounts'>;
type AppName = DatabaseName | 'gateway';

export interface SystemOptions {
  /** Added to an app's environment. */
  readonly environment?: Partial<Record<AppName | 'simulator', Environment>>;
  /** Which services are started beside accounts; oms, unless it is said. The simulator comes with oms. */
  readonly services?: readonly ServiceName[];
  /** A superuser's URL of a cluster of the test's own, instead of the one that all test files share. */
  readonly cluster?: string;
  /**
   * Another checkout, compiled: its apps and its command line are run, and NATS grants what its topology says. It needs
   * a cluster of its own.
   */
  readonly checkout?: string;
}

type OmnitronLogin = Pick<Simulator, 'url' | 'username' | 'password'>;

interface TokenOptions {
  readonly scopes?: string;
  readonly expires?: string;
}

/** Tests ask as fast as they can, all from one address. */
const unhurried = { REQUESTS_PER_SECOND: '0', OPEN_REQUESTS_PER_SECOND: '0', REFUSED_CREDENTIALS_PER_SECOND: '0' };
const readyWithinMs = 60_000;
/** The grace period of containers that end (docs/operations.md). */
const graceMs = 30_000;
const newKey = (): string => randomBytes(32).toString('base64');
const newPassword = (): string => randomBytes(16).toString('hex');

/** The whole system, as real processes of its own: PostgreSQL databases, NATS, the simulator, every app. */
export class RunningSystem {
  private readonly running = new Map<string, AppProcess>();
  /** Every app that ran, the ended ones too. */
  readonly everyApp: AppProcess[] = [];
  private readonly operator: Operator;
  readonly keys: Keys = { secretKey: newKey(), rpcEncryptionKey: newKey() };
  /** The API keys that were handed out. */
  readonly apiKeys: string[] = [];
  private entrance: string | undefined;

  private constructor(
    private nats: NatsServer,
    private readonly natsStore: string,
    readonly natsUsers: readonly NatsUser[],
    private readonly omnitron: Simulator | undefined,
    readonly databases: Readonly<Record<DatabaseName, ProvisionedDatabase>>,
    private readonly added: Partial<Record<string, Environment>>,
    private checkout: string | undefined,
  ) {
    this.operator = new Operator(() => this.commandEnvironment, scriptOf('accounts', 'cli.js', checkout));
  }

  static async start({
    environment = {},
    services: wanted = ['oms'],
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
      wanted.includes('oms') ? Simulator.start(environment.simulator) : undefined,
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

  /** The address that clients use: the gateway, unless they were sent elsewhere. */
  get url(): string {
    return this.entrance ?? this.app('gateway').url ?? '';
  }

  /** Sends clients, those that there are too, to what stands before the gateways. */
  enterBy(url: string): void {
    this.entrance = url;
  }

  get simulator(): Simulator {
    if (!this.omnitron) throw new Error('the simulator has not been started');
    return this.omnitron;
  }

  app(name: string): AppProcess {
    const app = this.running.get(name);
    if (!app) throw new Error(`${name} has not been started`);
    return app;
  }

  natsUrl(user: string): string {
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

  /** A client of a new account that reads this Omnitron. */
  async newClient(options: TokenOptions & { omnitron?: Simulator } = {}): Promise<Client> {
    const account = await this.newAccount();
    const [client] = await Promise.all([
      this.newToken(account, options),
      this.connectOmnitron(account, options.omnitron),
    ]);
    return client;
  }

  /** The name of a new account. */
  async newAccount(): Promise<string> {
    const name = `account-${randomBytes(4).toString('hex')}`;
    await this.command('account', 'create', '--name', name);
    return name;
  }

  /** By which the services know an account. */
  async accountId(name: string): Promise<number> {
    const [account] = await queryDatabase<{ id: number }>(
      this.databases.accounts.ownerUrl,
      'select id from account where name = $1',
      [name],
    );
    if (!account) throw new Error(`there is no account ${name}`);
    return account.id;
  }

  /** Asks a service's database, as its owner, behind the service's back. */
  query<T = Record<string, unknown>>(
    service: DatabaseName,
    sql: string,
    parameters: readonly unknown[] = [],
  ): Promise<T[]> {
    return queryDatabase<T>(this.databases[service].ownerUrl, sql, parameters);
  }

  async connectOmnitron(account: string, { url, username, password }: OmnitronLogin = this.simulator): Promise<void> {
    const set = ['omnitron', 'set', '--account', account, '--url', url, '--username', username];
    await this.commandWith(password, ...set, '--password-stdin', '--no-test').catch((error: unknown) => {
      if (this.checkout === undefined) throw error;
      // The command line of a version that took it as an argument.
      return this.command(...set, '--password', password);
    });
  }

  async newToken(account: string, { scopes, expires }: TokenOptions = {}): Promise<Client> {
    const issued = await this.command<{ token: string; id: number }>(
      'token',
      'create',
      '--account',
      account,
      ...(scopes ? ['--scopes', scopes] : []),
      ...(expires ? ['--expires', expires] : []),
    );
    return this.clientWith(issued.token, account, issued.id);
  }

  /** A client of the retail family, of a new account or of that of the name. */
  async newRetailClient(account?: string, scope = 'read write'): Promise<RetailClient> {
    const owner = account ?? (await this.newAccount());
    const username = `user-${randomBytes(4).toString('hex')}`;
    const [client, user] = await Promise.all([
      this.command<{ client_id: string; client_secret: string }>(
        'oauth-client',
        'create',
        '--account',
        owner,
        '--name',
        'ERP',
      ),
      this.command<{ password: string }>('oauth-user', 'create', '--account', owner, '--username', username),
    ]);
    const form = new URLSearchParams({
      grant_type: 'password',
      client_id: client.client_id,
      client_secret: client.client_secret,
      username,
      password: user.password,
      scope,
    });
    const answer = await send('POST', `${this.url}/api/o/token/`, {
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: form.toString(),
    });
    if (answer.status !== 200) throw new Error(`no token: ${answer.status} ${answer.text}`);
    return new RetailClient(() => this.url, (answer.json as { access_token: string }).access_token, owner);
  }

  /** A client of the reservation family with all scopes, of a new account or of that of the name. */
  async newReservationClient(name?: string): Promise<ReservationClient> {
    const account = name ?? (await this.newAccount());
    const domain = `${account}.example`;
    await this.command('domain', 'add', '--account', account, '--domain', domain);
    const issued = await this.command<{ organisation_token: string }>(
      'organisation-token',
      'create',
      '--account',
      account,
      '--for',
      '1 week',
      '--scopes',
      'reservation:read,reservation:write,reservation:manage',
    );
    return new ReservationClient(() => this.url, issued.organisation_token, domain);
  }

  clientWith(token: string, account: string, tokenId: number): Client {
    this.apiKeys.push(token);
    return new Client(() => this.url, token, account, tokenId);
  }

  /** Runs a command of the operators' command line. @throws when it fails */
  async command<T = unknown>(...parameters: string[]): Promise<T> {
    return this.commandWith<T>('', ...parameters);
  }

  /** The same with a standard input. */
  async commandWith<T = unknown>(input = '', ...parameters: readonly string[]): Promise<T> {
    return this.operator.run<T>(input, ...parameters);
  }

  tryCommand(...parameters: string[]): Promise<CommandResult> {
    return this.tryCommandWith('', ...parameters);
  }

  tryCommandWith(input: string, ...parameters: readonly string[]): Promise<CommandResult> {
    return runCommand(parameters, this.commandEnvironment, input);
  }

  get commandEnvironment(): Environment {
    return {
      NATS_URL: this.natsUrl('operator'),
      DATABASE_URL: this.databases.accounts.url,
      SECRET_KEY: this.keys.secretKey,
    };
  }

  async stop(): Promise<void> {
    await this.operator.stop();
    await Promise.all(this.everyApp.map((app) => app.stop()));
    await Promise.all([this.nats.stop(), this.omnitron?.stop()]);
    rmSync(this.natsStore, { recursive: true, force: true });
  }

  private environmentOf(app: AppName): Environment {
    const NATS_URL = this.natsUrl(app);
    if (app === 'gateway') return { NATS_URL, PORT: '0', ...unhurried, ...gateway.needs(this.keys) };
    return {
      NATS_URL,
      DATABASE_URL: this.databases[app].url,
      ...services.find(({ name }) => name === app)?.needs(this.keys),
    };
  }
}

/** In a cluster of a test's own, whose passwords are nobody else's. */
async function newDatabase(cluster: string, service: string, checkout?: string): Promise<ProvisionedDatabase> {
  const database = await provisionDatabase(cluster, { service, ownerPassword: newPassword(), password: newPassword() });
  await migrate(service, database, { checkout });
  return database;
}
