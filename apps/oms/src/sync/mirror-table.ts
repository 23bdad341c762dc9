import { hash } from 'node:crypto';
import { arrayLiteral, type ReadPool, type TextRow } from '@refundry/persistence';
import { parseTimestamp } from '@refundry/resource';
import type { EntityManager } from 'typeorm';
import type { RowCounts } from './row-counts.js';
import type { SyncProblem } from './sync-problems.sql.js';

/** The fields of every upstream row. */
export interface UpstreamRow {
  pk: number;
  created_date?: string | null;
  modified_date?: string | null;
}

export interface MirrorOptions<T extends UpstreamRow> {
  table: string;
  /** PostgreSQL's type of each field that is kept in a column of the same name. */
  columns: Readonly<Partial<Record<keyof T & string, string>>>;
  /**
   * The table that a field's upstream key leads to; ours is kept in `<field>_id`. A row waits until its parents are
   * here.
   */
  parents?: Readonly<Partial<Record<keyof T & string, string>>>;
  /**
   * A parent that a row can do without: the upstream's key is kept beside, in `omnitron_<field>`, until the parent is
   * here.
   */
  optionalParent?: { readonly field: keyof T & string; readonly table: string };
  /** Whether a row that is here already is brought in step again when it has changed upstream. */
  updates?: boolean;
  /** The value of a field that Omnitron doesn't send. */
  defaults?: Readonly<Partial<T>>;
}

/** Our keys of the rows that others point to: by field, by the upstream's key. */
export type ParentKeys = ReadonlyMap<string, ReadonlyMap<number, number>>;

/** Statements' parameters and counts of a page: what there is to write, and what can't be written. */
export interface Changes {
  /** Of the rows that could be read. */
  readonly counts: RowCounts;
  readonly problems: readonly SyncProblem[];
  /** Keys of the rows to be inserted. */
  readonly insertedKeys: readonly number[];
  /** Keys of the rows that are here and change in what clients see. */
  readonly updatedKeys: readonly number[];
  /** The parameters of the statements; undefined where there is nothing to do. */
  readonly insertion: readonly unknown[] | undefined;
  readonly update: readonly unknown[] | undefined;
}

export interface CompareOptions {
  readonly parents: ParentKeys;
  /** Whether a row is taken that Omnitron dates before the one that is here, as in a full comparison. */
  readonly takesOlder: boolean;
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
 * What is here already and which keys the parents have is read first and compared here: for an account whose first rows
 * are arriving PostgreSQL has no statistics, and a join planned for one row takes minutes for the seventy-thousandth.
 */
export class MirrorTable<T extends UpstreamRow> {
  /** Of these, a row may do without the optional one. */
  private readonly parents: readonly Parent[];
  private readonly required: readonly Parent[];
  private readonly columns: readonly Column[];
  /** Columns that clients see. */
  private readonly shown: readonly Column[];
  /** Columns by which a row that is here differs from Omnitron's, beside its date. */
  private readonly compared: readonly Column[];
  private readonly insertStatement: string;
  private readonly updateStatement: string;

