import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { NatsUser } from '@refundry/testing';
import { callers, filesOnDisk, natsUsers as natsUsersOf, readDeclarations } from '@refundry/workspace';

/** The environment of a process, or a part of it. */
export type Environment = Readonly<Record<string, string>>;

/** The keys and what each encrypts: each 32 bytes in base64. */
export interface Keys {
  /** Secrets in the databases. */
  readonly secretKey: string;
  /** Credentials on their way between the gateway and accounts. */
  readonly rpcEncryptionKey: string;
}

/** A service has its own database and answers on the NATS subjects below its name. */
export interface Service {
  readonly name: string;
  readonly operationsPort: number;
  /** The settings beside its database and NATS. */
  readonly needs: (keys: Keys) => Environment;
  /** Variables of the launcher's environment that it gets too. */
  readonly passedOn: readonly string[];
  /** Whether it publishes events for other teams. */
  readonly hasEvents: boolean;
  /** Whether it consumes events of other services. */
  readonly hasConsumers: boolean;
}

const declarations = readDeclarations(filesOnDisk(fileURLToPath(new URL('../..', import.meta.url))));

/** The services, each as its `service.json` declares it. */
export const services: readonly Service[] = declarations.map(
  ({ name, operationsPort, secrets, switches, maxSemiSpace, settings, hasEvents, consumes }) => ({
    name,
    operationsPort,
    needs: ({ secretKey, rpcEncryptionKey }) => {
      const keys = { SECRET_KEY: secretKey, WIRE_KEY: rpcEncryptionKey };
      return {
        ...Object.fromEntries(secrets.map((secret) => [secret, keys[secret]])),
        ...Object.fromEntries(Object.entries(switches).map(([variable, { here }]) => [variable, here])),
        ...(maxSemiSpace !== undefined && { NODE_OPTIONS: `--max-semi-space-size=${maxSemiSpace}` }),
      };
    },
    passedOn: settings,
    hasEvents,
    hasConsumers: Object.keys(consumes).length > 0,
  }),
);

/** The public door. Its young objects are requests under way; with more room for them it is not faster. */
export const gateway = {
  name: callers.gateway,
  port: 8080,
  operationsPort: 9100,
  passedOn: [
    'PUBLIC_URL',
    'TRUSTED_PROXIES',
    'REQUESTS_PER_SECOND',
    'REQUESTS_BURST',
    'OPEN_REQUESTS_PER_SECOND',
    'REFUSED_CREDENTIALS_PER_SECOND',
    'MAX_REQUESTS_IN_FLIGHT',
    'MAX_REQUESTS_IN_FLIGHT_PER_ACCOUNT',
    'REQUESTS_WORKED_ON_PER_ACCOUNT',
    'MAX_CONNECTIONS',
    'MAX_CONNECTIONS_PER_ADDRESS',
    'OTEL_TRACES_SAMPLER_ARG',
    'TRUST_TRACEPARENT',
  ],
  needs: ({ rpcEncryptionKey }: Keys): Environment => ({
    WIRE_KEY: rpcEncryptionKey,
    NODE_OPTIONS: '--max-semi-space-size=16',
  }),
} as const;

/** The upstream, for development. */
export const simulator = {
  name: 'omnitron-simulator',
  port: 8090,
  passedOn: ['OMNITRON_DATASET', 'OMNITRON_ANSWERS', 'OMNITRON_DISTRICTS', 'OMNITRON_CUSTOMERS'],
} as const;

/** The port of the receiver of the demo account's webhooks, for development. */
export const receiverPort = 8091;

/** The operators' command line: the NATS user it is, and the file it takes its environment from. */
export const operator = {
  name: callers.operator,
  script: scriptOf('accounts', 'cli.js'),
  environmentFile: 'accounts-cli',
} as const;

/** Ports of the servers underneath. */
export const servers = { postgres: 54320, nats: 42220 } as const;

/** The part of the launcher's environment that every process gets. */
export const passedOnToAll: readonly string[] = [
  'PATH',
  'HOME',
  'TZ',
  'LANG',
  'NODE_OPTIONS',
  'LOG_LEVEL',
  'METRICS',
  'OTEL_EXPORTER_OTLP_ENDPOINT',
  'OTEL_EXPORTER_OTLP_HEADERS',
];

/** The users of NATS and their permissions. */
export const natsUsers = (): Omit<NatsUser, 'password'>[] => natsUsersOf(declarations);

/** The compiled entry file of an app, of this repository or of another checkout. */
export function scriptOf(
  app: string,
  file = 'main.js',
  checkout = fileURLToPath(new URL('../..', import.meta.url)),
): string {
  return join(checkout, 'apps', app, 'dist', file);
}
