import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { omsPath, reasonsPath, type Client } from '../system/client.js';
import { queryDatabase } from '../system/database.js';
import { logged, logLines } from '../system/log-lines.js';
import { OwnCluster } from '../system/own-cluster.js';
import { upstreamReasons } from '../system/reasons.js';
import { RunningSystem } from '../system/running-system.js';
import { TraceReceiver, type ReceivedSpan } from '../system/trace-receiver.js';
import { until } from '../system/until.js';

const [server, asker] = [2, 3];
/** Fastify's name of it. */
const route = reasonsPath.slice(0, -1);
let cluster: OwnCluster;
let receiver: TraceReceiver;
let system: RunningSystem;
let client: Client;

beforeAll(async () => {
  [cluster, receiver] = await Promise.all([OwnCluster.start(), TraceReceiver.start()]);
  const traced = { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url };
  system = await RunningSystem.start({
    cluster: cluster.url,
    environment: {
      gateway: { ...traced, OTEL_TRACES_SAMPLER_ARG: '0', TRUST_TRACEPARENT: 'true' },
      oms: traced,
      accounts: traced,
    },
  });
  client = await system.newClient();
  await system.simulator.setReasons(upstreamReasons(3));
});

afterAll(async () => {
  await system.stop();
  await receiver.stop();
  await cluster.remove();
});

const newId = (bytes: number): string => randomBytes(bytes).toString('hex');

