import { describe, expect, it } from '@jest/globals';
import { natsUsers } from './topology.js';

describe('who may do what on NATS', () => {
  const users = new Map(natsUsers().map((user) => [user.user, user]));

  it('lets the gateway and the operator ask every service and hear the answers to themselves', () => {
    expect(users.get('gateway')).toEqual({ user: 'gateway', publish: ['accounts.>', 'oms.>'], subscribe: ['_INBOX_gateway.>'] });
    expect(users.get('operator')).toEqual({ user: 'operator', publish: ['accounts.>', 'oms.>'], subscribe: ['_INBOX_operator.>'] });
  });

  it('lets a service hear its own subjects and answer, and nothing else', () => {
    for (const name of ['accounts', 'oms']) {
      expect(users.get(name)).toEqual({ user: name, publish: ['_INBOX_gateway.>', '_INBOX_operator.>'], subscribe: [`${name}.>`] });
    }
  });
});
