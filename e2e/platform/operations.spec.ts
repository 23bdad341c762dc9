import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { reasonsPath, type Client } from '../system/client.js';
import { send } from '../system/http.js';
import { logged, logLines } from '../system/log-lines.js';
import { upstreamReasons } from '../system/reasons.js';
import { RunningSystem } from '../system/running-system.js';

const apps = ['accounts', 'oms', 'gateway'];
let system: RunningSystem;
let client: Client;

beforeAll(async () => {
  system = await RunningSystem.start({ environment: { gateway: { PUBLIC_URL: 'https://api.refundry.example/' } } });
  client = await system.newClient();
  await system.simulator.setReasons(upstreamReasons(12));
  await client.pull();
});

afterAll(() => system.stop());

const operationsOf = (app: string, path: string): ReturnType<typeof send> =>
  send('GET', `${system.app(app).operations ?? ''}${path}`);

describe.each(apps)('the operations port of %s', (app) => {
  it('says that it lives, and is ready with everything it needs', async () => {
    const [live, ready] = await Promise.all([operationsOf(app, '/health/live'), operationsOf(app, '/health/ready')]);
    expect([live.status, live.json]).toEqual([200, { status: 'ok' }]);
    expect([ready.status, ready.json]).toEqual([
      200,
      {
        status: 'ok',
        checks: {
          nats: 'up',
          accepting: 'up',
          ...(app !== 'gateway' && { postgres: 'up', migrations: 'up' }),
          ...(app === 'oms' && { jobs: 'up', events: 'up' }),
        },
      },
    ]);
    expect([live.headers['cache-control'], ready.headers['cache-control']]).toEqual(['no-store', 'no-store']);
  });

  it('shows what it measures', async () => {
    const { status, text } = await operationsOf(app, '/metrics');
    expect([status, text]).toEqual([
      200,
      expect.stringMatching(
        new RegExp(`${app === 'gateway' ? 'http' : 'wire'}_request_seconds_count\\{[^}]*app="${app}"`),
      ),
    ]);
  });

  it('shows nothing else', async () => {
    expect((await operationsOf(app, '/')).status).toBe(404);
  });
});

describe('the public port', () => {
  it.each(['live', 'ready'])('has /health/%s for the load balancer', async (check) => {
    const { status, headers, json } = await send('GET', `${system.url}/health/${check}`);
    expect([status, headers['cache-control'], json]).toEqual([
      200,
      'no-store',
      expect.objectContaining({ status: 'ok' }),
    ]);
  });

  it('has no metrics', async () => {
    expect((await send('GET', `${system.url}/metrics`)).status).toBe(404);
  });
});

describe('links', () => {
  it('begin with the configured public address', async () => {
    expect((await client.page()).next).toBe(`https://api.refundry.example${reasonsPath}?page=2`);
  });

  it('begin with the address that a trusted proxy forwards, in the description too, and no other', async () => {
    const forwarded = { 'x-forwarded-host': 'shop.example', 'x-forwarded-proto': 'https' };
    const nextOf = async (): Promise<unknown> => ((await client.get('', forwarded)).json as { next: unknown }).next;
    await system.restartApp('gateway', { PUBLIC_URL: '', TRUSTED_PROXIES: '127.0.0.0/8' });
    expect(await nextOf()).toBe(`https://shop.example${reasonsPath}?page=2`);
    const chain = {
      'x-forwarded-for': '203.0.113.9, 127.0.0.2',
      'x-forwarded-host': 'api.example, gateway.internal',
      'x-forwarded-proto': 'HTTPS, http',
      'x-forwarded-port': '8443, 8080',
      'x-forwarded-prefix': '/shop',
    };
    expect((await client.get('', chain)).json).toMatchObject({
      next: `https://api.example:8443/shop${reasonsPath}?page=2`,
    });
    expect((await send('GET', `${system.url}/api/openapi.json`, { headers: forwarded })).json).toMatchObject({
      servers: [{ url: 'https://shop.example' }],
      components: {
        securitySchemes: { retailOAuth: { flows: { password: { tokenUrl: 'https://shop.example/api/o/token/' } } } },
      },
    });
    await system.restartApp('gateway', { PUBLIC_URL: '', TRUSTED_PROXIES: '10.0.0.0/8' });
    expect(await nextOf()).toBe(`${system.url}${reasonsPath}?page=2`);
  });
});

describe('logs', () => {
  it('are JSON lines that name their app, level and time', () => {
    for (const app of system.everyApp) {
      for (const line of logLines(app))
        expect(line).toMatchObject({
          app: app.name.split(' ')[0],
          level: expect.any(Number),
          time: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
          msg: expect.any(String),
        });
    }
  });

  it('have the id that the answer carries, at the gateway', async () => {
    const answers = await Promise.all([
      client.get('?page=2'),
      client.get('999999/'),
      client.request('PUT', ''),
      client.get('', { authorization: 'Token nobody' }),
      send('GET', `${system.url}/nothing`),
    ]);
    for (const { status, headers } of answers) {
      expect(await logged(system.app('gateway'), { msg: 'request', requestId: headers['x-request-id'] })).toMatchObject(
        { status, method: expect.any(String), path: expect.stringMatching(/^\//), ms: expect.any(Number) },
      );
    }
  });

  it('keep what clients search for to themselves', async () => {
    const { headers } = await client.get('?cancellation_type=somebody%40example.com');
    const line = await logged(system.app('gateway'), { requestId: headers['x-request-id'] });
    expect(JSON.stringify(line)).not.toContain('somebody');
  });

  it('have the same id at oms, for a pull that failed', async () => {
    await system.simulator.misbehave({ kind: 'redirect' });
    const { status, headers } = await client.pull();
    expect(status).toBe(502);
    expect(await logged(system.app('oms'), { requestId: headers['x-request-id'] })).toMatchObject({
      level: 40,
      msg: expect.stringMatching(/./),
    });
    await system.simulator.behave();
  });

  it('have the same id at oms, for a pull that succeeded', async () => {
    const { headers } = await client.pull();
    expect(await logged(system.app('oms'), { requestId: headers['x-request-id'] })).toMatchObject({
      level: 30,
      seen: 12,
      inserted: 0,
      updated: 0,
      deactivated: 0,
    });
  });
});
