import type pg from 'pg';

interface Definition {
  readonly drop: string;
  readonly create: string;
}

const constraintsOf = `
  select format('alter table %s drop constraint %I', conrelid::regclass, conname) as drop,
    format('alter table %s add constraint %I %s', conrelid::regclass, conname, pg_get_constraintdef(oid)) as create
  from pg_constraint where conrelid = $1::regclass and contype in ('p', 'u', 'f') order by contype = 'f' desc`;

const indexesOf = `
  select format('drop index %s', indexrelid::regclass) as drop, pg_get_indexdef(indexrelid) as create
  from pg_index where indrelid = $1::regclass and not exists (select from pg_constraint where conindid = indexrelid)`;

/** Fills a table while it has neither indexes nor keys, and gives it back the same afterwards: many rows are sorted faster than inserted one by one. */
export async function withoutIndexes(owner: pg.Client, table: string, fill: () => Promise<void>): Promise<void> {
  const definitions: Definition[] = [];
  for (const query of [constraintsOf, indexesOf]) definitions.push(...(await owner.query<Definition>(query, [table])).rows);
  for (const { drop } of definitions) await owner.query(drop);
  await fill();
  // Foreign keys, which need the others, came first.
  for (const { create } of definitions.toReversed()) await owner.query(create);
}
