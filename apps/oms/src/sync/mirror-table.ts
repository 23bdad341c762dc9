import type { Lane } from '@refundry/persistence';
import { parseTimestamp } from '@refundry/resource';
import type { EntityManager } from 'typeorm';
import type { KeyedRow } from '../omnitron/keyset-pages.js';
import type { SyncProblem } from './sync-problems.js';

/** What every upstream row has. */
export interface UpstreamRow {
  pk: number;
  created_date?: string | null;
  modified_date?: string | null;
}

export interface MirrorOptions<T extends UpstreamRow> {
  table: string;
  /** PostgreSQL's type of each field that is kept in a column of the same name. */
  columns: Readonly<Partial<Record<keyof T & string, string>>>;
  /** The table that a field's upstream key leads to; ours is kept in `<field>_id`. */
  parents?: Readonly<Partial<Record<keyof T & string, string>>>;
  /** Whether a row that is here already is brought in step again when it has changed upstream. */
  updates?: boolean;
  /** What a field is when Omnitron sends none. */
  defaults?: Readonly<Partial<T>>;
}

/** What became of the rows of a page. */
export interface Written {
  readonly inserted: number;
  readonly problems: readonly SyncProblem[];
}

/** When an upstream row was last modified, whatever else is wrong with it; null when it doesn't say. */
export const modifiedOf = ({ row }: KeyedRow): string | null => {
  const { modified_date: date } = row as { modified_date?: unknown };
  return typeof date === 'string' ? (parseTimestamp(date) ?? null) : null;
};

/** An upstream key, and for each parent whether it is missing. */
type Orphan = [pk: number, ...isMissing: boolean[]];

/** A table of ours that mirrors an upstream list, row by row, by the upstream's keys. Nothing is ever deleted. */
export class MirrorTable<T extends UpstreamRow> {
  readonly name: string;
  private readonly fields: readonly string[];
  private readonly parents: readonly (readonly [field: string, table: string])[];
  private readonly insertStatement: string;
  private readonly updateStatement: string | undefined;
  private readonly lackingStatement: string;

  constructor(private readonly options: MirrorOptions<T>) {
    this.name = options.table;
    this.parents = Object.entries(options.parents ?? {}) as [string, string][];
    this.fields = [...Object.keys(options.columns), ...this.parents.map(([field]) => field)];
    this.insertStatement = this.insertSql();
    this.updateStatement = options.updates ? this.updateSql() : undefined;
    this.lackingStatement = this.lackingSql();
  }

  /** Inserts the rows that aren't here and whose parents are; with `updates`, also brings changed ones in step. */
  async write(transaction: EntityManager, account: number, rows: readonly T[]): Promise<Written> {
    const parameters = this.parametersOf(account, rows);
    const [written] = await transaction.query<{ inserted: number; orphans: Orphan[] }[]>(this.insertStatement, parameters);
    if (this.updateStatement) await transaction.query(this.updateStatement, parameters);
    const { inserted, orphans } = written ?? { inserted: 0, orphans: [] };
    const orphaned = new Map(orphans.map(([pk, ...isMissing]) => [pk, isMissing]));
    const problems = rows.flatMap((row) => {
      const isMissing = orphaned.get(row.pk);
      return isMissing ? [{ omnitronId: row.pk, modified: row.modified_date ?? null, reason: this.reasonOf(row, isMissing) }] : [];
    });
    return { inserted, problems };
  }

  /** Whether a run would write any of these rows: one that is neither here, as far as it is kept in step, nor known to be a problem. */
  async lacks(lane: Lane, account: number, level: string, rows: readonly KeyedRow[]): Promise<boolean> {
    if (rows.length === 0) return false;
    const found = await lane.rows({ text: this.lackingStatement, values: [account, level, rows.map(({ pk }) => pk), rows.map(modifiedOf)], isCommon: true });
    return found.length > 0;
  }

