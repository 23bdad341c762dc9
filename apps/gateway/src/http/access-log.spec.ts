import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { once } from 'node:events';
import { connect, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createLog, flushLog, Metrics, type Log } from '@refundry/observability';
import type { FastifyInstance } from 'fastify';
import { recordRequests } from './access-log.js';
import type { AdmittedRequest } from './admitted-request.js';
import { fastifyAdapter } from './fastify-adapter.js';

const folder = mkdtempSync(join(tmpdir(), 'refundry-access-log-'));
const apiKey = 'a1'.repeat(20);
let server: FastifyInstance;
let file: string;
let log: Log;

interface Line {
  readonly msg: string;
  readonly path?: string;
  readonly omitted?: Record<string, number>;
}

beforeEach(async () => {
  file = join(folder, crypto.randomUUID());
  log = createLog('gateway', 'info', file);
  await flushLog(log);
  server = fastifyAdapter().getInstance();
  recordRequests(server, {
    log,
    metrics: new Metrics('gateway', false),
    addressOf: ({ headers }) => String(headers['x-address']),
  });
  server.get('/rows/:key', (request, reply) => {
    (request as AdmittedRequest).account = 7;
    void reply.code((request.params as { key: string }).key.endsWith('.missing') ? 404 : 200).send();
  });
  await server.listen({ port: 0, host: '127.0.0.1' });
});

afterEach(() => server.close());
afterAll(() => {
  rmSync(folder, { recursive: true });
});

async function get(path: string, { address = 'a', times = 1 } = {}): Promise<void> {
  const socket = connect((server.server.address() as AddressInfo).port, '127.0.0.1');
  await once(socket, 'connect');
  const request = (end: string): string => `GET ${path} HTTP/1.1\r\nHost: a\r\nX-Address: ${address}\r\n${end}\r\n`;
  socket.write(request('').repeat(times - 1) + request('Connection: close\r\n'));
  await text(socket);
}

async function lines(): Promise<Line[]> {
  await server.close();
  await flushLog(log);
  return readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);
}

describe('a request without an account', () => {
  it('has a short line, whatever its path', async () => {
    await get(`/${'x'.repeat(30_000)}?token=abc`);
    const [line] = await lines();
    expect(line).toMatchObject({ msg: 'request', status: 404, path: `/${'x'.repeat(255)}… (30001 characters)` });
  });

  it('has a line without the credential that was taken for a path', async () => {
    for (const path of [`/api/v1/oms/${apiKey}/`, '/Token%20abc', `/${'x'.repeat(230)}/${apiKey}`, '/x?secret'])
      await get(path);
    expect((await lines()).map(({ path }) => path)).toEqual([
      '/api/v1/oms/[Redacted]/',
      '/Token [Redacted]',
      `/${'x'.repeat(230)}/[Redacted]`,
      '/x',
    ]);
  });

  it('has no line of its own when its address has sent very many, and is counted', async () => {
    await get('/flood', { times: 300 });
    await get('/quiet', { address: 'b' });
    const all = await lines();
    const omitted = all.find(({ msg }) => msg !== 'request')?.omitted?.['404'] ?? 0;
    const flood = all.filter(({ path }) => path === '/flood').length;
    expect([flood < 150, flood + omitted, all.some(({ path }) => path === '/quiet')]).toEqual([true, 300, true]);
  });

  it('has no line of its own when very many addresses have sent very many', async () => {
    for (let address = 0; address < 12; address += 1) await get('/flood', { address: String(address), times: 50 });
    expect((await lines()).filter(({ path }) => path === '/flood').length).toBeLessThan(400);
  });
});

describe('a request of an account', () => {
  it('always has a line, with the key that led to a row', async () => {
    const path = `/rows/${apiKey}`;
    await get(path, { times: 300 });
    expect((await lines()).filter((line) => line.path === path)).toHaveLength(300);
  });

  it('has a line without what looks like a credential and led nowhere', async () => {
    await get(`/rows/${apiKey}.missing`);
    expect((await lines())[0]).toMatchObject({ path: '/rows/[Redacted].missing', account: 7 });
  });
});
