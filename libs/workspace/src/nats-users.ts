import type { NatsUser } from '@refundry/testing';
import type { ServiceDeclaration } from './service-declaration.js';

/** The clients of every service over NATS: the gateway, and the operators' command line. */
export const callers = { gateway: 'gateway', operator: 'operator' } as const;

const inboxOf = (user: string): string => `_INBOX_${user}.>`;

/** The replicas of a service wake each other for its jobs. */
const wakeUpsOf = (service: string): string => `jobs.${service}.wake-up`;

/** A service publishes its own events, and may make and change the stream that keeps them. */
function eventSubjects(service: string): string[] {
  const verbs = ['CREATE', 'UPDATE', 'INFO'];
  return [`events.${service}.>`, ...verbs.map((verb) => `$JS.API.STREAM.${verb}.events_${service}`)];
}

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
      publishNever: services.flatMap(({ name, operatorsOnly }) => operatorsOnly.map((subject) => `${name}.${subject}`)),
      subscribe: [inboxOf(callers.gateway)],
    },
    { user: callers.operator, publish: requests, subscribe: [inboxOf(callers.operator)] },
    ...services.map(({ name, hasJobs, hasEvents }) => ({
      user: name,
      publish: [
        ...Object.values(callers).map(inboxOf),
        ...(hasJobs ? [wakeUpsOf(name)] : []),
        ...(hasEvents ? eventSubjects(name) : []),
      ],
      subscribe: [`${name}.>`, ...(hasJobs ? [wakeUpsOf(name)] : []), ...(hasEvents ? [inboxOf(name)] : [])],
    })),
  ];
}

/** The names of all users. */
export const userNames = (services: readonly ServiceDeclaration[]): string[] =>
  natsUsers(services).map(({ user }) => user);

/** A name as part of an environment variable. */
export const inVariable = (name: string): string => name.toUpperCase().replaceAll('-', '_');

/** The variable that holds the password of a user of NATS. */
export const passwordVariable = (user: string): string => `NATS_${inVariable(user)}_PASSWORD`;
