import { createHash } from 'node:crypto';
import { mapInSlices } from '@refundry/concurrency';
import type { Saved } from '@refundry/contracts';
import { arrayLiteral } from '@refundry/persistence';
import type { EntityManager } from 'typeorm';
import { PublicKeys } from './public-keys.js';
import {
  columnsOf,
  identityOf,
  itemsOf,
  type Column,
  type StoredClass,
  type StoredLines,
  type Value,
  type Values,
} from './stored-class.js';

/** A document that was written, because it is new or has changed; it brings the fields of its key too. */
interface UpsertedRow extends Readonly<Record<string, unknown>> {
  readonly id: string;
  readonly public_key: string;
  readonly is_new: boolean;
  readonly has_new_lines: boolean;
}

/**
 * Writes objects of one class, as many as there are, with a handful of statements (docs/adr/0020). All that is the same
 * as it was is left alone.
 */
export class DocumentWriter<T extends object> {
  private readonly publicKeys: PublicKeys | undefined;
  private readonly columns: readonly Column[];
  private readonly lines: LineWriter | undefined;
  private statement: string | undefined;

  constructor(private readonly stored: StoredClass<T>) {
    const { of, table, key, publicKey, lines } = stored;
    this.publicKeys = publicKey && new PublicKeys({ table, key, parts: publicKey });
    this.lines = lines && new LineWriter(lines as StoredLines<object>, columnsOf(itemsOf(of, lines.field)));
    this.columns = [
      ...columnsOf(of),
      ...(lines ? [{ name: 'lines_hash', type: 'bytea' }] : []),
      ...(publicKey ? [{ name: 'public_key', type: 'text' }] : []),
    ];
  }

  /**
   * Inserts what isn't there, and changes what is there and differs. Of several with the same key the last counts. Rows
   * are locked in the order of their keys, so that batches don't lock each other out.
   *
   * @param attempt of the transaction; from the second on, public keys are looked up that others have already
   * @throws QueryFailedError `23505` when a public key is taken: the transaction is to be tried again
   */
  async save(transaction: EntityManager, account: number, posted: readonly T[], attempt: number): Promise<Saved> {
    const documents = [
      ...new Map((posted as readonly Values[]).map((document) => [this.identityOf(document), document])).values(),
    ];
    if (documents.length === 0) return { created: 0, updated: 0 };
    const parameters = await this.parametersOf(transaction, account, documents, attempt);
    this.statement ??= upsertStatement(this.stored, this.columns, await knowsFormerRows(transaction));
    const written = await transaction.query<UpsertedRow[]>(this.statement, [account, ...parameters]);
    await this.lines?.replace(transaction, account, this.withNewLines(documents, written));
    await this.stored.onWritten?.(
      transaction,
      account,
      written.map((row) => row.public_key),
    );
    const created = written.filter((row) => row.is_new).length;
    return { created, updated: documents.length - created };
  }

  private async parametersOf(
    transaction: EntityManager,
    account: number,
    documents: readonly Values[],
    attempt: number,
  ): Promise<string[]> {
    const publicKeys =
      attempt > 1
        ? await this.publicKeys?.given(transaction, account, documents)
        : documents.map((document) => this.publicKeys?.wanted(document) ?? null);
    const valueOf = (document: Values, index: number, column: string): Value => {
      if (column === 'public_key') return publicKeys?.[index] ?? null;
      return column === 'lines_hash' && this.lines ? this.lines.hashOf(document) : (document[column] ?? null);
    };
    const literals: string[] = [];
    for (const { name } of this.columns)
      literals.push(arrayLiteral(await mapInSlices(documents, (document, index) => valueOf(document, index, name))));
    return literals;
  }

  private withNewLines(
    documents: readonly Values[],
    written: readonly UpsertedRow[],
  ): { document: Values; row: UpsertedRow }[] {
    const rows = new Map(written.filter((row) => row.has_new_lines).map((row) => [this.identityOf(row), row]));
    return documents.flatMap((document) => {
      const row = rows.get(this.identityOf(document));
      return row ? [{ document, row }] : [];
    });
  }

