import type { MigrationInterface, QueryRunner } from 'typeorm';
import { createComparisonKeys } from './comparison-keys.js';

/** The names of a rule set that choose a price. */
const names = ['supplier', 'carrier', 'fare_class'];
const keys = names.map((name) => `${name}_key`);
const rowsPerBatch = 5000;

/** Writers of the version before set keys of their own making, or none: the keys of every written row are made here. */
const keysOf = (table: string, made: Readonly<Record<string, string>>): string => `
  create or replace function set_${table}_keys() returns trigger language plpgsql as $$ begin
    ${Object.entries(made)
      .map(([key, value]) => `new.${key} := ${value};`)
      .join(' ')}
    return new;
  end $$;
  create or replace trigger set_${table}_keys before insert or update of ${Object.keys(made)
    .flatMap((key) => [key, key.replace('_key', '')])
    .join(', ')} on ${table}
    for each row execute function set_${table}_keys();`;

/**
 * Adds the keys by which names and PNRs that decide about money are compared (docs/adr/0037). Each statement commits by
 * itself, and may be repeated: no lock of a table is held while rows are filled.
 */
export class ComparisonKeys1764000000003 implements MigrationInterface {
  readonly transaction = false;

  async up(sql: QueryRunner): Promise<void> {
    await sql.query(createComparisonKeys);
    // `keepVersion` copies a row of the one as a row of the other.
    await sql.query(
      ['refund_rules', 'refund_rules_version']
        .map((table) => `alter table ${table} ${keys.map((key) => `add column if not exists ${key} text`).join(', ')};`)
        .join('\n'),
    );
    await sql.query(
      keysOf('refund_rules', Object.fromEntries(names.map((name) => [`${name}_key`, `name_key(new.${name})`]))),
    );
    await sql.query(
      keysOf('reservation', { local_pnr_key: 'pnr_key(new.local_pnr)', original_pnr_key: 'pnr_key(new.original_pnr)' }),
    );
    await sql.query(
      `update refund_rules set supplier = supplier
        where (${keys.join(', ')}) is distinct from (${names.map((name) => `name_key(${name})`).join(', ')})`,
    );
    await fillReservations(sql);
  }

  async down(sql: QueryRunner): Promise<void> {
    await sql.query(`
      drop trigger set_reservation_keys on reservation;
      drop trigger set_refund_rules_keys on refund_rules;
      drop function set_reservation_keys, set_refund_rules_keys, pnr_key, name_key;
      ${['refund_rules', 'refund_rules_version']
        .map((table) => `alter table ${table} ${keys.map((key) => `drop column ${key}`).join(', ')};`)
        .join('\n')}
    `);
  }
}

/** The last of the rows that have been filled. */
interface LastRow {
  readonly account_id: number;
  readonly id: string;
}

/** Writes those only whose keys are made in another way than they were. */
async function fillReservations(sql: QueryRunner): Promise<void> {
  for (let last: LastRow | undefined = { account_id: 0, id: '-1' }; last; last = await fillAfter(sql, last));
}

async function fillAfter(sql: QueryRunner, { account_id: account, id }: LastRow): Promise<LastRow | undefined> {
  const rows = (await sql.query(
    `with batch as materialized (
       select account_id, id, pnr_key(local_pnr) as local, pnr_key(original_pnr) as original from reservation
         where (account_id, id) > ($1, $2::int8) order by account_id, id limit ${rowsPerBatch}
     ), filled as (
       update reservation r set local_pnr_key = local from batch b
       where r.account_id = b.account_id and r.id = b.id
         and (r.local_pnr_key, r.original_pnr_key) is distinct from (local, original)
     )
     select account_id, id from batch order by account_id desc, id desc limit 1`,
    [account, id],
  )) as LastRow[];
  return rows[0];
}
