import { arrayLiteral, type Lane } from '@refundry/persistence';
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
  /** The table that a field's upstream key leads to; ours is kept in `<field>_id`. A row waits until its parents are here. */
  parents?: Readonly<Partial<Record<keyof T & string, string>>>;
  /** A parent that a row can do without: the upstream's key is kept beside, in `omnitron_<field>`, until the parent is here. */
  optionalParent?: { readonly field: keyof T & string; readonly table: string };
  /** Whether a row that is here already is brought in step again when it has changed upstream. */
  updates?: boolean;
  /** What a field is when Omnitron sends none. */
  defaults?: Readonly<Partial<T>>;
}

/** Our keys of the rows that others point to: by field, by the upstream's key. */
export type ParentKeys = ReadonlyMap<string, ReadonlyMap<number, number>>;

/** What there is to write of a page, and what can't be written. */
export interface Changes {
  readonly inserted: number;
  readonly problems: readonly SyncProblem[];
  /** The parameters of the statements; undefined where there is nothing to do. */
  readonly insertion: readonly unknown[] | undefined;
  readonly update: readonly unknown[] | undefined;
}

type Parent = readonly [field: string, table: string];
type Value = string | number | boolean | null;

interface Column {
  readonly name: string;
  readonly type: string;
  readonly valueOf: (row: Readonly<Record<string, unknown>>, parents: ParentKeys) => Value;
}

/**
 * A table of ours that mirrors an upstream list, row by row, by the upstream's keys. Nothing is ever deleted.
 *
 * What is here already and which keys the parents have is read first and compared here: for an account whose first rows are
 * arriving PostgreSQL has no statistics, and a join planned for one row takes minutes for the seventy-thousandth.
 */
export class MirrorTable<T extends UpstreamRow> {
  /** Of these, a row may do without the optional one. */
  private readonly parents: readonly Parent[];
  private readonly required: readonly Parent[];
  private readonly columns: readonly Column[];
  private readonly insertStatement: string;
  private readonly updateStatement: string;

  constructor(private readonly options: MirrorOptions<T>) {
    const { table, columns, parents = {}, optionalParent, defaults = {} } = options;
    const kept = Object.entries(columns as Readonly<Record<string, string>>);
    const standIns = defaults as Readonly<Record<string, unknown>>;
    this.required = Object.entries<string>(parents);
    this.parents = [...this.required, ...(optionalParent ? [[optionalParent.field, optionalParent.table] as const] : [])];
    this.columns = [
      { name: 'omnitron_id', type: 'integer', valueOf: ({ pk }) => pk as number },
      { name: 'omnitron_created_date', type: 'timestamptz', valueOf: ({ created_date: date }) => (date as string | undefined) ?? null },
      { name: 'omnitron_modified_date', type: 'timestamptz', valueOf: ({ modified_date: date }) => (date as string | undefined) ?? null },
      ...kept.map(([name, type]): Column => ({ name, type, valueOf: (row) => parameterOf(type, row[name] ?? standIns[name] ?? null) })),
      ...this.parents.map(([field]): Column => ({ name: `${field}_id`, type: 'integer', valueOf: (row, keys) => keys.get(field)?.get(row[field] as number) ?? null })),
      ...(optionalParent ? [{ name: `omnitron_${optionalParent.field}`, type: 'integer', valueOf: (row: Readonly<Record<string, unknown>>) => (row[optionalParent.field] as number | undefined) ?? null }] : []),
    ];
    const names = this.columns.map(({ name }) => name);
    const upstream = `unnest(${this.columns.map(({ type }, index) => `$${index + 2}::${type}[]`).join(', ')}) as upstream(${names.join(', ')})`;
    this.insertStatement = `insert into ${table} (account_id, ${names.join(', ')}) select $1, * from ${upstream}`;
    const shown = [...kept.map(([name]) => name), ...(optionalParent ? [`${optionalParent.field}_id`] : [])];
    this.updateStatement = updateSql(table, upstream, shown, optionalParent ? [`omnitron_${optionalParent.field}`] : []);
  }

  /** Our keys of all rows that rows of this table may point to. */
  async parentKeys(lane: Lane, account: number): Promise<ParentKeys> {
    const keys = this.parents.map(async ([field, table]) => {
      const rows = await lane.rows({ account, text: `select omnitron_id, id from ${table} where account_id = $1`, values: [], isVariable: true });
      return [field, new Map(rows.map(([upstream, ours]) => [Number(upstream), Number(ours)]))] as const;
    });
    return new Map(await Promise.all(keys));
  }

  /**
   * Finds out what there is to write: the rows that aren't here and whose parents are; with `updates`, also those that are
   * here and were modified since.
   *
   * It reads and writes nothing that another page touches, so it may run while the page before is written.
   *
   * @param rows in the order of their keys
   */
  async changes(lane: Lane, account: number, rows: readonly T[], parents: ParentKeys): Promise<Changes> {
    const known = await this.knownRows(lane, account, rows);
    const { here = [], waiting = [], placed = [] } = Object.groupBy(rows, (row) => (known.has(row.pk) ? 'here' : this.missing(this.required, row, parents).length > 0 ? 'waiting' : 'placed'));
    const moved = this.options.updates ? here.filter((row) => !row.modified_date || row.modified_date !== known.get(row.pk)) : [];
    const written = [...placed, ...moved].filter((row) => this.missing(this.parents, row, parents).length > 0);
    return {
      inserted: placed.length,
      problems: [...waiting, ...written].map((row) => ({ omnitronId: row.pk, modified: row.modified_date ?? null, reason: this.missing(this.parents, row, parents).join(' ') })),
      insertion: placed.length > 0 ? this.parametersOf(account, placed, parents) : undefined,
      update: moved.length > 0 ? this.parametersOf(account, moved, parents) : undefined,
    };
  }

