import { randomBytes } from 'node:crypto';
import type { NatsUser } from '@refundry/testing';
import { natsUsers } from '../../tools/src/topology.js';

/** Hears everything and says nothing. */
const recorder = { user: 'recorder', publish: [], subscribe: ['>'] };

/** The users of NATS with the rights they have everywhere, and one for the tests; passwords of their own. */
export const newNatsUsers = (): NatsUser[] => [...natsUsers(), recorder].map((user) => ({ ...user, password: randomBytes(16).toString('hex') }));
