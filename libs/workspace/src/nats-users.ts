import type { NatsUser } from '@refundry/testing';
import type { ServiceDeclaration } from './service-declaration.js';

/** The clients of every service over NATS: the gateway, and the operators' command line. */
export const callers = { gateway: 'gateway', operator: 'operator' } as const;

const inboxOf = (user: string): string => `_INBOX_${user}.>`;

/** The replicas of a service wake each other for its jobs. */
const wakeUpsOf = (service: string): string => `jobs.${service}.wake-up`;

/**
 * A service publishes its own events and notices of them, and may make and change the stream that keeps them.
 */
function eventSubjects(service: string): string[] {
  const verbs = ['CREATE', 'UPDATE', 'INFO'];
  return [
    `events.${service}.>`,
    `logged.${service}.>`,
    ...verbs.map((verb) => `$JS.API.STREAM.${verb}.events_${service}`),
  ];
}

/** The operations on the event log of a service; they are of all accounts. */
const logOf = (service: string): string => `${service}.event-log.>`;

/** A consumer reads the logs of its publishers, whose longer answers are streams. */
const readSubjects = ({ consumes }: ServiceDeclaration): string[] =>
  Object.keys(consumes).flatMap((publisher) => [logOf(publisher), `${publisher}._streams.>`]);

/** A consumer receives notices of the types that it consumes. */
const noticeSubjects = ({ consumes }: ServiceDeclaration): string[] =>
  Object.entries(consumes).flatMap(([publisher, types]) => types.map((type) => `logged.${publisher}.${type}`));

const isConsumer = ({ consumes }: ServiceDeclaration): boolean => Object.keys(consumes).length > 0;

/** The subjects of a service that the gateway has nothing to do with. */
const hiddenFromGateway = (service: ServiceDeclaration): string[] => [
  ...service.operatorsOnly.map((subject) => `${service.name}.${subject}`),
  ...(service.hasEvents ? [logOf(service.name)] : []),
  ...(isConsumer(service) ? [`${service.name}.inbox.>`] : []),
];

/**
 * The users of NATS and their permissions: a caller sees only its own inbox, and a service receives only its own
 * requests.
 */
export function natsUsers(services: readonly ServiceDeclaration[]): Omit<NatsUser, 'password'>[] {
  const requests = services.map(({ name }) => `${name}.>`);
  return [
    {
      user: callers.gateway,
      publish: requests,
      publishNever: services.flatMap(hiddenFromGateway),
      subscribe: [inboxOf(callers.gateway)],
    },
    { user: callers.operator, publish: requests, subscribe: [inboxOf(callers.operator)] },
    ...services.map((service) => userOf(service, services)),
  ];
}

function userOf(service: ServiceDeclaration, services: readonly ServiceDeclaration[]): Omit<NatsUser, 'password'> {
  const { name, hasJobs, hasEvents } = service;
  const consumers = services.filter(({ consumes }) => name in consumes).map((consumer) => consumer.name);
  return {
    user: name,
    publish: [
      ...[...Object.values(callers), ...consumers].map(inboxOf),
      ...(hasJobs ? [wakeUpsOf(name)] : []),
      ...(hasEvents ? eventSubjects(name) : []),
      ...readSubjects(service),
    ],
    subscribe: [
      `${name}.>`,
      ...(hasJobs ? [wakeUpsOf(name)] : []),
      ...(hasEvents || isConsumer(service) ? [inboxOf(name)] : []),
      ...noticeSubjects(service),
    ],
  };
}

/** The names of all users. */
export const userNames = (services: readonly ServiceDeclaration[]): string[] =>
  natsUsers(services).map(({ user }) => user);

/** A name as part of an environment variable. */
export const inVariable = (name: string): string => name.toUpperCase().replaceAll('-', '_');

/** The variable that holds the password of a user of NATS. */
export const passwordVariable = (user: string): string => `NATS_${inVariable(user)}_PASSWORD`;
