import { describe, expect, it } from '@jest/globals';
import { natsUsers } from './topology.js';

describe('the permissions on NATS', () => {
  const users = new Map(natsUsers().map((user) => [user.user, user]));

  it('lets the gateway and the operator ask every service and hear the answers to themselves', () => {
    expect(users.get('gateway')).toEqual({
      user: 'gateway',
      publish: ['accounts.>', 'oms.>', 'supplier-refund.>', 'reservation-refund.>'],
      publishNever: ['oms.sync.>', 'oms.schedules.>', 'oms.omnitron-connections.>'],
      subscribe: ['_INBOX_gateway.>'],
    });
    expect(users.get('operator')).toEqual({
      user: 'operator',
      publish: ['accounts.>', 'oms.>', 'supplier-refund.>', 'reservation-refund.>'],
      subscribe: ['_INBOX_operator.>'],
    });
  });

  it('lets a service hear its own subjects and answer, and nothing else', () => {
    expect(users.get('accounts')).toEqual({
      user: 'accounts',
      publish: ['_INBOX_gateway.>', '_INBOX_operator.>'],
      subscribe: ['accounts.>'],
    });
  });

  it('lets the replicas of a service with jobs wake each other, and use nothing of JetStream', () => {
    expect(users.get('oms')).toEqual({
      user: 'oms',
      publish: ['_INBOX_gateway.>', '_INBOX_operator.>', 'jobs.oms.wake-up'],
      subscribe: ['oms.>', 'jobs.oms.wake-up'],
    });
  });

  it('lets a service with events publish them, make and change their stream, and hear what became of it', () => {
    expect(users.get('supplier-refund')).toEqual({
      user: 'supplier-refund',
      publish: [
        '_INBOX_gateway.>',
        '_INBOX_operator.>',
        'events.supplier-refund.>',
        '$JS.API.STREAM.CREATE.events_supplier-refund',
        '$JS.API.STREAM.UPDATE.events_supplier-refund',
        '$JS.API.STREAM.INFO.events_supplier-refund',
      ],
      subscribe: ['supplier-refund.>', '_INBOX_supplier-refund.>'],
    });
  });
});