  constructor(private readonly options: MirrorOptions<T>) {
    const { table, columns, parents = {}, optionalParent, updates = false, defaults = {} } = options;
    const kept = Object.entries(columns as Readonly<Record<string, string>>);
    const defaultValues = defaults as Readonly<Record<string, unknown>>;
    this.required = Object.entries<string>(parents);
    this.parents = [
      ...this.required,
      ...(optionalParent ? [[optionalParent.field, optionalParent.table] as const] : []),
    ];
    this.columns = [
      { name: 'omnitron_id', type: 'integer', valueOf: ({ pk }) => pk as number },
      {
        name: 'omnitron_created_date',
        type: 'timestamptz',
        valueOf: ({ created_date: date }) => (date as string | undefined) ?? null,
      },
      {
        name: 'omnitron_modified_date',
        type: 'timestamptz',
        valueOf: ({ modified_date: date }) => (date as string | undefined) ?? null,
      },
      ...kept.map(([name, type]): Column => ({
        name,
        type,
        valueOf: (row) => parameterOf(type, row[name] ?? defaultValues[name] ?? null),
      })),
      ...this.parents.map(([field]): Column => ({
        name: `${field}_id`,
        type: 'bigint',
        valueOf: (row, keys) => keys.get(field)?.get(row[field] as number) ?? null,
      })),
      ...(optionalParent
        ? [
            {
              name: `omnitron_${optionalParent.field}`,
              type: 'integer',
              valueOf: (row: Readonly<Record<string, unknown>>) =>
                (row[optionalParent.field] as number | undefined) ?? null,
            },
          ]
        : []),
    ];
    const names = this.columns.map(({ name }) => name);
    const upstream =
      `unnest(${this.columns.map(({ type }, index) => `$${index + 2}::${type}[]`).join(', ')}) as ` +
      `upstream(${names.join(', ')})`;
    const isOneOf =
      (list: readonly string[]) =>
      (column: Column): boolean =>
        list.includes(column.name);
    const shown = [...kept.map(([name]) => name), ...(optionalParent ? [`${optionalParent.field}_id`] : [])];
    const beside = optionalParent ? [`omnitron_${optionalParent.field}`] : [];
    this.shown = updates ? this.columns.filter(isOneOf(shown)) : [];
    this.compared = updates ? this.columns.filter(isOneOf([...shown, ...beside])) : [];
    // One value is read faster than a row for each.
    this.insertStatement = `
      with inserted as (
        insert into ${table} (account_id, ${names.join(', ')}) select $1, * from ${upstream} returning id
      ) select json_agg(id) as ids from inserted`;
    this.updateStatement = updateSql(table, upstream, { shown, beside, takesOlder: `$${this.columns.length + 2}` });
  }

  /** Our keys of all rows that rows of this table may point to. */
  async parentKeys(readPool: ReadPool, account: number): Promise<ParentKeys> {
    const keys = this.parents.map(async ([field, table]) => {
      const rows = await readPool.rows({
        account,
        text: `select omnitron_id, id from ${table} where account_id = $1`,
        values: [],
        isAdhoc: true,
      });
      return [field, new Map(rows.map(([upstream, ours]) => [Number(upstream), Number(ours)]))] as const;
    });
    return new Map(await Promise.all(keys));
  }

  /**
   * Finds out what there is to write: the rows that aren't here and whose parents are; with `updates`, also those that
   * differ from what is here. An older version never replaces a newer, unless it is to be taken or the newer is dated
   * in the future.
   *
   * It reads and writes nothing that another page touches, so it may run while the page before is written.
   *
   * @param rows in the order of their keys
   */
  async changes(
    readPool: ReadPool,
    account: number,
    rows: readonly T[],
    { parents, takesOlder }: CompareOptions,
  ): Promise<Changes> {
    const known = await this.knownRows(readPool, account, rows);
    const {
      here = [],
      waiting = [],
      placed = [],
    } = Object.groupBy(rows, (row) =>
      known.has(row.pk) ? 'here' : this.missing(this.required, row, parents).length > 0 ? 'waiting' : 'placed',
    );
    const differing = this.options.updates
      ? here.filter((row) => this.replaces(row, known.get(row.pk), { parents, takesOlder }))
      : [];
    const updated = differing.filter((row) => this.differs(this.shown, row, known.get(row.pk), parents));
    const incomplete = [...placed, ...here].filter(
      (row) => this.options.updates && this.missing(this.parents, row, parents).length > 0,
    );
    return {
      counts: {
        seen: rows.length,
        inserted: placed.length,
        updated: updated.length,
        unchanged: here.length - updated.length,
        withheld: 0,
        refused: waiting.length,
      },
      problems: [...waiting, ...incomplete].map((row) => this.problemOf(row, parents)),
      insertedKeys: placed.map(({ pk }) => pk),
      updatedKeys: updated.map(({ pk }) => pk),
      insertion: placed.length > 0 ? this.parametersOf(account, placed, parents) : undefined,
      update: differing.length > 0 ? [...this.parametersOf(account, differing, parents), takesOlder] : undefined,
    };
  }

