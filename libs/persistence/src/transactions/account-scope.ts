import type { ServiceRoles } from '@refundry/provisioning';
import pg from 'pg';

/**
 * SQL that opens a table to a service's roles, account by account. In a transaction row-level security shows the rows
 * of the account that the transaction was begun for and no others; the read pool may read all, because there the
 * account stands in every statement. The application is a member of the reader's role, and must not inherit from it
 * (docs/adr/0035).
 *
 * @param granted privileges of the application
 */
export const scopeToAccount = (
  table: string,
  roles: ServiceRoles,
  granted = 'select, insert, update, delete',
): string => {
  // A service's name may have a dash in it.
  const [application, reader] = [roles.application, roles.reader].map((role) => pg.escapeIdentifier(role)) as [
    string,
    string,
  ];
  return `
  alter table ${table} enable row level security;
  create policy of_the_account on ${table} to ${application}
    using (account_id = nullif(current_setting('refundry.account', true), '')::integer);
  create policy on_the_lane on ${table} for select to ${reader} using (true);
  grant ${granted} on ${table} to ${application};
  grant select on ${table} to ${reader};
`;
};

/** SQL that gives another condition to the read pool's policy on every table that has one. */
export const alterReadPolicies = (condition: string): string => `
  do $$
  declare scoped record;
  begin
    for scoped in select schemaname, tablename from pg_policies where policyname = 'on_the_lane' loop
      execute format('alter policy on_the_lane on %I.%I using (%s)', scoped.schemaname, scoped.tablename,
        ${pg.escapeLiteral(condition)});
    end loop;
  end $$;
`;
