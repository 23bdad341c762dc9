import { randomBytes } from 'node:crypto';
import type { NatsUser } from '@refundry/testing';
import { natsUsers } from '../../tools/src/topology.js';

/** Hears everything and says nothing. */
const recorder = { user: 'recorder', publish: [], subscribe: ['>'] };

/** Another team, that reads events. */
const reader = {
  user: 'reader',
  publish: ['$JS.API.STREAM.INFO.*', '$JS.API.CONSUMER.>'],
  subscribe: ['_INBOX_reader.>'],
};

/**
 * The users of NATS with the rights they have everywhere, and two for the tests; passwords of their own.
 *
 * @param rights of another version
 */
export const newNatsUsers = (rights = natsUsers()): NatsUser[] =>
  [...rights, recorder, reader].map((user) => ({ ...user, password: randomBytes(16).toString('hex') }));
