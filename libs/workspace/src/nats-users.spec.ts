import { describe, expect, it } from '@jest/globals';
import { natsUsers } from './nats-users.js';
import type { ServiceDeclaration } from './service-declaration.js';

const declared: ServiceDeclaration = {
  name: 'accounts',
  does: 'accounts',
  owner: '@refundry/accounts',
  operationsPort: 9101,
  connections: 16,
  memory: { request: 128, limit: 384 },
  secrets: [],
  switches: {},
  settings: [],
  operatorsOnly: [],
  hasJobs: false,
  hasEvents: false,
  consumes: {},
  reachesInternet: false,
};
const services: readonly ServiceDeclaration[] = [
  declared,
  { ...declared, name: 'oms', operatorsOnly: ['sync.>', 'schedules.>'], hasJobs: true },
  { ...declared, name: 'supplier-refund', hasEvents: true },
  { ...declared, name: 'loyalty', consumes: { 'supplier-refund': ['supplier_refund.document.saved'] } },
];

describe('the permissions on NATS', () => {
  const users = new Map(natsUsers(services).map((user) => [user.user, user]));

  it('let the gateway and the operator call every service and receive the replies to themselves', () => {
    expect(users.get('gateway')).toEqual({
      user: 'gateway',
      publish: ['accounts.>', 'oms.>', 'supplier-refund.>', 'loyalty.>'],
      publishNever: ['oms.sync.>', 'oms.schedules.>', 'supplier-refund.event-log.>', 'loyalty.inbox.>'],
      subscribe: ['_INBOX_gateway.>'],
    });
    expect(users.get('operator')).toEqual({
      user: 'operator',
      publish: ['accounts.>', 'oms.>', 'supplier-refund.>', 'loyalty.>'],
      subscribe: ['_INBOX_operator.>'],
    });
  });

  it('let a service receive its own subjects and reply, and nothing else', () => {
    expect(users.get('accounts')).toEqual({
      user: 'accounts',
      publish: ['_INBOX_gateway.>', '_INBOX_operator.>'],
      subscribe: ['accounts.>'],
    });
  });

  it('let the replicas of a service with jobs wake each other, and use nothing of JetStream', () => {
    expect(users.get('oms')).toEqual({
      user: 'oms',
      publish: ['_INBOX_gateway.>', '_INBOX_operator.>', 'jobs.oms.wake-up'],
      subscribe: ['oms.>', 'jobs.oms.wake-up'],
    });
  });

  it('let a service with events publish them, make and change their stream, and receive what became of it', () => {
    expect(users.get('supplier-refund')).toEqual({
      user: 'supplier-refund',
      publish: [
        '_INBOX_gateway.>',
        '_INBOX_operator.>',
        '_INBOX_loyalty.>',
        'events.supplier-refund.>',
        'logged.supplier-refund.>',
        '$JS.API.STREAM.CREATE.events_supplier-refund',
        '$JS.API.STREAM.UPDATE.events_supplier-refund',
        '$JS.API.STREAM.INFO.events_supplier-refund',
      ],
      subscribe: ['supplier-refund.>', '_INBOX_supplier-refund.>'],
    });
  });

  it('let a consumer read the logs of its publishers, and receive notices of the types it declares alone', () => {
    expect(users.get('loyalty')).toEqual({
      user: 'loyalty',
      publish: ['_INBOX_gateway.>', '_INBOX_operator.>', 'supplier-refund.event-log.>', 'supplier-refund._streams.>'],
      subscribe: ['loyalty.>', '_INBOX_loyalty.>', 'logged.supplier-refund.supplier_refund.document.saved'],
    });
  });
});
