import type { Subject } from '../measuring/subject.js';
import { connected } from '../system/connected.js';
import { forgetStatements, statementsOf } from './counting-postgres.js';
import type { ProcedureSystem } from './system.js';

const quotes = 1000;
/** A statement that belongs to quotes is sent for one in twenty of them at least. */
const fewest = quotes / 20;

/** How many statements the service's database is sent for a quote. */
export function countRoundTrips(
  { postgres, database }: ProcedureSystem,
  { url, headers }: Subject,
  signal: AbortSignal,
): Promise<number> {
  return connected(postgres.url, async (admin) => {
    await forgetStatements(admin);
    for (let asked = 0; asked < quotes; asked += 1) await (await fetch(url, { headers, signal })).arrayBuffer();
    return (await statementsOf(admin, database.url, fewest)) / quotes;
  });
}
