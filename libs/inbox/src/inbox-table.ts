import { scopeToAccount } from '@refundry/persistence';
import type { ServiceRoles } from '@refundry/provisioning';

/**
 * SQL of a service's inbox: events of other services, and how far their logs are read (docs/adr/0061).
 *
 * A row that waits is `due` at its next attempt, or at the end of the lease of the worker that has it. One that is
 * handled stays for as long as its publisher's log has the event, without the content, so that it is known again.
 * `event_count` is how many events the account's log had had up to the position.
 */
export const createInbox = (roles: ServiceRoles): string => `
  create table inbox (
    account_id integer not null,
    consumer text collate "C" not null,
    event_id text collate "C" not null,
    position bigint not null,
    version integer not null,
    occurred timestamptz not null,
    subject text,
    content json,
    status text collate "C" not null default 'waiting' check (status in ('waiting', 'handled', 'failed')),
    attempts integer not null default 0,
    error text,
    created_date timestamptz not null default statement_timestamp(),
    due timestamptz default statement_timestamp(),
    ended_date timestamptz,
    primary key (account_id, consumer, event_id),
    check ((status = 'waiting') = (due is not null)),
    check ((status = 'waiting') = (ended_date is null)),
    check ((status = 'handled') = (content is null))
  );
  create index inbox_due on inbox (account_id, due, position) where due is not null;
  create index inbox_failed on inbox (account_id, consumer, position) where status = 'failed';
  create index inbox_ended on inbox (account_id, ended_date) where ended_date is not null;
  ${scopeToAccount('inbox', roles)}

  create table inbox_position (
    account_id integer not null,
    consumer text collate "C" not null,
    position bigint not null,
    event_count bigint not null,
    primary key (account_id, consumer)
  );
  ${scopeToAccount('inbox_position', roles)}
`;

/** Reverts `createInbox`. */
export const dropInbox = 'drop table inbox, inbox_position;';

/** SQL of whether an event may be handled; the time is one of the statement, by which an index can be searched. */
export const isDue = 'due <= statement_timestamp()';