interface TracedRequest {
  readonly path?: string;
  readonly flags?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Asks as a part of a caller's trace. */
async function askTraced({ path = '', flags = '01', headers = {} }: TracedRequest = {}): Promise<{
  traceId: string;
  parentId: string;
  requestId: string;
  status: number;
}> {
  const [traceId, parentId] = [newId(16), newId(8)];
  const answer = await client.get(path, { traceparent: `00-${traceId}-${parentId}-${flags}`, ...headers });
  return { traceId, parentId, requestId: String(answer.headers['x-request-id']), status: answer.status };
}

/** The first span of a trace of which this is true, once it has arrived. */
const spanOf = (traceId: string, isMeant: (span: ReceivedSpan) => boolean): Promise<ReceivedSpan> =>
  until(`the span has arrived for ${isMeant.toString()}`, () => receiver.ofTrace(traceId).find(isMeant), {
    within: 15_000,
  });
const rootOf = (traceId: string): Promise<ReceivedSpan> =>
  spanOf(traceId, ({ app, kind }) => app === 'gateway' && kind === server);
/** A service's answer to a subject. */
const answerOf = (traceId: string, subject: string): Promise<ReceivedSpan> =>
  spanOf(traceId, ({ name, kind }) => name === subject && kind === server);

describe('a request that is traced', () => {
  it('is one trace through the gateway, RPC, accounts, oms and PostgreSQL', async () => {
    const { traceId, parentId, requestId } = await askTraced();
    const root = await rootOf(traceId);
    expect(root).toMatchObject({ name: `GET ${route}`, parentSpanId: parentId, isError: false });
    expect(root.attributes).toEqual({
      'http.request.method': 'GET',
      'http.route': route,
      'http.response.status_code': 200,
      'refundry.family': 'oms',
      'refundry.request_id': requestId,
    });
    for (const [service, subject] of [
      ['accounts', 'accounts.credentials.verify'],
      ['oms', 'oms.cancellation-reasons.list'],
    ] as const) {
      const answered = await answerOf(traceId, subject);
      const asked = await spanOf(traceId, ({ app, name }) => app === 'gateway' && name === subject);
      const read = await spanOf(traceId, ({ app, name }) => app === service && name === 'lane even');
      expect([asked, answered, read].map(({ app, kind, parentSpanId }) => [app, kind, parentSpanId])).toEqual([
        ['gateway', asker, root.spanId],
        [service, server, asked.spanId],
        [service, asker, answered.spanId],
      ]);
      expect(read.attributes).toMatchObject({
        'db.system.name': 'postgresql',
        'db.query.text': expect.stringContaining('where'),
      });
    }
    expect(receiver.ofTrace(traceId)).toHaveLength(7);
  });

  it('is seen in PostgreSQL while it runs there', async () => {
    // No other role is shown these statements.
    const superuser = Object.assign(new URL(system.databases.oms.ownerUrl), {
      username: new URL(cluster.url).username,
      password: new URL(cluster.url).password,
    }).href;
    const locker = new pg.Client({ connectionString: superuser });
    await locker.connect();
    await locker.query('begin; lock table cancellation_reason in access exclusive mode');
    const asking = askTraced();
    const seen = await until('a statement waits that says what it is part of', async () => {
      const rows = await queryDatabase<{ query: string }>(
        superuser,
        "select query from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
      );
      return rows.length === 1 && rows[0]?.query;
    });
    await locker.end();
    const { traceId } = await asking;
    const { spanId } = await spanOf(traceId, ({ app, name }) => app === 'oms' && name === 'lane even');
    expect(seen.slice(seen.indexOf(' /*'))).toBe(` /*traceparent='00-${traceId}-${spanId}-01'*/`);
  });

  it('is named by its trace in the logs', async () => {
    await system.simulator.misbehave({ kind: 'redirect' });
    const { traceId, requestId } = await askTraced({ path: 'pull_from_omnitron/' });
    await system.simulator.behave();
    expect(await logged(system.app('gateway'), { requestId, msg: 'request' })).toMatchObject({
      trace_id: traceId,
      status: 502,
    });
    expect(await logged(system.app('oms'), { requestId })).toMatchObject({ trace_id: traceId });
  });

  it('shows transactions, Omnitron, and what failed', async () => {
    await system.simulator.misbehave({ kind: 'server_error' });
    const { traceId } = await askTraced({ path: 'pull_from_omnitron/' });
    await system.simulator.behave();
    const answered = await answerOf(traceId, 'oms.cancellation-reasons.pull_from_omnitron');
    expect(answered).toMatchObject({ isError: true, attributes: { 'error.type': 'upstream_failed' } });
    expect(
      await spanOf(traceId, ({ name, parentSpanId }) => name === 'transaction' && parentSpanId === answered.spanId),
    ).toMatchObject({ isError: true });
    const attempts = receiver
      .ofTrace(traceId)
      .filter(({ app, attributes }) => app === 'oms' && attributes['http.response.status_code'] === 500);
    expect(attempts.length).toBeGreaterThan(1);
    for (const { isError, attributes } of attempts)
      expect({ isError, attributes }).toMatchObject({
        isError: true,
        attributes: { 'http.request.method': 'GET', 'server.address': '127.0.0.1', 'error.type': expect.any(String) },
      });
    expect(await rootOf(traceId)).toMatchObject({ isError: true, attributes: { 'error.type': '502' } });
  });

  it('that a service refuses is no error of ours', async () => {
    const { traceId, status } = await askTraced({ path: '999999/' });
    expect(status).toBe(404);
    expect(await answerOf(traceId, 'oms.cancellation-reasons.detail')).toMatchObject({
      isError: false,
      attributes: { 'error.type': 'not_found' },
    });
    expect(await rootOf(traceId)).toMatchObject({ name: `GET ${route}/:key`, isError: false });
  });

  it('goes on in the job that it orders', async () => {
    const [traceId, parentId] = [newId(16), newId(8)];
    await client.request('POST', `${omsPath}setup/channels/execute/`, { traceparent: `00-${traceId}-${parentId}-01` });
    const job = await spanOf(traceId, ({ name }) => name === 'process jobs.oms.wake-up');
    const parent = await spanOf(traceId, ({ spanId }) => spanId === job.parentSpanId);
    expect([job.app, parent.kind, parent.name]).toEqual([
      'oms',
      server,
      expect.stringMatching(/^oms\.setup\..*execute$/),
    ]);
    expect(
      receiver.ofTrace(traceId).some(({ name, parentSpanId }) => name === 'GET' && parentSpanId === job.spanId),
    ).toBe(true);
  });

  it("is nobody else's business: no credential, no query, no address of a row", async () => {
    const { traceId } = await askTraced({
      path: '?cancellation_type=somebody%40example.com',
      headers: { 'x-secret': 'in-a-header', tracestate: 'vendor=value' },
    });
    await Promise.all([rootOf(traceId), answerOf(traceId, 'oms.cancellation-reasons.list')]);
    const everything = receiver.texts.join('\n');
    const { keys, databases, natsUsers, simulator } = system;
    const secrets = [
      client.token,
      keys.secretKey,
      keys.rpcEncryptionKey,
      simulator.password,
      simulator.username,
      ...(await simulator.keys()),
      ...natsUsers.map(({ password }) => password),
      ...Object.values(databases).map(({ url }) => new URL(url).password),
    ];
    for (const secret of [...secrets, 'somebody', 'in-a-header', '999999', '?'])
      expect(everything).not.toContain(secret);
    expect(everything).toContain('vendor=value');
  });
});

describe('a request whose caller does not trace it', () => {
  it('is not traced either', async () => {
    const unsampled = await askTraced({ flags: '00' });
    const sampled = await askTraced();
    await Promise.all([rootOf(sampled.traceId), answerOf(sampled.traceId, 'oms.cancellation-reasons.list')]);
    expect(receiver.ofTrace(unsampled.traceId)).toEqual([]);
    expect(await logged(system.app('gateway'), { requestId: unsampled.requestId })).not.toHaveProperty('trace_id');
  });
});

describe('a gateway that believes nobody', () => {
  it('draws by lot what callers want to be traced', async () => {
    await system.restartApp('gateway', { TRUST_TRACEPARENT: 'false' });
    const { traceId, requestId } = await askTraced();
    expect(await logged(system.app('gateway'), { requestId })).not.toHaveProperty('trace_id');
    await system.app('gateway').stop();
    expect(receiver.ofTrace(traceId)).toEqual([]);
  });

  it('goes on with the traces that it draws, and begins others', async () => {
    await system.restartApp('gateway', { TRUST_TRACEPARENT: 'false', OTEL_TRACES_SAMPLER_ARG: '1' });
    const { traceId, parentId } = await askTraced();
    expect((await rootOf(traceId)).parentSpanId).toBe(parentId);
    const wrong = `00-${newId(16).toUpperCase()}-${newId(8)}-01`;
    const { headers } = await client.get('', { traceparent: wrong, tracestate: 'vendor=of-nobody' });
    const begun = await until('another trace is begun', () =>
      receiver.spans.find(({ attributes }) => attributes['refundry.request_id'] === headers['x-request-id']),
    );
    expect(begun.parentSpanId).toBeUndefined();
    expect(wrong.toLowerCase()).not.toContain(begun.traceId);
    expect(receiver.texts.join('\n')).not.toContain('of-nobody');
  });

  it('sends what it has when it ends', async () => {
    const { traceId } = await askTraced();
    await system.app('gateway').stop();
    expect(receiver.ofTrace(traceId).some(({ app }) => app === 'gateway')).toBe(true);
  });
});

describe('while nobody takes traces', () => {
  it('requests are answered, and one line says so', async () => {
    const gateway = await system.startApp('gateway', { OTEL_TRACES_SAMPLER_ARG: '1' });
    await receiver.stop();
    expect((await askTraced()).status).toBe(200);
    const complaints = (): number =>
      logLines(gateway).filter(({ msg }) => msg === 'traces can not be exported; spans are dropped until they can')
        .length;
    await until('the gateway has tried', () => complaints() > 0, { within: 15_000 });
    expect((await askTraced()).status).toBe(200);
    await gateway.stop();
    expect(complaints()).toBe(1);
  });
});
