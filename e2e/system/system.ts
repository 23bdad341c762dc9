import { randomBytes } from 'node:crypto';
import type { ProvisionedDatabase } from '@refundry/testing';
import { serviceNames, type ServiceName as DatabaseName } from '@refundry/workspace';
import { gateway, services, type Environment, type Keys } from '../../tools/src/topology.js';
import { Client } from './client.js';
import { runCommand, type CommandResult } from './command-line.js';
import { queryDatabase } from './database.js';
import { send } from './http.js';
import { ReservationClient } from './reservation-client.js';
import { RetailClient } from './retail-client.js';
import type { Simulator } from './simulator.js';

/** The services but accounts, which is in every system. */
export const everyService = serviceNames.filter((name): name is ServiceName => name !== 'accounts');

export type ServiceName = Exclude<DatabaseName, 'accounts'>;
export type { DatabaseName };
export type AppName = DatabaseName | 'gateway';

/** Address of an Omnitron, and the login there. */
export type OmnitronLogin = Pick<Simulator, 'url' | 'username' | 'password'>;

interface TokenOptions {
  readonly scopes?: string;
  readonly expires?: string;
}

/** Tests ask as fast as they can, all from one address. */
const unhurried = { REQUESTS_PER_SECOND: '0', OPEN_REQUESTS_PER_SECOND: '0', REFUSED_CREDENTIALS_PER_SECOND: '0' };

/** A running system, as clients, operators and the owners of its databases see it. */
export abstract class System {
  abstract readonly keys: Keys;
  abstract readonly databases: Readonly<Record<DatabaseName, ProvisionedDatabase>>;
  /** The API keys that were handed out. */
  readonly apiKeys: string[] = [];

  /** The address that clients use. */
  abstract get url(): string;

  /** The Omnitron that new clients' accounts are connected with. */
  abstract get simulator(): Simulator;

  /** For one of the users of NATS. */
  abstract natsUrl(user: string): string;

  /** Runs a command of the operators' command line with a standard input. @throws when it fails */
  abstract commandWith<T = unknown>(input?: string, ...parameters: readonly string[]): Promise<T>;

  /** How a command with a standard input ended, and what it said. All commands run in one process, in turn. */
  abstract tryCommandWith(input: string, ...parameters: readonly string[]): Promise<CommandResult>;

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

  /** @throws when the command line refuses it */
  async connectOmnitron(account: string, login: OmnitronLogin = this.simulator): Promise<void> {
    await this.commandWith(login.password, ...setOmnitron(account, login), '--password-stdin', '--no-test');
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

  /** A client with a token that there is. */
  clientWith(token: string, account: string, tokenId: number): Client {
    this.apiKeys.push(token);
    return new Client(() => this.url, token, account, tokenId);
  }

  /** The same without one. */
  command<T = unknown>(...parameters: string[]): Promise<T> {
    return this.commandWith<T>('', ...parameters);
  }

  /** How a command ended, and what it said, without a standard input. */
  tryCommand(...parameters: string[]): Promise<CommandResult> {
    return this.tryCommandWith('', ...parameters);
  }

  /** The same of the command line as a process of its own, which ends by itself. */
  runCommand(...parameters: string[]): Promise<CommandResult> {
    return runCommand(parameters, this.commandEnvironment);
  }

  /** The environment of the operators' command line. */
  get commandEnvironment(): Environment {
    return {
      NATS_URL: this.natsUrl('operator'),
      DATABASE_URL: this.databases.accounts.url,
      SECRET_KEY: this.keys.secretKey,
    };
  }

  /** The environment that an app is started with. */
  protected environmentOf(app: AppName): Environment {
    const NATS_URL = this.natsUrl(app);
    if (app === 'gateway') return { NATS_URL, PORT: '0', ...unhurried, ...gateway.needs(this.keys) };
    return {
      NATS_URL,
      DATABASE_URL: this.databases[app].url,
      ...services.find(({ name }) => name === app)?.needs(this.keys),
    };
  }
}

/** The command that connects an account with an Omnitron, but for the password. */
export const setOmnitron = (account: string, { url, username }: OmnitronLogin): readonly string[] => [
  'omnitron',
  'set',
  '--account',
  account,
  '--url',
  url,
  '--username',
  username,
];
