import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Those that were issued before are named as one is that is issued without a name. */
export class NamedOrganisationTokens1764000000004 implements MigrationInterface {
  async up(sql: QueryRunner): Promise<void> {
    await sql.query(`
      alter table organisation_token add column name text not null default 'default';
      create unique index on organisation_token (account_id, name) where revoked_date is null;
      drop index organisation_token_account_id_idx;
    `);
  }

  /** Of several that live, those by other names end: the version before knows one. */
  async down(sql: QueryRunner): Promise<void> {
    await sql.query(`
      update organisation_token token set revoked_date = now(), sealed_token = null
      where revoked_date is null and exists (
        select from organisation_token other
        where other.account_id = token.account_id and other.revoked_date is null
          and (other.name <> 'default', other.id) < (token.name <> 'default', token.id)
      );
      create unique index organisation_token_account_id_idx on organisation_token (account_id)
      where revoked_date is null;
      alter table organisation_token drop column name;
    `);
  }
}
