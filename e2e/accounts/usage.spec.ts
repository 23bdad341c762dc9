import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { omsPath, type Client, type Page } from '../system/client.js';
import type { Answer } from '../system/http.js';
import { lastLogged } from '../system/log-lines.js';
import { postedRefund } from '../system/refunds.js';
import type { ReservationClient } from '../system/reservation-client.js';
import type { RetailClient } from '../system/retail-client.js';
import { everyService, RunningSystem } from '../system/running-system.js';
import { until } from '../system/until.js';

interface Usage {
  readonly period: string;
  readonly credential_kind: string | null;
  readonly credential_id: string | null;
  readonly endpoint: string | null;
  readonly requests: number;
  readonly client_errors: number;
  readonly throttled: number;
  readonly server_errors: number;
  readonly bytes: number;
}

/** A credential may send so many requests at once. */
const burst = 60;
const channels = `${omsPath}channels/`;

let system: RunningSystem;
let manager: Client;
let client: Client;
let retail: RetailClient;
let reservation: ReservationClient;
let stranger: Client;

beforeAll(async () => {
  system = await RunningSystem.start({
    services: everyService,
    environment: { gateway: { REQUESTS_PER_SECOND: '1', REQUESTS_BURST: String(burst) } },
  });
  [manager, stranger] = (await Promise.all(
    [1, 2].map(() => system.newClient({ scopes: 'oms:read,oms:sync,oms:manage' })),
  )) as [Client, Client];
  client = await system.newToken(manager.account);
  retail = await system.newRetailClient(manager.account);
  reservation = await system.newReservationClient(manager.account);
}, 120_000);

afterAll(() => system.stop());

/** Sums of answers, as usage sums them up. */
function sumsOf(answers: readonly Answer[]): Partial<Usage> {
  const count = (isCounted: (status: number) => boolean): number =>
    answers.filter(({ status }) => isCounted(status)).length;
  return {
    requests: answers.length,
    client_errors: count((status) => status >= 400 && status < 500 && status !== 429),
    throttled: count((status) => status === 429),
    server_errors: count((status) => status >= 500),
    bytes: answers.reduce((sum, { text }) => sum + Buffer.byteLength(text), 0),
  };
}

/** A gateway that ends hands over what it has counted, and another one begins. */
const handOver = (): Promise<unknown> => system.restartApp('gateway');

async function usageOf(one: Client, query = ''): Promise<readonly Usage[]> {
  const { status, text, json } = await one.get(`${omsPath}usage/?by=credential,endpoint&page_size=100${query}`);
  if (status !== 200) throw new Error(`${status} ${text}`);
  return (json as Page<Usage>).results;
}

const rowOf = (rows: readonly Usage[], endpoint: string): Usage | undefined =>
  rows.find((row) => row.endpoint === endpoint);

