import { NatsServer, PostgresServer, PortTaken, provisionDatabase, type ProvisionedDatabase } from '@refundry/testing';
import type { ProcessGroup } from './process-group.js';
import type { DataFolder } from './data-folder.js';
import { logTo } from './log-file.js';
import { reporting } from './progress.js';
import { Refusal, sentenceOf } from './refusal.js';
import type { Secrets } from './secrets.js';
import type { PortSetting, Settings } from './settings.js';
import { natsUsers, services } from './topology.js';

/** The context of the launcher's parts. */
export interface Launch {
  readonly settings: Settings;
  readonly folder: DataFolder;
  readonly secrets: Secrets;
  readonly processes: ProcessGroup;
}

/** The URL of NATS for one of its users. */
export type NatsUrl = (user: string) => string;

/** Starts PostgreSQL, or takes the running one, and returns its administrator's URL. */
export async function postgres({ settings, folder, secrets, processes }: Launch): Promise<string> {
  if (settings.databaseUrl) return settings.databaseUrl;
  const log = folder.logOf('postgres');
  const start = (): Promise<PostgresServer> =>
    PostgresServer.start({
      dataDir: folder.postgres,
      port: settings.postgresPort.port,
      password: secrets.postgres,
      log: logTo(log),
    }).catch(explainPort(settings.postgresPort));
  const { url } = await reporting(
    'PostgreSQL',
    () => processes.start({ mark: 'postgres', log }, start),
    ({ port }) => `127.0.0.1:${port}`,
  );
  return url;
}

/** Starts NATS, or takes the running one. */
export async function nats({ settings, folder, secrets, processes }: Launch): Promise<NatsUrl> {
  const running = settings.natsUrl;
  if (running) return () => running;
  const users = natsUsers().map((user) => ({ ...user, password: secrets.natsUser(user.user) }));
  const log = folder.logOf('nats');
  const start = (): Promise<NatsServer> =>
    NatsServer.start({ storeDir: folder.nats, port: settings.natsPort.port, users, log: logTo(log) }).catch(
      explainPort(settings.natsPort),
    );
  const server = await reporting(
    'NATS',
    () => processes.start({ mark: folder.nats, log }, start),
    ({ port }) => `127.0.0.1:${port}`,
  );
  return (user) => server.url(user);
}

/** Gives every service its database. */
export async function databases(adminUrl: string, secrets: Secrets): Promise<ReadonlyMap<string, ProvisionedDatabase>> {
  const provision = ({ name }: { name: string }): Promise<ProvisionedDatabase> =>
    provisionDatabase(adminUrl, {
      service: name,
      ownerPassword: secrets.role(`${name}_owner`),
      password: secrets.role(name),
    });
  const provisioned = await Promise.all(services.map(provision)).catch((error: unknown) => {
    throw new Refusal(`The databases could not be made: ${sentenceOf(error)}.`);
  });
  return new Map(services.map(({ name }, position) => [name, provisioned[position]!]));
}

/** Turns "port taken" into what the person at the terminal can do about it. */
export function explainPort({ of, variable, port }: PortSetting): (error: unknown) => never {
  return (error) => {
    throw error instanceof PortTaken
      ? new Refusal(
          `Port ${port} is taken, and ${of} wants it: set ${variable} to another one (0 takes any that is free).`,
        )
      : error;
  };
}
