import { ratiosOf, type Spread } from '../measuring/statistics.js';
import type { Turn } from '../measuring/subject.js';
import { atLeast, atMost, type Goal } from '../report/goal.js';
import type { ListedAccount } from './accounts.js';
import { nameOf, type SystemName } from './subjects.js';

type Turns = ReadonlyMap<string, readonly Turn[]>;

/** @param many how many connections are many */
export function goals(turns: Turns, accounts: readonly ListedAccount[], many: number, countMs: Spread): Goal[] {
  const ratio = (figure: (turn: Turn) => number, of: string, to: string): Spread =>
    ratiosOf(turns.get(of)!.map(figure), turns.get(to)!.map(figure));
  const first = (who: SystemName, { rows }: ListedAccount): string => nameOf({ who, rowsInAll: rows, page: 1 }, many);
  const large = accounts.at(-1)!;
  const ofLarge = (page: number, connections: number): string =>
    nameOf({ who: 'Refundry', rowsInAll: large.rows, page }, connections);
  const last = large.pages.at(-1)!;
  return [
    ...[1, many].map((connections) =>
      atMost(
        `p50 of page ${last.toLocaleString('en')} against page 1, ${large.rows.toLocaleString('en')} rows, ` +
          `${connections} connection${connections === 1 ? '' : 's'}`,
        1.5,
        ratio(({ p50Ms }) => p50Ms, ofLarge(last, connections), ofLarge(1, connections)),
      ),
    ),
    atMost(`exact count of ${large.rows.toLocaleString('en')} rows, ms`, 1, countMs),
    ...accounts.flatMap((account) => [
      atLeast(
        `page 1 of ${account.rows.toLocaleString('en')} rows against B1`,
        1.3,
        ratio(({ requestsPerSecond }) => requestsPerSecond, first('Refundry', account), first('B1', account)),
      ),
      atLeast(
        `page 1 of ${account.rows.toLocaleString('en')} rows against B2`,
        0.7,
        ratio(({ requestsPerSecond }) => requestsPerSecond, first('Refundry', account), first('B2', account)),
      ),
    ]),
  ];
}
