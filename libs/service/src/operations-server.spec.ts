import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Metrics } from '@refundry/observability';
import { OperationsServer, readinessAnswer } from './index.js';

describe('the answer about readiness', () => {
  it('is 200 when everything is up, or nothing is needed', () => {
    expect(readinessAnswer(() => ({ nats: true, postgres: true }))).toEqual({
      status: 200,
      body: '{"status":"ok","checks":{"nats":"up","postgres":"up"}}',
    });
    expect(readinessAnswer(() => ({}))).toEqual({ status: 200, body: '{"status":"ok","checks":{}}' });
  });

  it('is 503 and names what is missing', () => {
    expect(readinessAnswer(() => ({ nats: true, postgres: false }))).toEqual({
      status: 503,
      body: '{"status":"unavailable","checks":{"nats":"up","postgres":"down"}}',
    });
  });
});

describe('the operations port', () => {
  const checks = { nats: true };
  const metrics = new Metrics('oms');
  let server: OperationsServer;

  beforeAll(async () => {
    server = await OperationsServer.start({ host: '127.0.0.1', port: 0, readiness: () => checks, metrics });
  });
  afterAll(() => server.close());

  const get = (path: string, init?: RequestInit): Promise<Response> => fetch(server.url + path, init);

  it.each(['/health/live', '/health/live/', '/health/live?probe=1', '/health/live/?probe=1'])(
    'says at %s that the process lives',
    async (path) => {
      const response = await get(path);
      expect(response.status).toBe(200);
      expect(response.headers.get('content-type')).toBe('application/json');
      expect(response.headers.get('cache-control')).toBe('no-store');
      expect(await response.json()).toEqual({ status: 'ok' });
    },
  );

  it('says whether the app is ready, as it is at that moment', async () => {
    expect((await get('/health/ready')).status).toBe(200);
    checks.nats = false;
    const response = await get('/health/ready');
    expect(response.status).toBe(503);
    expect(await response.json()).toEqual({ status: 'unavailable', checks: { nats: 'down' } });
    expect((await get('/health/live')).status).toBe(200);
    checks.nats = true;
  });

  it("shows the metrics in Prometheus' format", async () => {
    metrics.latency('request_seconds', 'Requests', ['outcome'])('ok')(0.002);
    const response = await get('/metrics');
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
    const text = await response.text();
    expect(text).toContain('# TYPE request_seconds histogram');
    expect(text).toContain('request_seconds_count{app="oms",outcome="ok"} 1');
    expect(text).toContain('process_cpu_seconds_total{app="oms"}');
  });

  it('answers HEAD without a body', async () => {
    const response = await get('/health/live', { method: 'HEAD' });
    expect(response.status).toBe(200);
    expect(await response.text()).toBe('');
  });

  it.each(['/', '/health', '/health/live/x', '/constructor', '/__proto__', '//health/live', '/metrics/x'])(
    'has nothing at %s',
    async (path) => {
      const response = await get(path);
      expect(response.status).toBe(404);
      expect(await response.text()).toBe('');
    },
  );

  it('does not start at a port that is taken', async () => {
    const port = Number(new URL(server.url).port);
    await expect(
      OperationsServer.start({ host: '127.0.0.1', port, readiness: () => ({}), metrics }),
    ).rejects.toMatchObject({ code: 'EADDRINUSE' });
  });

  it('is gone once closed, though clients keep connections', async () => {
    const closing = await OperationsServer.start({ host: '127.0.0.1', port: 0, readiness: () => ({}), metrics });
    expect((await fetch(`${closing.url}/health/live`)).status).toBe(200);
    const { url } = closing;
    await closing.close();
    await expect(fetch(`${url}/health/live`)).rejects.toThrow();
  });
});
