/** TypeORM's data source, as far as it compares entities with tables. */
interface MappedDatabase {
  readonly driver: {
    createSchemaBuilder(): { log(): Promise<{ readonly upQueries: readonly { readonly query: string }[] }> };
  };
}

/** Indexes, constraints and defaults have names and terms of the migrations' own, and no entity repeats them. */
const ofMigrations = [
  /^(?:CREATE|DROP) (?:UNIQUE )?INDEX /,
  /^ALTER TABLE \S+ DROP CONSTRAINT /,
  /^ALTER TABLE \S+ ADD CONSTRAINT \S+ (?:UNIQUE|CHECK|FOREIGN KEY) /,
  /^ALTER TABLE \S+ ALTER COLUMN \S+ DROP DEFAULT$/,
];

/**
 * SQL by which TypeORM would make the columns of the tables those of its entities: their names, types, nullability,
 * identity, and the primary keys. Nothing where they agree.
 */
export async function columnChanges({ driver }: MappedDatabase): Promise<string[]> {
  const { upQueries } = await driver.createSchemaBuilder().log();
  return upQueries.map(({ query }) => query).filter((query) => !ofMigrations.some((pattern) => pattern.test(query)));
}
