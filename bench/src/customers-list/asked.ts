import { asOwner, asReader, startBaseline, type Baseline, type Reading } from '../baselines/start-baseline.js';
import type { Subject } from '../measuring/subject.js';
import { pathOf, type ListPage } from '../page.js';
import type { Ground, House } from '../system/ground.js';
import type { ListedAccount } from './accounts.js';

/** A subject, which page it is asked for, and by how many at once. */
export interface Asked extends Subject {
  readonly who: Who;
  readonly rowsInAll: number;
  readonly page: number;
  readonly connections: number;
}

export type Who = 'Refundry' | 'B1' | 'B2' | 'OFFSET';

type Answering = Omit<Asked, 'name' | 'connections'>;

/** Everybody who is asked, by page: all of the same page have to answer the same. */
export async function startAsked(accounts: readonly ListedAccount[], ground: Ground, house: House, manyConnections: number, cleanup: AsyncDisposableStack): Promise<Asked[][]> {
  const pages: Asked[][] = [];
  for (const account of accounts) {
    for (const number of account.pages) {
      const answering = await startAnswering(account, number, ground, house, cleanup);
      pages.push(answering.flatMap((subject) => connectionsOf(subject, manyConnections).map((connections) => ({ ...subject, connections, name: nameOf(subject, connections) }))));
    }
  }
  return pages;
}

/** The order of a round: what is compared comes one soon after the other. */
export const inTurn = (subjects: readonly Asked[]): Asked[] => subjects.toSorted((a, b) => a.rowsInAll - b.rowsInAll || Number(a.who === 'OFFSET') - Number(b.who === 'OFFSET') || a.connections - b.connections || a.page - b.page);

export const nameOf = ({ who, rowsInAll, page }: Pick<Asked, 'who' | 'rowsInAll' | 'page'>, connections: number): string =>
  `${who}, ${rowsInAll.toLocaleString('en')} rows, page ${page.toLocaleString('en')}, ${connections === 1 ? '1 connection' : `${connections} connections`}`;

/** Many who ask for what OFFSET passes would only wait for each other. */
const connectionsOf = ({ who }: Answering, many: number): number[] => (who === 'Refundry' ? [1, many] : [who === 'OFFSET' ? 1 : many]);

async function startAnswering({ account, token, rows: rowsInAll, pages }: ListedAccount, number: number, ground: Ground, { oms, gateway }: House, cleanup: AsyncDisposableStack): Promise<Answering[]> {
  const page: ListPage = { list: 'customers', path: '/api/v1/oms/customers/list-simple/', number, rowsInAll };
  const path = pathOf(page);
  const { postgres, nats } = ground.serverPids;
  const baseline = async (who: Who, name: Baseline, reading: Reading): Promise<Answering> => {
    const { pid, url } = await startBaseline(name, page, account, reading, cleanup);
    return { who, page: number, rowsInAll, url: url + path, headers: {}, parts: { http: pid, postgres } };
  };
  const ours: Answering = { who: 'Refundry', page: number, rowsInAll, url: gateway.url + path, headers: { Authorization: `Token ${token}` }, parts: { http: gateway.pid, oms: oms.pid, nats, postgres } };
  if (number === pages[0]) return [ours, await baseline('B1', 'b1', asReader(ground)), await baseline('B2', 'b2', asReader(ground))];
  // The lane's policy has PostgreSQL expect a two-hundredth of the rows, and sort instead of walking the index: OFFSET is spared that.
  return [ours, await baseline('OFFSET', 'b2', asOwner(ground))];
}
