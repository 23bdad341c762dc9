import { asOwner, asReader, startBaseline, type Baseline, type Reading } from '../baselines/start-baseline.js';
import type { Subject } from '../measuring/subject.js';
import { pathOf, type ListPage } from '../page.js';
import type { BenchInfrastructure, BenchSystem } from '../system/infrastructure.js';
import type { ListedAccount } from './accounts.js';

/** A subject, which page it is asked for, and by how many at once. */
export interface ListSubject extends Subject {
  readonly who: SystemName;
  readonly rowsInAll: number;
  readonly page: number;
  readonly connections: number;
}

export type SystemName = 'Refundry' | 'B1' | 'B2' | 'OFFSET';

type ListSubjectOptions = Omit<ListSubject, 'name' | 'connections'>;

/** Everybody who is asked, by page: all of the same page have to answer the same. */
export async function startSubjects(
  accounts: readonly ListedAccount[],
  infrastructure: BenchInfrastructure,
  system: BenchSystem,
  manyConnections: number,
  cleanup: AsyncDisposableStack,
): Promise<ListSubject[][]> {
  const pages: ListSubject[][] = [];
  for (const account of accounts) {
    for (const number of account.pages) {
      const answering = await startAnswering(account, number, infrastructure, system, cleanup);
      pages.push(
        answering.flatMap((subject) =>
          connectionsOf(subject, manyConnections).map((connections) => ({
            ...subject,
            connections,
            name: nameOf(subject, connections),
          })),
        ),
      );
    }
  }
  return pages;
}

/** The order of a round: what is compared comes one soon after the other. */
export const inTurn = (subjects: readonly ListSubject[]): ListSubject[] =>
  subjects.toSorted(
    (a, b) =>
      a.rowsInAll - b.rowsInAll ||
      Number(a.who === 'OFFSET') - Number(b.who === 'OFFSET') ||
      a.connections - b.connections ||
      a.page - b.page,
  );

export const nameOf = (
  { who, rowsInAll, page }: Pick<ListSubject, 'who' | 'rowsInAll' | 'page'>,
  connections: number,
): string =>
  `${who}, ${rowsInAll.toLocaleString('en')} rows, page ${page.toLocaleString('en')}, ` +
  (connections === 1 ? '1 connection' : `${connections} connections`);

/** Many who ask for what OFFSET passes would only wait for each other. */
const connectionsOf = ({ who }: ListSubjectOptions, many: number): number[] =>
  who === 'Refundry' ? [1, many] : [who === 'OFFSET' ? 1 : many];

async function startAnswering(
  { account, token, rows: rowsInAll, pages }: ListedAccount,
  number: number,
  infrastructure: BenchInfrastructure,
  { oms, gateway }: BenchSystem,
  cleanup: AsyncDisposableStack,
): Promise<ListSubjectOptions[]> {
  const page: ListPage = { list: 'customers', path: '/api/v1/oms/customers/list-simple/', number, rowsInAll };
  const path = pathOf(page);
  const { postgres, nats } = infrastructure.serverPids;
  const baseline = async (who: SystemName, name: Baseline, reading: Reading): Promise<ListSubjectOptions> => {
    const { pid, url } = await startBaseline(name, page, account, reading, cleanup);
    return { who, page: number, rowsInAll, url: url + path, headers: {}, parts: { http: pid, postgres } };
  };
  const ours: ListSubjectOptions = {
    who: 'Refundry',
    page: number,
    rowsInAll,
    url: gateway.url + path,
    headers: { Authorization: `Token ${token}` },
    parts: { http: gateway.pid, oms: oms.pid, nats, postgres },
  };
  if (number === pages[0])
    return [
      ours,
      await baseline('B1', 'b1', asReader(infrastructure)),
      await baseline('B2', 'b2', asReader(infrastructure)),
    ];
  // The read pool's policy has PostgreSQL expect a two-hundredth of the rows, and sort instead of walking the index:
  // OFFSET is spared that.
  return [ours, await baseline('OFFSET', 'b2', asOwner(infrastructure))];
}
