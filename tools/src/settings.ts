import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { inVariable } from '@refundry/workspace';
import { Refusal } from './refusal.js';
import { gateway, receiverPort, servers, services, simulator } from './topology.js';

/** The address and login of an Omnitron. */
export interface Omnitron {
  readonly url: string;
  readonly username: string;
  readonly password: string;
}

/** A port something is to listen on; 0 stands for any free one. */
export interface PortSetting {
  /** The app that uses it. */
  readonly of: string;
  /** The environment variable that changes it. */
  readonly variable: string;
  readonly port: number;
}

/** The environment of the launcher. */
export interface Settings {
  readonly folder: string;
  readonly gatewayPort: PortSetting;
  readonly simulatorPort: PortSetting;
  readonly receiverPort: PortSetting;
  readonly postgresPort: PortSetting;
  readonly natsPort: PortSetting;
  readonly operationsPorts: ReadonlyMap<string, PortSetting>;
  /** Running ones, to be used instead of starting our own. */
  readonly databaseUrl: string | undefined;
  readonly natsUrl: string | undefined;
  readonly omnitron: Omnitron | undefined;
  /** Whether the gateway serves HTTPS. */
  readonly tls: boolean;
}

/**
 * @param options what stands behind `npm start --`
 * @throws Refusal that names the variable or the option and what is wrong with it
 */
export function readSettings(env: NodeJS.ProcessEnv, options: readonly string[] = []): Settings {
  for (const option of options)
    if (option !== '--tls') throw new Refusal(`There is no option ${option}; --tls is one.`);
  const port = (of: string, variable: string, usual: number): PortSetting => ({
    of,
    variable,
    port: readPort(env, variable, usual),
  });
  return {
    folder: resolve(fileURLToPath(new URL('../..', import.meta.url)), env.REFUNDRY_DATA ?? '.data'),
    gatewayPort: port('the gateway', 'PORT', gateway.port),
    simulatorPort: port('the Omnitron simulator', 'OMNITRON_PORT', simulator.port),
    receiverPort: port('the receiver of webhooks', 'RECEIVER_PORT', receiverPort),
    postgresPort: port('PostgreSQL', 'POSTGRES_PORT', servers.postgres),
    natsPort: port('NATS', 'NATS_PORT', servers.nats),
    operationsPorts: new Map(
      [gateway, ...services].map(({ name, operationsPort }) => [
        name,
        port(`the health of ${name}`, `OPERATIONS_PORT_${inVariable(name)}`, operationsPort),
      ]),
    ),
    databaseUrl: readUrl(env, 'DATABASE_URL'),
    natsUrl: readUrl(env, 'NATS_URL'),
    omnitron: readOmnitron(env),
    tls: options.includes('--tls'),
  };
}

/** The ports that have to be free before anything starts. */
export function portsToListenOn(settings: Settings): PortSetting[] {
  return [
    settings.gatewayPort,
    ...(settings.omnitron ? [] : [settings.simulatorPort]),
    settings.receiverPort,
    ...(settings.databaseUrl ? [] : [settings.postgresPort]),
    ...(settings.natsUrl ? [] : [settings.natsPort]),
    ...settings.operationsPorts.values(),
  ];
}

function readPort(env: NodeJS.ProcessEnv, variable: string, usual: number): number {
  const text = env[variable];
  if (!text) return usual;
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65_535)
    throw new Refusal(`${variable} must be a whole number from 0 to 65535, not "${text}".`);
  return port;
}

function readUrl(env: NodeJS.ProcessEnv, variable: string): string | undefined {
  const text = env[variable];
  if (!text) return undefined;
  if (!URL.canParse(text)) throw new Refusal(`${variable} is not a URL.`);
  return text;
}

function readOmnitron(env: NodeJS.ProcessEnv): Omnitron | undefined {
  const url = readUrl(env, 'OMNITRON_URL');
  if (url === undefined) return undefined;
  const { OMNITRON_USERNAME: username, OMNITRON_PASSWORD: password } = env;
  if (!username || !password)
    throw new Refusal('OMNITRON_URL needs OMNITRON_USERNAME and OMNITRON_PASSWORD beside it.');
  return { url, username, password };
}
