import { mountedEndpoints } from '@refundry/contracts';
import type { Family, MountedEndpoint } from '@refundry/resource';
import { omsPath, type Client } from './client.js';
import type { Answer } from './http.js';
import { postedLine, postedRefund } from './refunds.js';
import type { ReservationClient } from './reservation-client.js';
import { penalty, postedRules, putReservation } from './reservations.js';
import type { RetailClient } from './retail-client.js';
import type { System } from './system.js';

/** The services of which every table has rows in it. */
export const seededServices = ['oms', 'supplier-refund', 'reservation-refund'] as const;

const isOfSeededService = ({ subject }: MountedEndpoint): boolean =>
  seededServices.some((service) => subject.startsWith(`${service}.`));

/** The endpoints that make a row of a list of another service. */
const creates = mountedEndpoints.filter(
  (endpoint) => !isOfSeededService(endpoint) && endpoint.methods.includes('POST') && endpoint.kind === 'action',
);

/** Whether a list has rows in it: that of another service has what is made of the example of its POST. */
export const isSeeded = (list: MountedEndpoint): boolean =>
  isOfSeededService(list) || creates.some(({ family, path }) => family === list.family && path === list.path);

/** A row of any list. */
export type Row = Readonly<Record<string, unknown>>;

type Ask = (method: string, path: string, body?: unknown) => Promise<Answer>;

/** An account of all families that has something of everything. */
export class SeededAccount {
  private constructor(
    readonly id: number,
    private readonly mark: number,
    readonly oms: Client,
    readonly retail: RetailClient,
    readonly reservation: ReservationClient,
  ) {}

  /** @param mark a number of its own, which the keys that it chooses have in them */
  static async seed(system: System, mark: number): Promise<SeededAccount> {
    const oms = await system.newClient({ scopes: 'oms:read,oms:sync,oms:write,oms:manage' });
    const [id, retail, reservation] = await Promise.all([
      system.accountId(oms.account),
      system.newRetailClient(oms.account),
      system.newReservationClient(oms.account),
    ]);
    const account = new SeededAccount(id, mark, oms, retail, reservation);
    await Promise.all([account.seedOms(), account.seedRetail(), account.seedReservations(), account.seedOthers()]);
    return account;
  }

  /** Asks what stands below the family's base. */
  ask(family: Family, method: string, path: string, body?: unknown): Promise<Answer> {
    const asks: Partial<Record<Family, Ask>> = {
      oms: (_method, below) =>
        method === 'POST' && body !== undefined
          ? this.oms.post(omsPath + below, body)
          : this.oms.request(method, omsPath + below),
      retail: (_method, below) => this.retail.request(method, below, body),
      reservation: (_method, below) => this.reservation.request(method, below, body),
    };
    const ask = asks[family];
    if (!ask) throw new Error(`nobody asks ${family}`);
    return ask(method, path, body);
  }

  /** The first hundred that a list has. @throws unless the answer is 200 */
  async rows(list: Pick<MountedEndpoint, 'family' | 'path'>): Promise<readonly Row[]> {
    const { family } = list;
    const path = await this.pathOf(list);
    const { status, text, json } = await this.ask(family, 'GET', `${path}/?page_size=100`);
    if (status !== 200) throw new Error(`${path}: ${status} ${text}`);
    const { results } = (family === 'reservation' ? (json as { payload: unknown }).payload : json) as {
      results: readonly Row[];
    };
    return results;
  }

  /** The path of a list; one that stands in a row is that of the first row of the list around it. */
  async pathOf({ family, path }: Pick<MountedEndpoint, 'family' | 'path'>): Promise<string> {
    const [around = '', below] = path.split('/:within/');
    if (below === undefined) return path;
    const [row = {}] = await this.rows({ family, path: around });
    return `${around}/${keyOf(row)}/${below}`;
  }

  /** Its rows of all lists, by the family and path of each. */
  async everything(): Promise<ReadonlyMap<string, readonly Row[]>> {
    const lists = mountedEndpoints.filter((endpoint) => endpoint.kind === 'list' && isSeeded(endpoint));
    return new Map(
      await Promise.all(lists.map(async (list) => [`${list.family} ${list.path}`, await this.rows(list)] as const)),
    );
  }

  private async seedOms(): Promise<void> {
    await this.oms.pull();
    for (const step of ['addresses', 'channels', 'customers'] as const) await this.oms.setup(step).run();
    await this.seedWebhook('oms');
  }