  /** Of these upstream keys those whose rows are here. */
  async storedKeys(readPool: ReadPool, account: number, keys: readonly number[]): Promise<ReadonlySet<number>> {
    const possible = keys.filter((key) => Math.abs(key) <= maxKey);
    return new Set(possible.length > 0 ? (await this.stored(readPool, account, possible)).keys() : []);
  }

  /** The tables of the rows that rows of this one point to. */
  get parentTables(): string[] {
    return this.parents.map(([, table]) => table);
  }

  /** Whether rows may be here whose parents aren't. */
  get mayHaveOrphans(): boolean {
    return this.options.optionalParent !== undefined;
  }

  /** Gives rows that were stored without their parent the one that has come since. @returns those rows */
  async linkOrphans(transaction: EntityManager, account: number): Promise<MirroredRow[]> {
    const { table, optionalParent } = this.options;
    if (!optionalParent) return [];
    const { field, table: parent } = optionalParent;
    const [linked] = await transaction.query<[ReturnedRow[], number]>(
      `update ${table} child set ${field}_id = parent.id, modified_date = null from ${parent} parent
       where child.account_id = $1 and child.${field}_id is null and parent.account_id = $1
         and parent.omnitron_id = child.omnitron_${field} returning child.id, child.omnitron_id`,
      [account],
    );
    return linked.map(mirroredRow);
  }

  /** @returns our ids of the rows that are new, or changed in what clients see */
  async write(transaction: EntityManager, { insertion, update, updatedKeys }: Changes): Promise<number[]> {
    const [updated] = update
      ? await transaction.query<[ReturnedRow[], number]>(this.updateStatement, [...update])
      : [[]];
    const [inserted] = insertion
      ? await transaction.query<{ ids: number[] }[]>(this.insertStatement, [...insertion])
      : [];
    const changed = new Set(updatedKeys);
    return [
      ...updated.filter((row) => changed.has(row.omnitron_id)).map(({ id }) => Number(id)),
      ...(inserted?.ids ?? []),
    ];
  }

  /**
   * The rows that are here, by the upstream's key: `omnitron_modified_date` and, where rows are updated, what is
   * compared. Of JSON, which may be large, only its hash is read.
   */
  private knownRows(readPool: ReadPool, account: number, rows: readonly T[]): Promise<ReadonlyMap<number, TextRow>> {
    const compared = this.compared.map(({ name, type }) =>
      type === 'json' ? `encode(sha256(convert_to(${name}::text, 'UTF8')), 'hex')` : name,
    );
    return this.stored(
      readPool,
      account,
      rows.map(({ pk }) => pk),
      ['omnitron_modified_date', ...compared],
    );
  }

  /**
   * Columns of the rows with these upstream keys, by key. Each is looked up as the first row from its key on, in the
   * order of the keys' index: for an account whose first rows are arriving PostgreSQL's statistics say that it has
   * none, all indexes then cost the same, and by another one all the account's rows are read for every page.
   */
  private async stored(
    readPool: ReadPool,
    account: number,
    keys: readonly number[],
    columns: readonly string[] = [],
  ): Promise<ReadonlyMap<number, TextRow>> {
    const found = await readPool.rows({
      account,
      text: `
        select known.* from unnest($2::integer[]) as upstream(key), lateral (
          select ${['omnitron_id', ...columns].join(', ')} from ${this.options.table} where account_id = $1
            and omnitron_id >= upstream.key order by omnitron_id limit 1
        ) known where known.omnitron_id = upstream.key`,
      values: [arrayLiteral(keys)],
      isAdhoc: true,
    });
    return new Map(found.map(([key, ...row]) => [Number(key), row]));
  }

  /** Whether a row differs from the one that is here and may take its place. */
  private replaces(row: T, known: TextRow | undefined, { parents, takesOlder }: CompareOptions): boolean {
    const [knownDate = null] = known ?? [];
    const date = row.modified_date ?? null;
    const isOlder = date !== null && knownDate !== null && date < knownDate && knownDate <= textOfNow();
    if (isOlder && !takesOlder) return false;
    return date !== knownDate || this.differs(this.compared, row, known, parents);
  }

