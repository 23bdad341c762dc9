import { arrayLiteral } from '@refundry/persistence';
import type { EntityManager } from 'typeorm';
import { identityOf, type Values } from './stored-class.js';

interface PublicKeysOptions {
  readonly table: string;
  readonly key: readonly string[];
  /** The fields that a public key is made of. */
  readonly parts: readonly string[];
}

/**
 * The public keys of documents: the parts, joined by `_`. The parts aren't escaped, so that two documents may want the
 * same.
 */
export class PublicKeys {
  constructor(private readonly options: PublicKeysOptions) {}

  /** Assigns the document's public key, unless another document has it. */
  wanted(document: Values): string {
    return this.options.parts.map((part) => document[part]).join('_');
  }

  /**
   * Assigns the public keys of documents that aren't stored yet: what they want, or, when another has or gets it, that
   * with `~2`, `~3` and so on behind. Of those that are stored, nothing is said that will be used.
   */
  async given(transaction: EntityManager, account: number, documents: readonly Values[]): Promise<string[]> {
    const [held, stored] = [
      await this.holders(transaction, account, documents),
      await this.stored(transaction, account, documents),
    ];
    const given = documents.map((document) => {
      const wanted = this.wanted(document);
      if (stored.has(identityOf(this.options.key, document))) return wanted;
      if (held.has(wanted)) return undefined;
      held.add(wanted);
      return wanted;
    });
    const clashing = documents
      .filter((_document, index) => given[index] === undefined)
      .map((document) => this.wanted(document));
    for (const key of await this.numbered(transaction, account, clashing)) held.add(key);
    return given.map((key, index) => key ?? this.nextFree(held, this.wanted(documents[index] as Values)));
  }

  private nextFree(held: Set<string>, wanted: string): string {
    let number = 2;
    while (held.has(`${wanted}~${number}`)) number++;
    held.add(`${wanted}~${number}`);
    return `${wanted}~${number}`;
  }

  /** Which of the wanted keys there are already. */
  private async holders(
    transaction: EntityManager,
    account: number,
    documents: readonly Values[],
  ): Promise<Set<string>> {
    const rows = await transaction.query<{ public_key: string }[]>(
      `select public_key from ${this.options.table} where account_id = $1 and public_key = any ($2)`,
      [account, arrayLiteral(documents.map((document) => this.wanted(document)))],
    );
    return new Set(rows.map((row) => row.public_key));
  }

  /** Which of the documents there are already. */
  private async stored(
    transaction: EntityManager,
    account: number,
    documents: readonly Values[],
  ): Promise<Set<string>> {
    const { table, key } = this.options;
    const columns = key.join(', ');
    const rows = await transaction.query<Values[]>(
      `select ${columns} from ${table} where account_id = $1
        and (${columns}) in (select * from unnest(${key.map((_, index) => `$${index + 2}::text[]`).join(', ')}))`,
      [account, ...key.map((field) => arrayLiteral(documents.map((document) => document[field] ?? null)))],
    );
    return new Set(rows.map((row) => identityOf(key, row)));
  }

  /** The keys there are of those with a number behind. */
  private async numbered(transaction: EntityManager, account: number, wanted: readonly string[]): Promise<string[]> {
    const rows = await transaction.query<{ public_key: string }[]>(
      `select public_key from unnest($2::text[]) wanted(key) join ${this.options.table} on account_id = $1
        and public_key > wanted.key || '~' and public_key < wanted.key || chr(127)`,
      [account, arrayLiteral(wanted)],
    );
    return rows.map((row) => row.public_key);
  }
}