  private parametersOf(account: number, rows: readonly T[]): unknown[] {
    const { defaults = {}, columns } = this.options;
    const valueOf = (row: T, field: string): unknown => {
      const value = (row as Record<string, unknown>)[field] ?? (defaults as Record<string, unknown>)[field] ?? null;
      return (columns as Record<string, string>)[field] === 'json' ? JSON.stringify(value) : value;
    };
    return [account, ...['pk', 'created_date', 'modified_date', ...this.fields].map((field) => rows.map((row) => valueOf(row, field)))];
  }

  private get upstream(): string {
    const { columns } = this.options;
    const types = ['integer', 'timestamptz', 'timestamptz', ...this.fields.map((field) => (columns as Record<string, string>)[field] ?? 'integer')];
    const arrays = types.map((type, index) => `$${index + 2}::${type}[]`).join(', ');
    return `select * from unnest(${arrays}) as upstream(omnitron_id, omnitron_created_date, omnitron_modified_date, ${this.fields.join(', ')})`;
  }

  private insertSql(): string {
    const { table, columns } = this.options;
    const kept = ['omnitron_id', 'omnitron_created_date', 'omnitron_modified_date', ...Object.keys(columns)];
    const ids = this.parents.map(([field]) => `${field}_id`);
    const joins = this.parents.map(([field, parent]) => `left join ${parent} ${field}_row on ${field}_row.account_id = $1 and ${field}_row.omnitron_id = upstream.${field}`).join(' ');
    const isPlaced = [...ids.map((id) => `${id} is not null`), 'true'].join(' and ');
    const orphan = ['omnitron_id', ...ids.map((id) => `${id} is null`)].join(', ');
    return `
      with upstream as (${this.upstream}),
      missing as (
        select ${[...kept.map((column) => `upstream.${column}`), ...this.parents.map(([field]) => `${field}_row.id as ${field}_id`)].join(', ')}
        from upstream ${joins}
        where ${this.known('upstream.omnitron_id', 'true')} is null
      ),
      inserted as (
        insert into ${table} (account_id, ${[...kept, ...ids].join(', ')})
        select $1, ${[...kept, ...ids].join(', ')} from missing where ${isPlaced} order by omnitron_id
        on conflict (account_id, omnitron_id) do nothing returning 1
      )
      select (select count(*)::integer from inserted) as inserted,
        (select coalesce(json_agg(json_build_array(${orphan})), '[]') from missing where not (${isPlaced})) as orphans`;
  }

  private updateSql(): string {
    const { table, columns } = this.options;
    const shown = Object.keys(columns);
    const kept = ['omnitron_modified_date', ...shown];
    // `json` has no equality of its own; its text has.
    const comparable = (owner: string, compared: readonly string[]): string => `(${compared.map((column) => `${owner}.${column}::text`).join(', ')})`;
    const differ = (compared: readonly string[]): string => `${comparable('known', compared)} is distinct from ${comparable('upstream', compared)}`;
    return `
      with upstream as (${this.upstream})
      update ${table} known set ${kept.map((column) => `${column} = upstream.${column}`).join(', ')},
        modified_date = case when ${differ(shown)} then clock_timestamp() else known.modified_date end
      from upstream
      where known.account_id = $1 and known.omnitron_id = upstream.omnitron_id and ${differ(kept)}`;
  }

  private lackingSql(): string {
    const isInStep = this.options.updates ? 'known.omnitron_modified_date is not distinct from upstream.modified' : 'true';
    return `
      select 1 from unnest($3::bigint[], $4::timestamptz[]) as upstream(pk, modified)
      where ${this.known('upstream.pk', isInStep)} is not true
        and not exists (select from sync_problem problem where problem.account_id = $1 and problem.level = $2 and problem.omnitron_id = upstream.pk
          and problem.omnitron_modified_date is not distinct from upstream.modified)
      limit 1`;
  }

  /** Something about the row of an upstream key, or null where there is none: one look into the index, however many rows there are. */
  private known(key: string, something: string): string {
    return `(select ${something} from ${this.options.table} known where known.account_id = $1 and known.omnitron_id = ${key})`;
  }

  private reasonOf(row: T, isMissing: readonly boolean[]): string {
    const missing = this.parents.filter((_, position) => isMissing[position]);
    return missing.map(([field, table]) => `There is no ${table} ${String((row as Record<string, unknown>)[field])} here.`).join(' ');
  }
}