  private differs(columns: readonly Column[], row: T, known: TextRow | undefined, parents: ParentKeys): boolean {
    return columns.some((column) => {
      const text = textOf(column.valueOf(row as unknown as Readonly<Record<string, unknown>>, parents));
      return (
        (column.type === 'json' && text !== null ? hash('sha256', text) : text) !==
        known?.[1 + this.compared.indexOf(column)]
      );
    });
  }

  private problemOf(row: T, parents: ParentKeys): SyncProblem {
    const [parent] = this.missingParents(this.parents, row, parents);
    return {
      omnitronId: row.pk,
      modified: row.modified_date ?? null,
      reason: this.missing(this.parents, row, parents).join(' '),
      ...(parent && {
        parent: { table: parent[1], omnitronId: (row as unknown as Record<string, number>)[parent[0]] as number },
      }),
    };
  }

  private parametersOf(account: number, rows: readonly T[], parents: ParentKeys): unknown[] {
    return [
      account,
      ...this.columns.map(({ valueOf }) =>
        arrayLiteral(rows.map((row) => valueOf(row as unknown as Record<string, unknown>, parents))),
      ),
    ];
  }

  /** A sentence for each of these parents that a row points to and that isn't here; a required one it must point to. */
  private missing(parents: readonly Parent[], row: T, keys: ParentKeys): string[] {
    const pointers = row as unknown as Record<string, number>;
    return this.missingParents(parents, row, keys).map(
      ([field, table]) => `There is no ${table} ${String(pointers[field])} here.`,
    );
  }

  private missingParents(parents: readonly Parent[], row: T, keys: ParentKeys): Parent[] {
    const pointers = row as unknown as Record<string, number | null | undefined>;
    return parents.filter(
      ([field]) => (pointers[field] ?? null) !== null && !keys.get(field)?.has(pointers[field] as number),
    );
  }
}

/** A row that was written. */
export interface MirroredRow {
  readonly id: number;
  /** The upstream's key. */
  readonly pk: number;
}

/** A row as a statement returns it; its id is a text where the column is a bigint. */
interface ReturnedRow {
  readonly id: number | string;
  readonly omnitron_id: number;
}

const mirroredRow = ({ id, omnitron_id: pk }: ReturnedRow): MirroredRow => ({ id: Number(id), pk });

/** The column's greatest value. */
const maxKey = 2 ** 31 - 1;

/** Now, as upstream dates are compared. */
const textOfNow = (): string => parseTimestamp(new Date().toISOString()) ?? '';

/** A value as PostgreSQL writes it. */
const textOf = (value: Value): string | null =>
  typeof value === 'boolean' ? (value ? 't' : 'f') : value === null ? null : String(value);

const parameterOf = (type: string, value: unknown): Value =>
  type === 'json' ? JSON.stringify(value) : (value as Value);

interface UpdateColumns {
  readonly shown: readonly string[];
  readonly beside: readonly string[];
  /** SQL of whether an older version is taken. */
  readonly takesOlder: string;
}

/**
 * `modified_date` is stamped anew where what we show changes; the upstream's own date is kept all the same. An older
 * version never replaces a newer.
 */
function updateSql(table: string, upstream: string, { shown, beside, takesOlder }: UpdateColumns): string {
  const kept = ['omnitron_modified_date', ...shown, ...beside];
  // `json` has no equality of its own; its text has.
  const comparable = (owner: string, columns: readonly string[]): string =>
    `(${columns.map((column) => `${owner}.${column}::text`).join(', ')})`;
  const differ = (columns: readonly string[]): string =>
    `${comparable('known', columns)} is distinct from ${comparable('upstream', columns)}`;
  return `
    update ${table} known set ${kept.map((column) => `${column} = upstream.${column}`).join(', ')},
      modified_date = case when ${differ(shown)} then null else known.modified_date end
    from ${upstream}
    where known.account_id = $1 and known.omnitron_id = any ($2::integer[]) and known.omnitron_id = upstream.omnitron_id
      and ${differ(kept)}
      and (${takesOlder}::boolean or coalesce(upstream.omnitron_modified_date >= known.omnitron_modified_date
        or known.omnitron_modified_date > clock_timestamp(), true))
    returning known.id, known.omnitron_id`;
}
