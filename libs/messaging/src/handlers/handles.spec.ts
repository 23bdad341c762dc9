import 'reflect-metadata';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Controller, Logger, Module, type INestMicroservice } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { MicroserviceOptions } from '@nestjs/microservices';
import { Failure } from '@refundry/errors';
import {
  BooleanField,
  IntegerField,
  JsonText,
  operation,
  resource,
  StringField,
  type ActionRequest,
  type DetailRequest,
  type ListRequest,
  type OperationRequest,
  type Page,
} from '@refundry/resource';
import { NatsServer } from '@refundry/testing';
import { FailureFilter, Handles, RpcClient, RpcServer, type RpcRequestMetrics, type Head } from '../index.js';

Logger.overrideLogger(false);

class Item {
  @IntegerField({ label: 'ID', readOnly: true }) id!: number;
  @StringField({ label: 'Name' }) name!: string;
}
class Options {
  @BooleanField({ label: 'Force', required: false }) force?: boolean;
}
class Renaming {
  @StringField({ label: 'Name', maxLength: 5 }) name!: string;
}

const items = resource({ family: 'oms', path: 'items', of: Item });
const listItems = items.list({ scope: 'oms:read', filters: { id: ['gt'] }, sort: ['id'], order: ['id'] });
const getItem = items.detail({ scope: 'oms:read' });
const pull = items.action('pull', { scope: 'oms:sync', methods: ['POST'], query: Options });
const refresh = items.action('refresh', { scope: 'oms:sync', methods: ['GET'] });
const count = items.action('count', { scope: 'oms:read', methods: ['GET'], output: Item });
const start = items.action('start', { scope: 'oms:sync', methods: ['POST'], status: 204 });
const rename = operation('oms.items.rename', { input: Renaming, output: Item });
const forget = operation('oms.items.forget', { input: Renaming });

const seen: object[] = [];

@Controller()
class ItemsController {
  private readonly name = 'Şeker';

  @Handles(listItems)
  list(request: ListRequest): Page<Item> {
    seen.push(request);
    return { count: 30, results: JsonText.from(`{"id":1,"name":"${this.name}"}`) };
  }

  @Handles(getItem)
  async get({ key }: DetailRequest): Promise<JsonText<Item>> {
    if (key === 'broken') throw new Error('a secret of ours');
    if (key === 'confused') throw new Failure('internal', 'another secret');
    if (key !== '1') throw new Failure('not_found');
    return Promise.resolve(JsonText.from('{"id":1, "name":"as it is"}'));
  }

  @Handles(pull)
  pull(request: ActionRequest<Options>): void {
    seen.push(request.input);
  }

  @Handles(refresh)
  refresh(request: ActionRequest<object>): void {
    seen.push(request.input);
  }

  @Handles(count)
  count({ caller: { account } }: ActionRequest<object>): Item {
    return { id: account, name: this.name };
  }

  @Handles(start)
  start(request: ActionRequest<object>): void {
    seen.push(request.input);
  }

  @Handles(rename)
  rename({ input }: OperationRequest<Renaming>): Item {
    return { id: 1, name: input.name };
  }

  @Handles(forget)
  forget({ input }: OperationRequest<Renaming>): void {
    seen.push(input);
  }
}

@Module({ controllers: [ItemsController] })
class ItemsModule {}

let nats: NatsServer;
let app: INestMicroservice;
let client: RpcClient;
const handled: RpcRequestMetrics[] = [];

beforeAll(async () => {
  nats = await NatsServer.start();
  const strategy = new RpcServer({
    url: nats.url(),
    name: 'oms',
    limit: 10,
    graceMs: 1000,
    observe: (one) => {
      handled.push(one);
    },
  });
  app = await NestFactory.createMicroservice<MicroserviceOptions>(ItemsModule, { strategy, logger: false });
  app.useGlobalFilters(new FailureFilter());
  await app.listen();
  client = await RpcClient.open({ url: nats.url(), name: 'gateway', limit: 10 });
});

afterAll(async () => {
  await client.close();
  await app.close();
  await nats.stop();
});

const caller = { account: 7, scopes: ['oms:read'] };

async function ask(subject: string, head: Partial<Head> = {}, body = ''): Promise<string> {
  return Buffer.from(
    await client.request(
      subject,
      { requestId: 'r1', deadline: Date.now() + 10_000, caller, ...head },
      Buffer.from(body),
    ),
  ).toString();
}

