import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { NatsUser } from '@refundry/testing';

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
  /** Its subjects, below its name, that only the operators' command line may ask. */
  readonly operatorsOnly: readonly string[];
  /** Whether it has work that outlives a request. */
  readonly hasJobs: boolean;
  /** Whether it tells other teams what has happened. */
  readonly hasEvents: boolean;
}

export const services: readonly Service[] = [
  {
    name: 'accounts',
    operationsPort: 9101,
    needs: ({ secretKey, rpcEncryptionKey }) => ({ SECRET_KEY: secretKey, WIRE_KEY: rpcEncryptionKey }),
    passedOn: ['KEEP_ENDED_CREDENTIALS_DAYS'],
    operatorsOnly: [],
    hasJobs: false,
    hasEvents: false,
  },
  {
    name: 'oms',
    operationsPort: 9102,
    // The simulator, and whatever else a developer points OMNITRON_URL at, is at a private address.
    // Little room for what is young: the pages of a job are, and a tenth slower is better than three times the memory.
    needs: ({ secretKey }) => ({
      SECRET_KEY: secretKey,
      OMNITRON_PRIVATE_ADDRESSES: 'true',
      NODE_OPTIONS: '--max-semi-space-size=4',
    }),
    passedOn: [
      'PULL_DEADLINE_SECONDS',
      'UPSTREAM_TIMEOUT_MS',
      'JOB_LEASE_SECONDS',
      'READY_AFTER_SECONDS',
      'FULL_COMPARISON_HOURS',
      'EXPORTS_PER_ACCOUNT',
    ],
    operatorsOnly: ['sync.>', 'schedules.>', 'omnitron-connections.>'],
    hasJobs: true,
    hasEvents: false,
  },
  // Batches are young as pages of a job are.
  {
    name: 'supplier-refund',
    operationsPort: 9103,
    needs: () => ({ NODE_OPTIONS: '--max-semi-space-size=4' }),
    passedOn: [],
    operatorsOnly: [],
    hasJobs: false,
    hasEvents: true,
  },
  {
    name: 'reservation-refund',
    operationsPort: 9104,
    needs: () => ({}),
    passedOn: [],
    operatorsOnly: [],
    hasJobs: false,
    hasEvents: true,
  },
];

/** The public door. Its young objects are requests under way; with more room for them it is not faster. */
export const gateway = {
  name: 'gateway',
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

/** The operators' command line: the NATS user it is, and the file it takes its environment from. */
export const operator = {
  name: 'operator',
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

/** A client of any service over NATS. */
const askers: readonly string[] = [gateway.name, operator.name];

/**
 * The users of NATS and their permissions: a caller sees only its own inbox, and a service receives only its own
 * requests.
 */
export function natsUsers(): Omit<NatsUser, 'password'>[] {
  const questions = services.map(({ name }) => `${name}.>`);
  return [
    {
      user: gateway.name,
      publish: questions,
      publishNever: services.flatMap(({ name, operatorsOnly }) => operatorsOnly.map((subject) => `${name}.${subject}`)),
      subscribe: [inboxOf(gateway.name)],
    },
    { user: operator.name, publish: questions, subscribe: [inboxOf(operator.name)] },
    ...services.map(({ name, hasJobs, hasEvents }) => ({
      user: name,
      publish: [
        ...askers.map(inboxOf),
        ...(hasJobs ? [wakeUpsOf(name)] : []),
        ...(hasEvents ? eventSubjects(name) : []),
      ],
      subscribe: [`${name}.>`, ...(hasJobs ? [wakeUpsOf(name)] : []), ...(hasEvents ? [inboxOf(name)] : [])],
    })),
  ];
}

/** The compiled entry file of an app, of this repository or of another checkout. */
export function scriptOf(
  app: string,
  file = 'main.js',
  checkout = fileURLToPath(new URL('../..', import.meta.url)),
): string {
  return join(checkout, 'apps', app, 'dist', file);
}

/** The replicas of a service wake each other for its jobs. */
function wakeUpsOf(service: string): string {
  return `jobs.${service}.wake-up`;
}

/** A service publishes its own events, and may make and change the stream that keeps them. */
function eventSubjects(service: string): string[] {
  const verbs = ['CREATE', 'UPDATE', 'INFO'];
  return [`events.${service}.>`, ...verbs.map((verb) => `$JS.API.STREAM.${verb}.events_${service}`)];
}

function inboxOf(user: string): string {
  return `_INBOX_${user}.>`;
}
