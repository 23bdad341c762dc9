import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { metrics } from '../../deploy/prometheus/metrics.js';
import { gateway, services as declared } from '../../tools/src/topology.js';
import { omsPath, reasonsPath, type Client } from '../system/client.js';
import { send, sendRaw } from '../system/http.js';
import { upstreamReasons } from '../system/reasons.js';
import { everyService, RunningSystem } from '../system/running-system.js';
import { until } from '../system/until.js';

const apps = ['accounts', 'gateway', 'oms', 'supplier-refund'];
let system: RunningSystem;
let client: Client;

beforeAll(async () => {
  system = await RunningSystem.start({ services: everyService });
  client = await system.newClient();
  await system.simulator.setReasons(upstreamReasons(3));
  await client.pull();
  await client.get();
});

afterAll(() => system.stop());

const scrape = async (app: string): Promise<string> =>
  (await send('GET', `${system.app(app).operations ?? ''}/metrics`)).text;

/** The values of a metric, by the text of its labels. */
async function values(app: string, name: string): Promise<Map<string, number>> {
  const lines = [...(await scrape(app)).matchAll(new RegExp(`^${name}(?:{(.*)})? (\\S+)$`, 'gm'))];
  return new Map(lines.map(([, labels = '', value]) => [labels, Number(value)]));
}

/** All values of one label of a metric. */
const valuesOf = async (app: string, name: string, label: string): Promise<Set<string | undefined>> =>
  new Set(
    [...(await values(app, name)).keys()].map((labels) => new RegExp(`(?:^|,)${label}="([^"]*)"`).exec(labels)?.[1]),
  );

const everywhere = ['dependency_up', 'nodejs_eventloop_lag_p99_seconds', 'process_cpu_seconds_total'];
const services = [
  ...everywhere,
  'wire_request_seconds_count',
  'wire_requests_in_flight',
  'postgres_pool_connections',
  'lane_query_seconds_count',
];
const outbox = ['outbox_messages', 'outbox_oldest_seconds'];
const offered: Readonly<Record<string, readonly string[]>> = {
  accounts: services,
  gateway: [...everywhere, 'http_request_seconds_count', 'http_requests_in_flight', 'wire_call_seconds_count'],
  oms: [...services, ...outbox, 'sync_last_success_age_seconds', 'upstream_request_seconds_count'],
  'supplier-refund': [
    ...services.filter((name) => name !== 'wire_request_seconds_count' && name !== 'lane_query_seconds_count'),
    ...outbox,
  ],
};

describe.each(apps)('the metrics of %s', (app) => {
  it('are there', async () => {
    const text = await scrape(app);
    for (const name of offered[app] ?? []) expect(text).toMatch(new RegExp(`^${name}(?:{.*app="${app}".*}) `, 'm'));
  });

  it('say that what it needs is there', async () => {
    const needed = [
      'nats',
      ...(app === 'gateway' ? [] : ['postgres']),
      ...(app === 'oms' ? ['jobs'] : []),
      ...(app === 'oms' || app === 'supplier-refund' ? ['events'] : []),
    ];
    expect(await values(app, 'dependency_up')).toEqual(
      new Map(needed.map((dependency) => [`dependency="${dependency}",app="${app}"`, 1])),
    );
  });
});

describe("the gateway's requests", () => {
  it('are counted by family, method, route and status', async () => {
    await client.get('999999/');
    const counted = await values('gateway', 'http_request_seconds_count');
    expect(
      counted.get(`app="gateway",family="oms",method="GET",route="${omsPath}cancellation-reasons/:key",status="404"`),
    ).toBe(1);
  });

  it('are of few kinds, whatever paths and methods strangers think of', async () => {
    await send('GET', `${system.url}/nothing`);
    const before = (await values('gateway', 'http_request_seconds_count')).size;
    for (let n = 0; n < 50; n += 1) await send('GET', `${system.url}/nothing/${n}?${n}`);
    await Promise.all([client.get('1/'), client.get('2/'), client.get('3/')]);
    for (const method of ['PROPFIND', 'MKCOL', 'PURGE', 'M-SEARCH']) await send(method, system.url + reasonsPath);
    await sendRaw(system.url, 'INVENTED / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
    expect([...(await valuesOf('gateway', 'http_request_seconds_count', 'method'))].toSorted()).toEqual([
      'GET',
      'other',
    ]);
    expect((await valuesOf('gateway', 'http_request_seconds_count', 'route')).has('none')).toBe(true);
    expect((await values('gateway', 'http_request_seconds_count')).size - before).toBeLessThanOrEqual(3);
  });

  it('are in flight no more when they are answered, or their clients gone', async () => {
    const left = new AbortController();
    await system.simulator.misbehave({ kind: 'latency', ms: 5000 });
    const pulling = client.pull(left.signal).catch(() => undefined);
    await until(
      'a request is in flight',
      async () => [...(await values('gateway', 'http_requests_in_flight')).values()][0] === 1,
    );
    left.abort();
    await pulling;
    await until(
      'no request is in flight',
      async () => [...(await values('gateway', 'http_requests_in_flight')).values()][0] === 0,
    );
    await system.simulator.behave();
  });

  it('ask services that are counted by their names', async () => {
    expect([...(await valuesOf('gateway', 'wire_call_seconds_count', 'service'))].toSorted()).toEqual([
      'accounts',
      'oms',
    ]);
  });
});

describe('what the dashboard and the alerts ask for', () => {
  const watched = Object.entries(metrics);

  /** Something happens in every family, so that there is something to be measured. */
  beforeAll(async () => {
    const retail = await system.newRetailClient(client.account);
    const reservation = await system.newReservationClient();
    await Promise.all([
      client.setup('cancellation-reasons').run(60_000),
      retail.rows('supplier-refunds/'),
      reservation.payload('GET', 'reservations'),
    ]);
  });

  describe.each([gateway, ...declared])('of $name', ({ name: app }) => {
    let text: string;

    beforeAll(async () => {
      text = await scrape(app);
    });

    it('is among its metrics', () => {
      const types = new Map([...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name, type]) => [name, type]));
      for (const [name, { type }] of watched.filter(([, { of }]) => of.includes(app)))
        expect([name, types.get(name)]).toEqual([name, type]);
    });

    it('has the labels that they ask for', () => {
      for (const [name, { labels }] of watched) {
        for (const [, said = ''] of text.matchAll(new RegExp(`^${name}(?:_bucket|_sum|_count)?{(.*)} \\S+$`, 'gm'))) {
          const names = [...said.matchAll(/(\w+)="(?:[^"\\]|\\.)*"/g)]
            .map(([, label]) => label)
            .filter((label) => label !== 'le');
          expect([name, names.sort()]).toEqual([name, [...labels, 'app'].sort()]);
        }
      }
    });
  });
});

describe('metrics that are switched off', () => {
  it('show nothing, and the app does its work', async () => {
    await system.restartApp('gateway', { METRICS: 'false' });
    expect((await client.get()).status).toBe(200);
    expect((await scrape('gateway')).trim()).toBe('');
  });
});
