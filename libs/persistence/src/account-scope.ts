import pg from 'pg';

/** The roles of a service: who runs transactions, and who reads on the lane. */
export interface ServiceRoles {
  readonly application: string;
  readonly reader: string;
}

export const rolesOf = (service: string): ServiceRoles => ({ application: service, reader: `${service}_reader` });

/**
 * SQL that opens a table to a service's roles, account by account. In a transaction row-level security shows the rows of
 * the account that the transaction was begun for and no others; the lane may read all, because there the account stands
 * in every statement. The lane's policy asks who reads, because the application is a member of the reader's role.
 */
export const scopeToAccount = (table: string, roles: ServiceRoles): string => {
  // A service's name may have a dash in it.
  const [application, reader] = [roles.application, roles.reader].map((role) => pg.escapeIdentifier(role)) as [string, string];
  return `
  alter table ${table} enable row level security;
  create policy of_the_account on ${table} to ${application}
    using (account_id = nullif(current_setting('refundry.account', true), '')::integer);
  create policy on_the_lane on ${table} for select to ${reader} using (current_user = ${pg.escapeLiteral(roles.reader)});
  grant select, insert, update, delete on ${table} to ${application};
  grant select on ${table} to ${reader};
`;
};
