import { scopeToAccount } from '@refundry/persistence';
import type { ServiceRoles } from '@refundry/provisioning';

/** SQL of the settings of accounts: a row for each that has changed one, with what it chose (docs/adr/0063). */
export const createSettings = (roles: ServiceRoles): string => `
  create table account_settings (
    account_id integer primary key,
    chosen json not null default '{}',
    modified_date timestamptz not null default clock_timestamp()
  );
  ${scopeToAccount('account_settings', roles)}
`;

/** Reverts `createSettings`. */
export const dropSettings = 'drop table account_settings;';
