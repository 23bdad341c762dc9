import 'reflect-metadata';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Module } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { scopes } from '@refundry/auth';
import { verifyCredential } from '@refundry/contracts';
import { Failure } from '@refundry/errors';
import { decodeFrame, Reply, Streamed, RpcClient, RpcServer, type Frame } from '@refundry/messaging';
import { IntegerField, mediaTypes, resource } from '@refundry/resource';
import { NatsServer } from '@refundry/testing';
import { CredentialCaches } from '../credentials/credential-caches.js';
import { dialects } from '../families/dialects.js';
import { Limits, defaultLimits } from '../limits/limits.js';
import { mountsOf } from '../mounts/mount.js';
import { mountedControllers } from './mounted-controllers.js';
import { FailureFilter } from './failure.filter.js';
import { fastifyAdapter } from './fastify-adapter.js';
import { Forwarder } from './forwarder.js';
import { CrossOrigin } from './cross-origin.js';
import { AccessGuard } from './access.guard.js';
import { PublicAddress } from '../addresses/public-address.js';
import { TrustedProxies } from '../addresses/trusted-proxies.js';
import { UsageCounter } from '../usage/usage-counter.js';
import { UsageMeter } from '../usage/usage-meter.js';

class Item {
  @IntegerField({ label: 'ID', readOnly: true }) id!: number;
}
const listItems = resource({ family: 'oms', path: 'items', of: Item }).list({
  scope: scopes.oms.read,
  formats: ['json', 'csv', 'xls'],
  order: ['id'],
});

let nats: NatsServer;
let rpc: RpcClient;
let app: NestFastifyApplication;
let url: string;
const services: RpcServer[] = [];
const sources: string[] = [];

async function serve(
  name: string,
  subject: string,
  handler: (frame: Frame) => Reply | Streamed | Failure,
): Promise<void> {
  const server = new RpcServer({ url: nats.url(), name, limit: 100, graceMs: 100, observe: () => undefined });
  server.addHandler(subject, (frame: Frame) => Promise.resolve(handler(frame)));
  await new Promise<void>((resolve) => {
    void server.listen(() => {
      resolve();
    });
  });
  services.push(server);
}

/** A service that exports what it is asked for: the name of the format. */
function answer({ head }: ReturnType<typeof decodeFrame>): Reply | Streamed | Failure {
  const { format, query = '' } = head;
  if (query.includes('page=9')) return new Failure('invalid_page');
  if (!format) return Reply.json('{"count":0}');
  return new Streamed({ contentType: mediaTypes[format], fileName: `items.${format}` }, async function* () {
    sources.push(format);
    yield await Promise.resolve(Buffer.from(format));
  });
}

beforeAll(async () => {
  nats = await NatsServer.start();
  await serve('accounts', verifyCredential.subject, () =>
    Reply.json(JSON.stringify({ found: true, account: 1, is_active: true, scope: scopes.oms.read, expires: null })),
  );
  await serve('oms', listItems.subject, answer);
  rpc = await RpcClient.open({ url: nats.url(), name: 'gateway', limit: 100 });
  @Module({
    controllers: mountedControllers(mountsOf([listItems], dialects)),
    providers: [
      {
        provide: PublicAddress,
        useValue: new PublicAddress({
          host: '127.0.0.1',
          port: 0,
          publicUrl: undefined,
          trustedProxies: new TrustedProxies([]),
        }),
      },
      { provide: RpcClient, useValue: rpc },
      {
        provide: Limits,
        useValue: new Limits({
          config: defaultLimits,
          trustedProxies: new TrustedProxies([]),
          countRefused: () => undefined,
        }),
      },
      { provide: APP_GUARD, useClass: AccessGuard },
      { provide: APP_FILTER, useClass: FailureFilter },
      Forwarder,
      CredentialCaches,
      CrossOrigin,
      UsageCounter,
      UsageMeter,
    ],
  })
  class ItemsGateway {}
  app = await NestFactory.create<NestFastifyApplication>(ItemsGateway, fastifyAdapter(), {
    logger: false,
    bodyParser: false,
    abortOnError: false,
  });
  await app.listen(0, '127.0.0.1');
  url = `${await app.getUrl()}/api/v1/oms/items/`;
});

afterAll(async () => {
  await app.close();
  await rpc.close();
  for (const service of services) await service.close();
  await nats.stop();
});

const ask = (
  query = '',
  { headers = {}, method = 'GET' }: { headers?: Record<string, string>; method?: string } = {},
): Promise<Response> =>
  fetch(url + query, { method, headers: { authorization: 'Token any', connection: 'close', ...headers } });

describe('a list that can be exported', () => {
  it.each([
    ['?format=csv', '*/*', 'csv'],
    ['', 'text/csv', 'csv'],
    ['?format=xls', '*/*', 'xls'],
    ['', 'application/xls', 'xls'],
    ['?format=xlsx', '*/*', 'xlsx'],
  ] as const)('is, for %p and Accept: %s', async (query, accept, format) => {
    const response = await ask(query, { headers: { accept } });
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': mediaTypes[format],
      'content-disposition': `attachment; filename="items.${format}"`,
      vary: 'Accept',
      'cache-control': 'private',
    });
    expect(await response.text()).toBe(format);
  });

  it('is JSON unless anything else is asked for', async () => {
    for (const accept of ['*/*', 'application/json'])
      expect(await (await ask('', { headers: { accept } })).json()).toEqual({ count: 0 });
  });

  it('prints the three media types of its document', async () => {
    const response = await ask('', { method: 'OPTIONS' });
    expect(await response.json()).toMatchObject({ renders: ['application/json', 'text/csv', 'application/xls'] });
    expect(response.headers.get('vary')).toBe('Accept');
  });

  it.each([
    ['?format=csv&page=9', {}, 404, 'Invalid page.'],
    ['?format=pdf', {}, 404, 'Not found.'],
    ['?format=csv', { authorization: 'none' }, 401, 'Authentication credentials were not provided.'],
    ['', { accept: 'application/pdf' }, 406, 'Could not satisfy the request Accept header.'],
  ] as const)('refuses as JSON: %s', async (query, headers, status, detail) => {
    const response = await ask(query, { headers });
    expect([response.status, response.headers.get('content-type'), await response.json()]).toEqual([
      status,
      'application/json',
      { detail },
    ]);
  });

  it('runs no export for HEAD', async () => {
    sources.length = 0;
    const response = await ask('?format=csv', { method: 'HEAD' });
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'text/csv']);
    expect(sources).toEqual([]);
  });
});
