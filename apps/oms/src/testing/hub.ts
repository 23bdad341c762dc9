import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { parseTimestamp } from '@refundry/resource';

/** The fields of an upstream row by which lists are read. */
export interface HubRow {
  readonly pk: number;
  readonly modified_date: string | null;
}

/** An upstream customer, with as much as a test looks at. */
export interface HubCustomer extends HubRow {
  readonly email: string;
  readonly channel: number | null;
}

/** Rows of an answer at the most: with so few, every list is a long one. */
const maxPageSize = 5;

/** A hub as Omnitron is one, whose rows a test changes at will: customers above all, in pages of five. */
export class Hub {
  private readonly customers = new Map<number, HubCustomer>();
  private readonly otherLists = new Map<string, readonly HubRow[]>();
  /** Requests that are answered before one fails; undefined while none does. */
  private healthyRequests: number | undefined;

  private constructor(private readonly server: Server) {
    server.on('request', ({ url = '' }, response: ServerResponse) => {
      this.answer(new URL(url, this.url), response);
    });
  }

  static async start(): Promise<Hub> {
    const server = createServer();
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    return new Hub(server);
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => {
      this.server.close(resolve);
    });
  }

  get rows(): readonly HubCustomer[] {
    return [...this.customers.values()].toSorted((a, b) => a.pk - b.pk);
  }

  put(customer: HubCustomer): void {
    this.customers.set(customer.pk, customer);
  }

  remove(pk: number): void {
    this.customers.delete(pk);
  }

  clear(): void {
    this.customers.clear();
    this.otherLists.clear();
  }

  /** @param list as the upstream's path names it */
  replace(list: string, rows: readonly HubRow[]): void {
    this.otherLists.set(list, rows);
  }

  /** Refuses everything after so many requests, in a way that no client tries again. */
  failAfter(requests: number): void {
    this.healthyRequests = requests;
  }

  recover(): void {
    this.healthyRequests = undefined;
  }

  private answer(url: URL, response: ServerResponse): void {
    if (this.healthyRequests !== undefined && this.healthyRequests-- <= 0) {
      response.writeHead(400).end();
      return;
    }
    response.setHeader('content-type', 'application/json');
    response.end(
      JSON.stringify(
        url.pathname.endsWith('/login/')
          ? { key: 'key' }
          : this.page(this.list(url.pathname.split('/').at(-2) ?? ''), url.searchParams),
      ),
    );
  }

  private list(name: string): readonly HubRow[] {
    return name === 'customers' ? this.rows : (this.otherLists.get(name) ?? []);
  }

  private page(rows: readonly HubRow[], query: URLSearchParams): object {
    const since = query.get('modified_date__gte');
    const after = Number(query.get('pk__gt') ?? -Infinity);
    const found = rows.filter(
      ({ pk, modified_date: date }) =>
        pk > after && (since === null || (date !== null && instant(date) >= instant(since))),
    );
    const ordered = query.get('sort')?.startsWith('-modified_date') ? found.toSorted(newestFirst) : found;
    const size = Math.min(maxPageSize, Number(query.get('limit')));
    const start = (Number(query.get('page')) - 1) * size;
    return {
      count: ordered.length,
      next: start + size < ordered.length ? 'more' : null,
      previous: null,
      results: ordered.slice(start, start + size),
    };
  }
}

const instant = (text: string): string => parseTimestamp(text) ?? '';

/** PostgreSQL's order: null is greater than every date. */
function newestFirst(a: HubRow, b: HubRow): number {
  const [left, right] = [a, b].map(({ modified_date: date }) => (date === null ? '~' : instant(date))) as [
    string,
    string,
  ];
  return left === right ? b.pk - a.pk : left < right ? 1 : -1;
}