describe('a handler of a list', () => {
  it('gets the query read, and its rows leave in the envelope of the page', async () => {
    const query = 'id__gt=1.5&page=2&sort=-id';
    const publicUrl = 'https://shop.example/api/v1/oms/items';
    expect(JSON.parse(await ask(listItems.subject, { query, publicUrl }))).toEqual({
      count: 30,
      next: `${publicUrl}?id__gt=1.5&page=3&sort=-id`,
      previous: `${publicUrl}?id__gt=1.5&sort=-id`,
      results: [{ id: 1, name: 'Şeker' }],
    });
    expect(seen.pop()).toMatchObject({
      requestId: 'r1',
      caller,
      page: 2,
      size: 10,
      order: ['-id'],
      query,
      publicUrl,
      where: [{ lookup: 'gt', value: '1' }],
    });
  });

  it('is told what it is to be exported as', async () => {
    await ask(listItems.subject, { format: 'csv' });
    expect(seen.pop()).toMatchObject({ format: 'csv' });
    await ask(listItems.subject);
    expect(seen.pop()).not.toHaveProperty('format');
  });

  it('is not asked for what the contract refuses', async () => {
    await expect(ask(listItems.subject, { query: 'id__gt=abc&sort=colour' })).rejects.toMatchObject({
      code: 'invalid',
      fields: { id__gt: ['Enter a number.'], sort: [expect.any(String)] },
    });
    expect(seen).toEqual([]);
  });

  it('has no page behind the last', async () => {
    await expect(ask(listItems.subject, { query: 'page=4' })).rejects.toMatchObject({ code: 'invalid_page' });
    expect(seen.pop()).toMatchObject({ page: 4 });
  });
});

describe('a handler of a detail', () => {
  it('answers JSON text as it is', async () => {
    await expect(ask(getItem.subject, { key: '1' })).resolves.toBe('{"id":1, "name":"as it is"}');
  });

  it('passes its failure on to the caller', async () => {
    await expect(ask(getItem.subject, { key: '2' })).rejects.toMatchObject({ code: 'not_found', text: 'Not found.' });
    expect(handled.at(-1)).toMatchObject({ subject: getItem.subject, outcome: 'not_found' });
  });

  it.each(['broken', 'confused'])('keeps the reason of a fault of ours to itself: %s', async (key) => {
    await expect(ask(getItem.subject, { key })).rejects.toMatchObject({
      code: 'internal',
      detail: '',
      text: 'A server error occurred.',
    });
  });

  it('is not asked without a caller', async () => {
    await expect(
      client.request(getItem.subject, { requestId: 'r1', deadline: Date.now() + 10_000, key: '1' }),
    ).rejects.toMatchObject({ code: 'internal' });
  });
});

describe('a handler of an action', () => {
  it.each([
    ['', {}],
    ['force=true', { force: true }],
    ['force=false&force=1', { force: true }],
    ['force=', {}],
    ['force=true&force=', {}],
    ['colour=red', {}],
  ])('gets the options of %p', async (query, input) => {
    await expect(ask(pull.subject, { query })).resolves.toBe('{}');
    expect(seen.pop()).toEqual(input);
  });

  it('is not asked with unreadable options', async () => {
    await expect(ask(pull.subject, { query: 'force=maybe' })).rejects.toMatchObject({
      code: 'invalid',
      fields: { force: ['Must be a valid boolean.'] },
    });
    expect(seen).toEqual([]);
  });

  it('without options ignores query and body', async () => {
    await expect(ask(refresh.subject, { query: 'force=maybe' }, 'no JSON')).resolves.toBe('{}');
    expect(seen.pop()).toEqual({});
  });
});

describe('a handler of an action that says what it answers', () => {
  it('answers its output', async () => {
    await expect(ask(count.subject)).resolves.toBe('{"id":7,"name":"Şeker"}');
  });

  it('answers nothing where the contract says so', async () => {
    await expect(ask(start.subject)).resolves.toBe('');
    expect(seen.pop()).toEqual({});
  });
});

describe('a handler of an operation', () => {
  it('gets its input and answers its output', async () => {
    await expect(client.call(rename, { name: 'Tuz' }, 'r1')).resolves.toEqual({ name: 'Tuz' });
    await expect(client.call(forget, { name: 'Tuz' }, 'r1')).resolves.toBeUndefined();
    expect(seen.pop()).toEqual({ name: 'Tuz' });
  });

  it('is not asked with what the contract refuses', async () => {
    await expect(client.call(rename, { name: 'Sarımsak' }, 'r1')).rejects.toMatchObject({
      code: 'invalid',
      fields: { name: ['Ensure this field has no more than 5 characters.'] },
    });
  });

  it.each(['', '{', '\xff'])('refuses the body %p, which is no JSON', async (body) => {
    await expect(ask(rename.subject, {}, body)).rejects.toMatchObject({ code: 'parse_error' });
  });
});
