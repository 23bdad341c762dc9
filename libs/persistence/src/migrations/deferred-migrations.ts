import type pg from 'pg';
import type { MigrationInterface } from 'typeorm';
import { mebibyte } from '@refundry/concurrency';

/** The former names of connections for reads, of versions that do not outlive a change of a column's type. */
const formerReader = 'lane';
/** Tables of this size are rewritten in the time that a read waits. */
const maxRewrittenBytes = 32 * mebibyte;

/**
 * A migration that rewrites tables, and changes what the prepared statements of a running service return. No version
 * needs it to start.
 */
export interface DeferredMigration {
  readonly migration: new () => MigrationInterface;
  readonly rewrites: readonly string[];
}

/** Returns what keeps a migration from being run beside the running system; nothing where it harms nobody. */
export async function obstacleOf(owner: pg.Client, { rewrites }: DeferredMigration): Promise<string | undefined> {
  const {
    rows: [found],
  } = await owner.query<{ former: boolean; bytes: string | null }>(obstacles, [formerReader, rewrites]);
  if (found?.former) return 'the former version still runs';
  return Number(found?.bytes) > maxRewrittenBytes
    ? `${rewrites.join(', ')} are rewritten, which keeps their readers waiting`
    : undefined;
}

const obstacles = `
  select exists (select from pg_stat_activity where datname = current_database() and application_name = $1) as former,
    (select sum(pg_relation_size(to_regclass(name))) from unnest($2::text[]) name) as bytes`;
