import { scopeToAccount } from '@refundry/persistence';
import type { ServiceRoles } from '@refundry/provisioning';
import { actorKinds } from '@refundry/resource';

/**
 * SQL of the table of decisions (docs/adr/0062). The application adds entries and reads them; only the owner may change
 * or delete one. `actor_kind` and `actor` are null where a process of the version before has asked.
 */
export const createAuditEntries = (roles: ServiceRoles): string => `
  create table audit_entry (
    account_id integer not null,
    id bigint not null generated always as identity,
    occurred timestamptz not null default clock_timestamp(),
    actor_kind text collate "C" check (actor_kind in (${actorKinds.map((kind) => `'${kind}'`).join(', ')})),
    actor text collate "C",
    action text collate "C" not null,
    subject_type text collate "C" not null,
    subject_id text collate "C" not null,
    before json,
    after json,
    reason text,
    request_id text collate "C",
    primary key (account_id, id),
    check (actor is null or actor_kind is not null)
  );
  create index on audit_entry (account_id, occurred);
  create index on audit_entry (account_id, action, id);
  create index on audit_entry (account_id, actor, id) where actor is not null;
  create index on audit_entry (account_id, subject_id, subject_type, id);
  create index on audit_entry (account_id, request_id) where request_id is not null;
  ${scopeToAccount('audit_entry', roles, 'select, insert')}
`;

/** Reverts `createAuditEntries`. */
export const dropAuditEntries = 'drop table audit_entry;';