  private identityOf(document: Readonly<Record<string, unknown>>): string {
    return identityOf(this.stored.key, document);
  }
}

/** Whether PostgreSQL tells what a row was before it was written: from version 18 on. */
async function knowsFormerRows(transaction: EntityManager): Promise<boolean> {
  const [server] = await transaction.query<{ is_able: boolean }[]>(
    "select current_setting('server_version_num')::integer >= 180000 as is_able",
  );
  return server?.is_able ?? false;
}

/**
 * Ids rise in the order in which documents came, whatever the order of their keys. One that has a key already keeps its
 * public one. If PostgreSQL doesn't tell what a row was, an unlocked one is new, and one that has changed gets its
 * lines anew.
 */
function upsertStatement<T extends object>(
  { table, key, publicKey, lines }: StoredClass<T>,
  columns: readonly Column[],
  knowsFormer: boolean,
): string {
  const names = columns.map(({ name }) => name).join(', ');
  const values = columns
    .filter(({ name }) => name !== 'public_key' && !(key as readonly string[]).includes(name))
    .map(({ name }) => name);
  const hasNewLines =
    knowsFormer && lines ? 'old.lines_hash is distinct from new.lines_hash' : String(lines !== undefined);
  return `
    insert into ${table} (account_id, id, ${names})
    select $1::integer, * from (select nextval('${table}_id_seq'), *
      from unnest(${columns.map(({ type }, index) => `$${index + 2}::${type}[]`).join(', ')}) posted(${names})) numbered
      order by ${key.join(', ')}
    on conflict (account_id, ${key.join(', ')}) do update
    set ${values.map((name) => `${name} = excluded.${name}`).join(', ')}
    where (${values.map((name) => `${table}.${name}`).join(', ')})
      is distinct from (${values.map((name) => `excluded.${name}`).join(', ')})
    returning ${table}.id, ${table}.${publicKey ? 'public_key' : key[0]} as public_key,
      ${key.map((field) => `${table}.${field}`).join(', ')},
      ${knowsFormer ? 'old.id is null' : `${table}.xmax = 0`} as is_new, ${hasNewLines} as has_new_lines`;
}

/** Writes the lines of documents. */
class LineWriter {
  private readonly statement: string;

  constructor(
    private readonly stored: StoredLines<object>,
    private readonly columns: readonly Column[],
  ) {
    const all = [{ name: 'document', type: 'bigint' }, ...columns];
    this.statement = `
      with former as (delete from ${stored.table} where account_id = $1 and document = any ($2::bigint[]))
      insert into ${stored.table} (account_id, ${all.map(({ name }) => name).join(', ')})
      select $1::integer, * from unnest(${all.map(({ type }, index) => `$${index + 3}::${type}[]`).join(', ')})`;
  }

  /** Equal for equal lines in the same order. */
  hashOf(document: Values): string {
    const texts = this.linesOf(document).map((line) => this.columns.map(({ name }) => line[name]));
    return `\\x${createHash('sha256').update(JSON.stringify(texts)).digest('hex')}`;
  }

  /** Puts the lines in place of those there were. Their ids rise in the order in which they came. */
  async replace(
    transaction: EntityManager,
    account: number,
    changed: readonly { document: Values; row: UpsertedRow }[],
  ): Promise<void> {
    if (changed.length === 0) return;
    const former = changed.filter(({ row }) => !row.is_new).map(({ row }) => row.id);
    const lines = changed.flatMap(({ document, row }) => this.linesOf(document).map((line) => ({ id: row.id, line })));
    const columns: string[] = [];
    for (const { name } of this.columns)
      columns.push(arrayLiteral(await mapInSlices(lines, ({ line }) => line[name] ?? null)));
    await transaction.query(this.statement, [
      account,
      arrayLiteral(former),
      arrayLiteral(lines.map(({ id }) => id)),
      ...columns,
    ]);
  }

  private linesOf(document: Values): readonly Values[] {
    return (document as Readonly<Record<string, unknown>>)[this.stored.field] as readonly Values[];
  }
}