  /** Whether rows may be here whose parents aren't. */
  get canAdopt(): boolean {
    return this.options.optionalParent !== undefined;
  }

  /** Gives rows that were stored without their parent the one that has come since. @returns their upstream keys */
  async adopt(transaction: EntityManager, account: number): Promise<number[]> {
    const { table, optionalParent } = this.options;
    if (!optionalParent) return [];
    const { field, table: parent } = optionalParent;
    const [adopted] = await transaction.query<[{ omnitron_id: number }[], number]>(
      `update ${table} child set ${field}_id = parent.id, modified_date = clock_timestamp() from ${parent} parent
       where child.account_id = $1 and child.${field}_id is null and parent.account_id = $1 and parent.omnitron_id = child.omnitron_${field} returning child.omnitron_id`,
      [account],
    );
    return adopted.map(({ omnitron_id: pk }) => pk);
  }

  async write(transaction: EntityManager, { insertion, update }: Changes): Promise<void> {
    if (update) await transaction.query(this.updateStatement, [...update]);
    if (insertion) await transaction.query(this.insertStatement, [...insertion]);
  }

  /** Whether a run would write any of these rows: one that is neither here, as far as it is kept in step, nor known to be a problem. */
  async lacks(lane: Lane, account: number, level: string, rows: readonly KeyedRow[]): Promise<boolean> {
    const keys = rows.map(({ pk }) => pk);
    const [known, problems] = await Promise.all([
      lane.rows({ account, text: `select omnitron_id, omnitron_modified_date from ${this.options.table} where account_id = $1 and omnitron_id = any ($2::bigint[])`, values: [keys], isVariable: true }),
      lane.rows({ account, text: 'select omnitron_id, omnitron_modified_date from sync_problem where account_id = $1 and level = $2 and omnitron_id = any ($3)', values: [level, keys], isVariable: true }),
    ]);
    const here = new Map(known.map(([pk, modified]) => [Number(pk), modified]));
    const given = new Map(problems.map(([pk, modified]) => [Number(pk), modified]));
    return rows.some((row) => {
      const isHere = here.has(row.pk) && (!this.options.updates || here.get(row.pk) === modifiedOf(row));
      return !isHere && !(given.has(row.pk) && given.get(row.pk) === modifiedOf(row));
    });
  }

  /** The rows that are here, by the upstream's key, and when they were modified there. */
  private async knownRows(lane: Lane, account: number, rows: readonly T[]): Promise<ReadonlyMap<number, string | null | undefined>> {
    const [first, last] = [rows[0]?.pk ?? 0, rows.at(-1)?.pk ?? 0];
    const found = await lane.rows({
      account,
      text: `select omnitron_id, omnitron_modified_date from ${this.options.table} where account_id = $1 and omnitron_id between $2 and $3 and omnitron_id = any ($4::bigint[])`,
      values: [first, last, arrayLiteral(rows.map(({ pk }) => pk))],
      // A plan that was made while the table was empty would read all of it for every page.
      isVariable: true,
    });
    return new Map(found.map(([pk, modified]) => [Number(pk), modified]));
  }

  private parametersOf(account: number, rows: readonly T[], parents: ParentKeys): unknown[] {
    return [account, ...this.columns.map(({ valueOf }) => arrayLiteral(rows.map((row) => valueOf(row as unknown as Record<string, unknown>, parents))))];
  }

  /** A sentence for each of these parents that a row points to and that isn't here; a required one it must point to. */
  private missing(parents: readonly Parent[], row: T, keys: ParentKeys): string[] {
    const pointers = row as unknown as Record<string, number | null | undefined>;
    const isMissing = ([field]: Parent): boolean => (pointers[field] ?? null) !== null && !keys.get(field)?.has(pointers[field] as number);
    return parents.filter(isMissing).map(([field, table]) => `There is no ${table} ${String(pointers[field])} here.`);
  }
}

/** When an upstream row was last modified, whatever else is wrong with it, as PostgreSQL writes it; null when it doesn't say. */
export const modifiedOf = ({ row }: KeyedRow): string | null => {
  const { modified_date: date } = row as { modified_date?: unknown };
  return typeof date === 'string' ? (parseTimestamp(date) ?? null) : null;
};

const parameterOf = (type: string, value: unknown): Value => (type === 'json' ? JSON.stringify(value) : (value as Value));

/** `modified_date` moves with what we show; the upstream's own date is kept all the same. An older version never replaces a newer. */
function updateSql(table: string, upstream: string, shown: readonly string[], beside: readonly string[]): string {
  const kept = ['omnitron_modified_date', ...shown, ...beside];
  // `json` has no equality of its own; its text has.
  const comparable = (owner: string, columns: readonly string[]): string => `(${columns.map((column) => `${owner}.${column}::text`).join(', ')})`;
  const differ = (columns: readonly string[]): string => `${comparable('known', columns)} is distinct from ${comparable('upstream', columns)}`;
  return `
    update ${table} known set ${kept.map((column) => `${column} = upstream.${column}`).join(', ')},
      modified_date = case when ${differ(shown)} then clock_timestamp() else known.modified_date end
    from ${upstream}
    where known.account_id = $1 and known.omnitron_id = any ($2::integer[]) and known.omnitron_id = upstream.omnitron_id and ${differ(kept)}
      and coalesce(upstream.omnitron_modified_date >= known.omnitron_modified_date, true)`;
}
