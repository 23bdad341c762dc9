import { traceComment } from '@refundry/observability';
import { parametersOf, type Statement } from '@refundry/pagination';
import { isStalePreparation, postgresFailure } from '@refundry/provisioning';
import type pg from 'pg';
import type { RawRows } from './raw-rows.js';

/** Statements that are kept prepared; further ones are planned at each call. */
const maxPrepared = 256;
const asItIs = { getTypeParser: () => (rows: RawRows) => rows } as unknown as pg.CustomTypesConfig;

/** Reads rows on connections that pass them on as bytes, and keeps the common statements prepared there. */
export class ReadStatements {
  private readonly names = new Map<string, string>();
  private namesGiven = 0;

  /** The rows as PostgreSQL sent them; empty when there are none. @throws Failure `unavailable`, `deadline_exceeded` */
  async rawRows(client: pg.ClientBase, statement: Statement): Promise<RawRows[]> {
    const comment = traceComment();
    // With its comment a statement is one that never comes again.
    const name = statement.isPrepared && comment === '' ? this.nameOf(statement.text) : undefined;
    const query = {
      text: statement.text + comment,
      values: parametersOf(statement),
      rowMode: 'array' as const,
      types: asItIs,
    };
    try {
      return await rowsOf(client, { ...query, name });
    } catch (error) {
      if (name === undefined || !isStalePreparation(error)) throw postgresFailure(error);
      this.forget(client, statement.text, name);
    }
    return rowsOf(client, query).catch((error: unknown) => {
      throw postgresFailure(error);
    });
  }

  private nameOf(text: string): string | undefined {
    const known = this.names.get(text);
    if (known !== undefined || this.names.size >= maxPrepared) return known;
    const name = `read_${this.namesGiven++}`;
    this.names.set(text, name);
    return name;
  }

  /** The next read of the text prepares it anew, under a name that no connection has used. */
  private forget(client: pg.ClientBase, text: string, name: string): void {
    if (this.names.get(text) !== name) return;
    this.names.delete(text);
    client.query(`deallocate ${name}`).catch(() => undefined);
  }
}

async function rowsOf(client: pg.ClientBase, query: pg.QueryArrayConfig & { name?: string }): Promise<RawRows[]> {
  const { rows } = await client.query<[RawRows]>(query);
  return rows.map(([bytes]) => bytes);
}