describe('usage', () => {
  it('has the requests of a credential as they were answered, exports by the bytes that were sent', async () => {
    await manager.setup('customers').run();
    const listed = await Promise.all(
      ['', '', '?page_size=1', '?sort=nothing'].map((query) => client.get(channels + query)),
    );
    const missing = [await client.get(`${channels}987654321/`)];
    const described = [await client.request('OPTIONS', channels)];
    const unsupported = [await client.request('DELETE', channels)];
    const forbidden = [await client.get(`${omsPath}usage/`)];
    const head = [await client.request('HEAD', channels)];
    const exported = [await client.get(`${omsPath}customers/list-simple/?format=csv`)];
    expect(
      [listed, missing, described, unsupported, forbidden, head, exported].flat().map(({ status }) => status),
    ).toEqual([200, 200, 200, 400, 404, 200, 405, 403, 200, 200]);
    expect(exported[0]!.text.length).toBeGreaterThan(1000);
    await handOver();
    const rows = await usageOf(manager, `&credential_id=${client.tokenId}`);
    const asked = {
      [`GET ${channels}`]: listed,
      [`GET ${channels}{key}/`]: missing,
      [`OPTIONS ${channels}`]: described,
      [`other ${channels}`]: unsupported,
      [`GET ${omsPath}usage/`]: forbidden,
      [`HEAD ${channels}`]: head,
      [`GET ${omsPath}customers/list-simple/`]: exported,
    };
    expect(rows).toHaveLength(Object.keys(asked).length);
    for (const [endpoint, answers] of Object.entries(asked))
      expect(rowOf(rows, endpoint)).toEqual({
        period: `${new Date().toISOString().slice(0, 10)}T00:00:00Z`,
        credential_kind: 'token',
        credential_id: String(client.tokenId),
        endpoint,
        ...sumsOf(answers),
      });
  });

  it('has requests that were throttled, and none whose credential was refused', async () => {
    const hasty = await system.newToken(manager.account);
    const answers = await Promise.all(Array.from({ length: burst + 20 }, () => hasty.get(channels)));
    expect(answers.filter(({ status }) => status === 429).length).toBeGreaterThan(10);
    const refused = await client.request('GET', channels, { authorization: 'Token unknown' });
    expect(refused.status).toBe(401);
    await handOver();
    const rows = await usageOf(manager, `&endpoint=${encodeURIComponent(`GET ${channels}`)}`);
    expect(rows.map(({ credential_id: id }) => id).toSorted()).toEqual(
      [client.tokenId, hasty.tokenId].map(String).toSorted(),
    );
    expect(rows.find(({ credential_id: id }) => id === String(hasty.tokenId))).toMatchObject(sumsOf(answers));
  });

  it('is that of the account and of the family that asks', async () => {
    const sold = [await retail.post('supplier-refunds/', postedRefund('used')), await retail.get('supplier-refunds/')];
    const given = await reservation.request('GET', 'refunds');
    const theirs = await stranger.get(channels);
    expect([...sold, given, theirs].map(({ status }) => status)).toEqual([201, 200, 200, 200]);
    await handOver();
    const inRetail = await retail.json<Page<Usage>>('usage/?by=endpoint');
    expect(inRetail.results).toHaveLength(2);
    expect(rowOf(inRetail.results, 'POST /api/v1/supplier-refunds/')).toMatchObject({
      credential_kind: null,
      credential_id: null,
      ...sumsOf([sold[0]!]),
    });
    const inReservation = await reservation.payload<Page<Usage>>('GET', 'usage?by=credential,endpoint');
    expect(inReservation.results).toMatchObject([
      {
        credential_kind: 'signed_token',
        credential_id: expect.stringMatching(new RegExp(`^${reservation.domain} \\d+$`)) as unknown,
        endpoint: 'GET /api/reservation/v1/refunds',
        ...sumsOf([given]),
      },
    ]);
    expect(await usageOf(stranger)).toMatchObject([{ endpoint: `GET ${channels}`, ...sumsOf([theirs]) }]);
    expect((await usageOf(manager)).some(({ credential_kind: kind }) => kind !== 'token')).toBe(false);
  });

  it('is a list with files, whose reading takes the scope to manage', async () => {
    const [file, inRetail, forbidden, wrong] = await Promise.all([
      manager.get(`${omsPath}usage/?interval=months&format=csv`),
      retail.get('usage/?by=credential&format=csv'),
      client.get(`${omsPath}usage/`),
      manager.get(`${omsPath}usage/?interval=weeks`),
    ]);
    expect(file.headers['content-type']).toBe('text/csv; charset=utf-8');
    expect(file.text.split('\r\n')).toEqual([
      'period,credential_kind,credential_id,endpoint,requests,client_errors,throttled,server_errors,bytes',
      expect.stringMatching(/^\d{4}-\d\d-01T00:00:00Z,,,,\d+,\d+,\d+,\d+,\d+$/),
      '',
    ]);
    expect([inRetail.status, inRetail.text]).toEqual([
      200,
      expect.stringMatching(/^period,[^\r]+\r\n[-\d]+T00:00:00Z,oauth_user,user-[0-9a-f]+,,\d/),
    ]);
    expect([forbidden.status, wrong.status, wrong.json]).toEqual([
      403,
      400,
      { interval: ['"weeks" is not a valid choice.'] },
    ]);
  });

  it('is told of users and organisation tokens by their last use', async () => {
    const [users, tokens] = await Promise.all(
      ['oauth-user', 'organisation-token'].map((kind) =>
        system.command<{ last_used: string | null }[]>(kind, 'list', '--account', manager.account),
      ),
    );
    const now = Date.now();
    for (const [one] of [users!, tokens!]) expect(now - Date.parse(one?.last_used ?? '')).toBeLessThan(120_000);
  });

  it('is kept by the gateway while accounts is away, and counted once', async () => {
    const sum = async (): Promise<number> =>
      (await system.query<{ n: number }>('accounts', 'select sum(requests)::integer as n from usage_day'))[0]?.n ?? 0;
    await handOver();
    const before = await sum();
    const gateway = system.app('gateway');
    const answers = await Promise.all([1, 2, 3, 4, 5].map(() => stranger.get(channels)));
    await system.app('accounts').stop();
    await until('the gateway tries in vain', () => lastLogged(gateway, { context: 'UsageReporter' }), {
      within: 30_000,
    });
    await system.startApp('accounts');
    await until('it is counted', async () => (await sum()) > before, { within: 30_000 });
    expect((await sum()) - before).toBe(answers.length);
  });
});
