import { maintainRowCount, scopeToAccount, stopRowCount } from '@refundry/persistence';
import type { ServiceRoles } from '@refundry/provisioning';

/**
 * SQL of the log of a service's events, which `EventLogger` writes from the outbox.
 *
 * `position` is what clients go by: microseconds since 1970, and above all that were given before. `id` counts the
 * events of an account from 1 on, so that their number and the row at a place are cheap (docs/adr/0059). The last of
 * both stand in `event_position`, whose row is the lock of who numbers.
 */
export const createEventLog = (roles: ServiceRoles): string => `
  create table event (
    account_id integer not null,
    id bigint not null,
    position bigint not null,
    event_id text collate "C" not null,
    type text collate "C" not null,
    version integer not null,
    occurred timestamptz not null,
    subject text,
    data json not null,
    primary key (account_id, id),
    unique (account_id, event_id)
  );
  create unique index on event (account_id, position, event_id);
  create index on event (account_id, type, position, event_id);
  create index on event (account_id, subject, position, event_id) where subject is not null;
  create index on event (account_id, occurred);
  ${maintainRowCount('event')}
  ${scopeToAccount('event', roles)}

  create table event_position (
    account_id integer primary key,
    id bigint not null,
    position bigint not null
  );
  ${scopeToAccount('event_position', roles)}

  -- The former release writes rows and deletes them; it knows nothing of the log.
  alter table outbox add column is_logged boolean not null default false;
  create index outbox_not_logged on outbox (account_id, id) where not is_logged;
`;

/** Reverts `createEventLog`. */
export const dropEventLog = `
  alter table outbox drop column is_logged;
  drop table event_position;
  ${stopRowCount('event')}
  drop table event;
`;
