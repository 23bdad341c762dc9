import type pg from 'pg';
import { drainCopy } from '../system/drained-copy.js';
import type { SetupLevel } from './step.js';

/** The rows of all levels in COPY's text format, level by level, each without the account that comes first. */
export type CopyTexts = readonly (readonly string[])[];

/** Takes them from the account that has had them longest, in the order in which Omnitron sends them. */
export async function readCopyTexts(owner: pg.Client, levels: readonly SetupLevel[]): Promise<CopyTexts> {
  const texts: string[][] = [];
  for (const level of levels) texts.push(await readLevel(owner, level));
  return texts;
}

/** The same rows for another account. */
export const copyBody = (texts: readonly string[], account: number): Buffer =>
  Buffer.from(texts.map((text) => `${account}\t${text}`).join(''));

async function readLevel(owner: pg.Client, { table, columns }: SetupLevel): Promise<string[]> {
  const rows: string[] = [];
  const select = `select ${columns.join(', ')} from ${table} where account_id = (select min(account_id) from ${table})
    order by omnitron_id`;
  await drainCopy(owner, select, 'text', (row) => {
    rows.push(row.toString());
  });
  return rows;
}
