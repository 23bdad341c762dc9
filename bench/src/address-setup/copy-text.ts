import type pg from 'pg';
import { levels, type AddressLevel } from './levels.js';

/** The rows of all levels in COPY's text format, level by level, each without the account that comes first. */
export type CopyTexts = readonly (readonly string[])[];

/** Takes them from the account that has had them longest, in the order in which Omnitron sends them. */
export async function readCopyTexts(owner: pg.Client): Promise<CopyTexts> {
  const texts: string[][] = [];
  for (const level of levels) texts.push(await readLevel(owner, level));
  return texts;
}

/** The same rows for another account. */
export const copyBody = (texts: readonly string[], account: number): Buffer => Buffer.from(texts.map((text) => `${account}\t${text}\n`).join(''));

async function readLevel(owner: pg.Client, { table, columns }: AddressLevel): Promise<string[]> {
  const { rows } = await owner.query<(string | null)[]>({
    text: `select ${columns.map((column) => `${column}::text`).join(', ')} from ${table} where account_id = (select min(account_id) from country) order by omnitron_id`,
    rowMode: 'array',
  });
  return rows.map((row) => row.map(cell).join('\t'));
}

const escapes: Readonly<Record<string, string>> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' };

const cell = (value: string | null): string => (value === null ? '\\N' : value.replace(/[\\\t\n\r]/g, (character) => escapes[character]!));
