import { defaultScopes } from '@refundry/auth';
import type { Client } from '../system/client.js';
import type { System } from '../system/system.js';
import { postedLine, postedRefund, refundsPath } from '../system/refunds.js';
import type { ReservationClient } from '../system/reservation-client.js';
import { penalty, postedRules, putReservation } from '../system/reservations.js';
import type { RetailClient } from '../system/retail-client.js';
import { upstreamReasons } from '../system/reasons.js';
import type { DescribedOperation } from './described-api.js';
import type { FuzzRequest, KnownData } from './fuzz-request.js';

type Family = 'oms' | 'retail' | 'reservation';
type HeaderValues = Readonly<Record<string, string>>;

interface Login {
  readonly username: string;
  readonly password: string;
  readonly client_id: string;
  readonly client_secret: string;
}

const broken: HeaderValues = { authorization: 'Bearer a.b.c', domain: 'nowhere.example' };
const documents = Array.from({ length: 20 }, (_, index) => `document-${index}`);
const reservations = Array.from({ length: 20 }, (_, index) => 10_000 + index);

/**
 * The whole system with something of everything in it, and clients of every family that may do everything, or only
 * read.
 */
export class FuzzedSystem {
  private constructor(
    readonly system: System,
    readonly known: KnownData,
    private readonly owners: Readonly<Record<Family, () => HeaderValues>>,
    private readonly readers: Readonly<Record<Family, () => HeaderValues>>,
  ) {}

  /** @param system with every service */
  static async fill(system: System): Promise<FuzzedSystem> {
    const oms = await system.newClient({ scopes: [...defaultScopes('oms'), 'oms:manage'].join() });
    const omsReader = await system.newToken(oms.account, { scopes: 'oms:read' });
    const retail = await system.newRetailClient(oms.account);
    const retailReader = await system.newRetailClient(oms.account, 'read');
    const reservation = await system.newReservationClient();
    const login = await newLogin(system, oms.account);
    await fillOms(system, oms);
    await fillRetail(retail);
    await fillReservations(reservation);
    const bearer = (token: string) => (): HeaderValues => ({ authorization: `Bearer ${token}` });
    const token = (key: string) => (): HeaderValues => ({ authorization: `Token ${key}` });
    const signed = (scope?: string) => (): HeaderValues => ({
      authorization: `Bearer ${reservation.newToken(scope)}`,
      domain: reservation.domain,
    });
    return new FuzzedSystem(
      system,
      await knownOf({ oms, retail, reservation, login }),
      { oms: token(oms.token), retail: bearer(retail.token), reservation: signed() },
      { oms: token(omsReader.token), retail: bearer(retailReader.token), reservation: signed('reservation:read') },
    );
  }

  /** The credentials of a request. */
  credentials({ operation, bearer }: FuzzRequest): HeaderValues {
    const family = familyOf(operation);
    if (bearer === 'broken') return broken;
    if (bearer === 'oms' || bearer === 'retail' || bearer === 'reservation') return this.owners[bearer]();
    return family === undefined || bearer === 'nobody'
      ? {}
      : (bearer === 'owner' ? this.owners : this.readers)[family]();
  }
}

/** Undefined for what everybody may ask. */
function familyOf({ security: [needed = {}] }: DescribedOperation): Family | undefined {
  const [scheme] = Object.keys(needed);
  return (['oms', 'retail', 'reservation'] as const).find((family) => scheme?.startsWith(family));
}

async function newLogin(system: System, account: string): Promise<Login> {
  const [client, { password }] = await Promise.all([
    system.command<{ client_id: string; client_secret: string }>(
      'oauth-client',
      'create',
      '--account',
      account,
      '--name',
      'fuzz',
    ),
    system.command<{ password: string }>('oauth-user', 'create', '--account', account, '--username', 'fuzz'),
  ]);
  return { username: 'fuzz', password, client_id: client.client_id, client_secret: client.client_secret };
}

async function fillOms(system: System, client: Client): Promise<void> {
  await system.simulator.setReasons(upstreamReasons(12));
  await client.pull();
  for (const step of ['channels', 'customers', 'addresses'] as const) await client.setup(step).run();
}

async function fillRetail(client: RetailClient): Promise<void> {
  const line = postedLine();
  const bodies: Readonly<Record<string, object>> = {
    'suppliers/': { supplier_id: 'supplier-1', name: 'Dairy' },
    'shops/': { shop_id: 'kyiv-1', name: 'Kyiv' },
    'products/': { product_id: 'milk', name: 'Milk' },
    'receive-documents/': {
      document_id: 'receipt-1',
      supplier_id: 'supplier-1',
      shop_id: 'kyiv-1',
      document_date: '2017-01-01',
      products: [{ product_id: 'milk', qty: 1, price: 5, price_total: 5 }],
    },
    [refundsPath]: documents.map((name) => postedRefund(name, { products: [line, line] })),
  };
  for (const [path, body] of Object.entries(bodies)) await created(client, path, body);
}

async function created(client: RetailClient, path: string, body: object): Promise<void> {
  const { status, text } = await client.post(path, body);
  if (status !== 201) throw new Error(`POST ${path}: ${status} ${text}`);
}