  private async seedRetail(): Promise<void> {
    const [supplier, shop, product] = [`supplier-${this.mark}`, `kyiv-${this.mark}`, `milk-${this.mark}`];
    const posted = {
      'supplier-refunds/': ['returned', 'broken', 'late'].map((document) =>
        postedRefund(document, {
          supplier_id: supplier,
          shop_id: shop,
          products: [postedLine({ product_id: product })],
        }),
      ),
      'suppliers/': { supplier_id: supplier, name: 'Dairy' },
      'shops/': { shop_id: shop, name: 'Kyiv' },
      'products/': { product_id: product, name: 'Milk' },
      'receive-documents/': {
        document_id: 'receipt',
        shop_id: shop,
        supplier_id: supplier,
        document_date: '2017-01-01',
        products: [{ product_id: product, qty: 1, price: 5, price_total: 5 }],
      },
    };
    for (const [path, body] of Object.entries(posted)) {
      const { status, text } = await this.retail.post(path, body);
      if (status !== 201) throw new Error(`${path}: ${status} ${text}`);
    }
    await this.seedWebhook('retail');
  }

  private async seedReservations(): Promise<void> {
    const first = this.mark * 1000;
    await this.reservation.payload('POST', 'refund/rules', postedRules);
    for (const id of [first, first + 1, first + 2])
      await this.reservation.payload('PUT', `reservations/${id}`, putReservation(id));
    await this.reservation.requestRefund(first, penalty);
    await this.seedDraft();
    await this.seedWaiver(first + 2);
    await this.seedQuote(first + 3);
    await this.seedWebhook('reservation');
  }

  /** A former release, which an upgrade begins with, has no drafts. */
  private async seedDraft(): Promise<void> {
    const { status, text } = await this.reservation.request('POST', 'refund/rules/drafts', { rules: postedRules });
    if (status === 404 || status === 405) return;
    if (status !== 200) throw new Error(`drafts: ${status} ${text}`);
    const impact = await this.reservation.request('POST', 'refund/rules/impact', { rules: postedRules });
    if (impact.status !== 202) throw new Error(`impact: ${impact.status} ${impact.text}`);
  }

  /** It waits for a second person, so that it changes no penalty. A former release has no waivers. */
  private async seedWaiver(reservation: number): Promise<void> {
    const body = { reserve_id: reservation, code: 'goodwill', percent_off: 50, note: 'A regular customer' };
    const { status, text } = await this.reservation.request('POST', 'refund/waivers', body);
    if (status !== 200 && status !== 404) throw new Error(`refund/waivers: ${status} ${text}`);
  }

  /** A manual quote of what no rule prices; a former release, which an upgrade begins with, has none. */
  private async seedQuote(id: number): Promise<void> {
    await this.reservation.payload('PUT', `reservations/${id}`, { ...putReservation(id), service: 'bus' });
    const { status, text } = await this.reservation.request('POST', 'refund/quotes', { reserve_id: id });
    if (status !== 200 && status !== 404) throw new Error(`refund/quotes: ${status} ${text}`);
  }

  /** A former release, which an upgrade begins with, has no webhooks. */
  private async seedWebhook(family: Family): Promise<void> {
    const end = family === 'reservation' ? '' : '/';
    const { status, json, text } = await this.ask(family, 'POST', `webhooks${end}`, silentWebhook);
    if (status === 404) return;
    if (status !== 201) throw new Error(`webhooks: ${status} ${text}`);
    const { id } = (family === 'reservation' ? (json as { payload: unknown }).payload : json) as Row;
    const ping = await this.ask(family, 'POST', `webhooks/${String(id)}/ping${end}`, {});
    if (ping.status !== 200) throw new Error(`ping: ${ping.status} ${ping.text}`);
  }

  private async seedOthers(): Promise<void> {
    const lists = mountedEndpoints.filter((endpoint) => endpoint.kind === 'list' && !isOfSeededService(endpoint));
    for (const { family, path, documentation } of creates.filter((create) =>
      lists.some((list) => list.family === create.family && list.path === create.path),
    )) {
      const end = family === 'reservation' ? '' : '/';
      const { status, text } = await this.ask(family, 'POST', `${path}${end}`, documentation.inputExample);
      if (status >= 300) throw new Error(`${path}: ${status} ${text}`);
    }
  }
}

/** A webhook at an address where nothing listens, of a type that doesn't happen. */
const silentWebhook = { url: 'http://127.0.0.1:9/', event_types: ['webhook.disabled'] };

/** The key of a row in a path. */
export const keyOf = ({ id, url, ...row }: Row): string => {
  if (typeof id === 'string' || typeof id === 'number') return String(id);
  return typeof url === 'string' ? (url.replace(/\/$/, '').split('/').at(-1) ?? '') : String(Object.values(row)[0]);
};
