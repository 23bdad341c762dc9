import type pg from 'pg';

interface Definition {
  readonly drop: string;
  readonly create: string;
}

const constraintsOf = `
  select format('alter table %s drop constraint %I', conrelid::regclass, conname) as drop,
    format('alter table %s add constraint %I %s', conrelid::regclass, conname, pg_get_constraintdef(oid)) as create
  from pg_constraint where conrelid = $1::regclass and contype in ('p', 'u', 'f') order by contype = 'f' desc`;

const otherIndexesOf = `
  select format('drop index %s', indexrelid::regclass) as drop
  from pg_index where indrelid = $1::regclass and not exists (select from pg_constraint where conindid = indexrelid)`;

/**
 * Fills a table while it has neither indexes nor keys, and gives it back its keys afterwards: many rows are sorted
 * faster than inserted one by one. The other indexes are gone then; who reads in the order of the key never misses
 * them.
 */
export async function withKeysAlone(owner: pg.Client, table: string, fill: () => Promise<void>): Promise<void> {
  const { rows: constraints } = await owner.query<Definition>(constraintsOf, [table]);
  const { rows: others } = await owner.query<Pick<Definition, 'drop'>>(otherIndexesOf, [table]);
  for (const { drop } of [...constraints, ...others]) await owner.query(drop);
  await fill();
  // Foreign keys were dropped first, and come last.
  for (const { create } of constraints.toReversed()) await owner.query(create);
}
