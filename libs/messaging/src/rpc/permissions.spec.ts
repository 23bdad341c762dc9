import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import type { Failure } from '@refundry/errors';
import { NatsServer, waitUntil } from '@refundry/testing';
import { RpcClient, RpcServer, type Frame, type Head, Reply } from '../index.js';

Logger.overrideLogger(false);

const service = { user: 'oms', password: 'secret', publish: ['>'], subscribe: ['oms.>'] };
const gateway = { user: 'gateway', password: 'secret', publish: ['oms.>'], subscribe: ['_INBOX_gateway.>'] };
const users = [service, gateway];
const head = (): Head => ({ requestId: 'r1', deadline: Date.now() + 60_000 });

const cleanups: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (let clean = cleanups.pop(); clean; clean = cleanups.pop()) await clean();
});

async function startNats(options: Parameters<typeof NatsServer.start>[0]): Promise<NatsServer> {
  const nats = await NatsServer.start(options);
  cleanups.push(() => nats.stop());
  return nats;
}

async function startServer(nats: NatsServer, user?: string): Promise<RpcServer> {
  const server = new RpcServer({
    url: nats.url(user),
    name: 'oms',
    limit: 100,
    graceMs: 100,
    observe: () => undefined,
  });
  server.addHandler('oms.echo', ({ body }: Frame) => Promise.resolve(new Reply(body)));
  await new Promise<void>((resolve) => {
    void server.listen(() => {
      resolve();
    });
  });
  cleanups.push(() => server.close());
  return server;
}

async function startClient(nats: NatsServer, user?: string): Promise<RpcClient> {
  const client = await RpcClient.open({ url: nats.url(user), name: 'gateway', limit: 100 });
  cleanups.push(() => client.close());
  return client;
}

/** The length of the echo, or the code of the failure. */
const echo = (client: RpcClient, bytes = 0): Promise<string> =>
  client.request('oms.echo', head(), new Uint8Array(bytes)).then(
    ({ length }) => `${length} bytes`,
    (error: unknown) => (error as Failure).code,
  );

describe('a permission of NATS', () => {
  it('to receive requests, taken away, makes a service not ready until it is given back; then it serves', async () => {
    const nats = await startNats({ users });
    const [server, client] = await Promise.all([startServer(nats, 'oms'), startClient(nats, 'gateway')]);
    expect([server.isUp, await echo(client)]).toEqual([true, '0 bytes']);
    nats.reload({ users: [{ ...service, subscribe: ['other.>'] }, gateway] });
    await waitUntil(() => !server.isUp);
    expect(await echo(client)).toBe('unavailable');
    nats.reload();
    await waitUntil(() => server.isUp);
    expect(await echo(client)).toBe('0 bytes');
  });

  it('to receive requests that is missing at the start makes a service not ready until it is given', async () => {
    const nats = await startNats({ users: [{ ...service, subscribe: ['other.>'] }, gateway] });
    const [server, client] = await Promise.all([startServer(nats, 'oms'), startClient(nats, 'gateway')]);
    expect([server.isUp, await echo(client)]).toEqual([false, 'unavailable']);
    nats.reload({ users });
    await waitUntil(() => server.isUp);
    expect(await echo(client)).toBe('0 bytes');
  });

  it('to receive part of the requests only makes a service not ready', async () => {
    const nats = await startNats({ users: [{ ...service, subscribe: ['oms.echo'] }, gateway] });
    expect((await startServer(nats, 'oms')).isUp).toBe(false);
  });

  it('to receive answers, taken away and given back, makes a client refuse at once, and then ask again', async () => {
    const nats = await startNats({ users });
    const [, client] = await Promise.all([startServer(nats, 'oms'), startClient(nats, 'gateway')]);
    nats.reload({ users: [service, { ...gateway, subscribe: ['other.>'] }] });
    await waitUntil(() => !client.isUp);
    expect(await echo(client)).toBe('unavailable');
    nats.reload();
    await waitUntil(() => client.isUp);
    expect(await echo(client)).toBe('0 bytes');
  });

  it('to ask a service that is taken away fails its requests at once', async () => {
    const nats = await startNats({ users });
    const [, client] = await Promise.all([startServer(nats, 'oms'), startClient(nats, 'gateway')]);
    nats.reload({ users: [service, { ...gateway, publish: ['other.>'] }] });
    await waitUntil(async () => (await echo(client)) === 'unavailable');
    nats.reload();
    await waitUntil(async () => (await echo(client)) === '0 bytes');
  });
});

describe('the size of a message', () => {
  it('follows the connected server: a lower one takes the same requests and answers in more parts', async () => {
    const storeDir = mkdtempSync(join(tmpdir(), 'refundry-spec-'));
    cleanups.push(() => rm(storeDir, { recursive: true }));
    const nats = await startNats({ storeDir });
    const [server, client] = await Promise.all([startServer(nats), startClient(nats)]);
    expect(await echo(client, 300_000)).toBe('300000 bytes');
    await nats.stop();
    await startNats({ storeDir, port: nats.port, maxPayload: 16_384 });
    await waitUntil(() => server.isUp && client.isUp);
    expect(await Promise.all([echo(client, 300_000), echo(client, 16_384), echo(client, 1)])).toEqual([
      '300000 bytes',
      '16384 bytes',
      '1 bytes',
    ]);
  });

  it('that a reload lowers is respected after one refused request, which fails', async () => {
    const nats = await startNats({});
    const [server, client] = await Promise.all([startServer(nats), startClient(nats)]);
    nats.reload({ maxPayload: 16_384 });
    await waitUntil(async () => (await echo(client, 300_000)) === 'unavailable');
    await waitUntil(() => server.isUp && client.isUp);
    await waitUntil(async () => (await echo(client, 300_000)) === '300000 bytes');
  });
});
