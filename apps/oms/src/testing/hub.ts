import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { parseTimestamp } from '@refundry/resource';

/** An upstream customer, with as much as a test looks at. */
export interface HubCustomer {
  readonly pk: number;
  readonly email: string;
  readonly channel: number | null;
  readonly modified_date: string | null;
}

/** Rows of an answer at the most: with so few, every list is a long one. */
const maxPageSize = 5;

/** A hub as Omnitron is one, whose rows a test changes at will: customers, in pages of five. */
export class Hub {
  private readonly customers = new Map<number, HubCustomer>();
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
          : this.page(url.pathname.includes('/customers/') ? this.rows : [], url.searchParams),
      ),
    );
  }

  private page(rows: readonly HubCustomer[], query: URLSearchParams): object {
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
function newestFirst(a: HubCustomer, b: HubCustomer): number {
  const [left, right] = [a, b].map(({ modified_date: date }) => (date === null ? '~' : instant(date))) as [
    string,
    string,
  ];
  return left === right ? b.pk - a.pk : left < right ? 1 : -1;
}