async function fillReservations(client: ReservationClient): Promise<void> {
  await client.payload('POST', 'refund/rules', postedRules);
  for (const rules of [postedRules, { ...postedRules, supplier: 'charter' }])
    await client.payload('POST', 'refund/rules/drafts', { rules });
  const { status, text } = await client.request('POST', 'refund/rules/impact', { draft_id: 1 });
  if (status !== 202) throw new Error(`impact: ${status} ${text}`);
  for (const id of reservations) await client.payload('PUT', `reservations/${id}`, putReservation(id));
  for (const id of reservations.slice(0, 5)) await client.requestRefund(id, penalty);
}

interface Clients {
  readonly oms: Client;
  readonly retail: RetailClient;
  readonly reservation: ReservationClient;
  readonly login: Login;
}

type Row = Readonly<Record<string, unknown>>;

/** The answers of the lists: keys for the paths below them, and values by the names of their fields. */
async function knownOf({ oms, retail, reservation, login }: Clients): Promise<KnownData> {
  const keys = new Map<string, readonly Readonly<Record<string, string>>[]>();
  const values = new Map<string, unknown[]>();
  const refunds: Row[] = [];
  const learn = (rows: readonly Row[]): void => {
    for (const row of rows)
      for (const [name, value] of Object.entries(row))
        if (typeof value !== 'object')
          values.set(name, [...new Set([...(values.get(name) ?? []), value])].slice(0, 30));
  };
  for (const list of [
    'cancellation-reasons',
    'channels',
    'countries',
    'cities',
    'townships',
    'districts',
    'customers/list-simple',
  ]) {
    const { results } = await oms.json<{ results: Row[] }>(`/api/v1/oms/${list}/?page_size=20`);
    learn(results);
    keys.set(
      `/api/v1/oms/${list}/{key}/`,
      results.map((row) => ({ key: String(row.id ?? row.pk) })),
    );
  }
  for (const list of ['suppliers', 'shops', 'products', 'receive-documents', 'supplier-refunds']) {
    const { results } = await retail.json<{ results: Row[] }>(`${list}/?page_size=30`);
    learn(results);
    keys.set(
      `/api/v1/${list}/{key}/`,
      results.map(({ url }) => ({ key: lastOf(url) })),
    );
    const lines = results.flatMap(({ url, products }) =>
      Array.isArray(products)
        ? (products as Row[]).map((line) => ({ within: lastOf(url), key: lastOf(line.url), ...line }))
        : [],
    );
    learn(lines);
    if (list !== 'supplier-refunds') continue;
    refunds.push(...results);
    keys.set(
      '/api/v1/supplier-refunds/{within}/products/{key}/',
      lines.map(({ within, key }) => ({ within, key })),
    );
  }
  const booked = (await reservation.payload<{ results: Row[] }>('GET', 'reservations?page_size=50')).results;
  learn(booked);
  const base = '/api/reservation/v1/';
  keys.set(
    `${base}reservations/{key}`,
    booked.map(({ id }) => ({ key: String(id) })),
  );
  for (const below of ['rules/{key}', 'rules/{key}/retire'])
    keys.set(`${base}refund/${below}`, [{ key: '1' }, { key: '2' }, { key: '3' }]);
  for (const below of ['versions', 'versions/{key}', 'versions/{key}/changes'])
    keys.set(`${base}refund/rules/{within}/${below}`, [{ within: '1', key: '1' }]);
  for (const below of ['', '/abort']) keys.set(`${base}refund/rules/impact/{key}${below}`, [{ key: '1' }]);
  for (const below of ['', '/publish', '/unschedule', '/discard', '/changes'])
    keys.set(`${base}refund/rules/drafts/{key}${below}`, [{ key: '1' }, { key: '2' }]);
  for (const move of ['approve', 'reject', 'mark-paid', 'mark-failed'])
    keys.set(
      `${base}refund/{key}/${move}`,
      ['1', '2', '3', '4', '5'].map((key) => ({ key })),
    );
  const asked = {
    reserve_id: [...reservations, 'L10007', 'O10008'],
    expected_penalty: [penalty],
    page: [1, 2, 'last'],
    grant_type: ['password', 'refresh_token'],
    scope: ['read write', 'read'],
    date: ['2017-1-1 15:39:00'],
    zone: ['Asia/Tehran', 'Europe/Kyiv'],
    qty: [1, '2.5'],
    price: [5, '10.00', 10_000_000],
  };
  for (const [name, some] of Object.entries(asked)) values.set(name, some);
  for (const [name, value] of Object.entries(login)) values.set(name, [value]);
  values.set('csv', [(await reservation.request('GET', 'refund/rules/export')).text]);
  const rules = await reservation.payload<Row>('GET', 'refund/rules/1');
  const rows = new Map([
    ['/api/v1/supplier-refunds/{key}/', refunds.map((row) => ({ keys: { key: lastOf(row.url) }, row }))],
    [`${base}refund/rules/{key}`, [{ keys: { key: '1' }, row: rules }]],
  ]);
  return { keys, values, rows };
}

const lastOf = (url: unknown): string => decodeURIComponent(String(url).split('/').at(-2) ?? '');
