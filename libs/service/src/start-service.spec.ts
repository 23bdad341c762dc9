import 'reflect-metadata';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Controller, Module, type DynamicModule } from '@nestjs/common';
import { Failure } from '@refundry/errors';
import { Handles, RpcClient } from '@refundry/messaging';
import { createLog } from '@refundry/observability';
import { operation, StringField, type OperationRequest } from '@refundry/resource';
import { freePort, NatsServer } from '@refundry/testing';
import { startService, type Running } from './index.js';

class Message {
  @StringField({ label: 'Text' }) text!: string;
}

const echo = operation('echo.say', { input: Message, output: Message });

@Controller()
class EchoController {
  @Handles(echo)
  say({ input }: OperationRequest<Message>): Message {
    if (input.text === 'conflict') throw new Failure('conflict', 'said before');
    if (input.text === 'broken') throw new TypeError('a secret of ours');
    return input;
  }
}

@Module({})
class EchoModule {}

@Module({})
class BrokenModule {}

const log = createLog('echo', 'silent');
const module: DynamicModule = { module: EchoModule, controllers: [EchoController] };
const checks = { postgres: true };
const config = (operationsPort = 0): Parameters<typeof startService>[0]['config'] => ({
  natsUrl: nats.url(),
  operationsHost: '127.0.0.1',
  operationsPort,
  logLevel: 'silent',
});

let nats: NatsServer;
let service: Running;
let client: RpcClient;

beforeAll(async () => {
  nats = await NatsServer.start();
  service = await startService({ name: 'echo', config: config(), module, log, readiness: () => checks });
  client = await RpcClient.open({ url: nats.url(), name: 'test', limit: 10 });
});

afterAll(async () => {
  await client.close();
  await service.close();
  await nats.stop();
});

const operations = (path: string): Promise<Response> => fetch(service.addresses.operations! + path);

describe('a started service', () => {
  it('answers its operations', async () => {
    await expect(client.call(echo, { text: 'Şeker' }, 'r1')).resolves.toEqual({ text: 'Şeker' });
  });

  it('refuses with its failures and hides its faults', async () => {
    await expect(client.call(echo, { text: 'conflict' }, 'r1')).rejects.toMatchObject({
      code: 'conflict',
      detail: 'said before',
    });
    await expect(client.call(echo, { text: 'broken' }, 'r1')).rejects.toMatchObject({ code: 'internal', detail: '' });
  });

  it('is ready when NATS and what it needs are there', async () => {
    expect(await (await operations('/health/ready')).json()).toEqual({
      status: 'ok',
      checks: { nats: 'up', postgres: 'up', accepting: 'up' },
    });
    checks.postgres = false;
    expect((await operations('/health/ready')).status).toBe(503);
    checks.postgres = true;
  });

  it('counts its requests by subject and outcome', async () => {
    await client.call(echo, { text: 'x' }, 'r1');
    expect(await (await operations('/metrics')).text()).toMatch(
      /wire_request_seconds_count\{app="echo",subject="echo\.say",outcome="ok"\} \d+/,
    );
  });

  it('shows what it is working on, and that all it needs is there', async () => {
    const text = await (await operations('/metrics')).text();
    for (const line of [
      'wire_requests_in_flight{app="echo"} 0',
      'dependency_up{dependency="nats",app="echo"} 1',
      'dependency_up{dependency="postgres",app="echo"} 1',
    ])
      expect(text).toContain(line);
  });

  it('stops answering when it is closed, its operations port too', async () => {
    const other = await startService({
      name: 'other',
      config: config(),
      module: { module: EchoModule },
      log,
      readiness: () => ({}),
    });
    const url = other.addresses.operations!;
    expect((await fetch(`${url}/health/ready`)).status).toBe(200);
    await other.close();
    await expect(fetch(`${url}/health/live`)).rejects.toThrow();
  });

  it('is not ready, but answers, once it has been withdrawn', async () => {
    const other = await startService({ name: 'leaving', config: config(), module, log, readiness: () => ({}) });
    other.markNotReady();
    const ready = await fetch(`${other.addresses.operations!}/health/ready`);
    expect([ready.status, await ready.json()]).toEqual([
      503,
      { status: 'unavailable', checks: { nats: 'up', accepting: 'down' } },
    ]);
    await service.close();
    await expect(client.call(echo, { text: 'still' }, 'r1')).resolves.toEqual({ text: 'still' });
    await other.close();
    service = await startService({ name: 'echo', config: config(), module, log, readiness: () => checks });
  });

  it('names what it waits for, and lives, before it starts', async () => {
    const port = await freePort();
    const postgres = Promise.withResolvers<void>();
    const begun = Promise.withResolvers<void>();
    const waitsFor = { postgres: () => (begun.resolve(), postgres.promise), migrations: () => Promise.resolve() };
    const starting = startService({
      name: 'waiting',
      config: config(port),
      module: { module: EchoModule },
      log,
      waitsFor,
      readiness: () => ({}),
    });
    await begun.promise;
    const [live, ready] = await Promise.all(
      ['live', 'ready'].map((check) => fetch(`http://127.0.0.1:${port}/health/${check}`)),
    );
    expect([live!.status, ready!.status, await ready!.json()]).toEqual([
      200,
      503,
      { status: 'unavailable', checks: { nats: 'down', postgres: 'down', migrations: 'down', accepting: 'down' } },
    ]);
    postgres.resolve();
    const other = await starting;
    expect((await fetch(`${other.addresses.operations!}/health/ready`)).status).toBe(200);
    await other.close();
  });

  it('frees its port when it can not start', async () => {
    const port = await freePort();
    const broken: DynamicModule = {
      module: BrokenModule,
      providers: [
        {
          provide: 'broken',
          useFactory: () => {
            throw new Error('no such table');
          },
        },
      ],
    };
    await expect(
      startService({ name: 'broken', config: config(port), module: broken, log, readiness: () => ({}) }),
    ).rejects.toThrow('no such table');
    await expect(fetch(`http://127.0.0.1:${port}/health/live`)).rejects.toThrow();
  });
});
