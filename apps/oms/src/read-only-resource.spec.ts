import 'reflect-metadata';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Logger, Module, type INestMicroservice } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { MicroserviceOptions } from '@nestjs/microservices';
import {
  FailureFilter,
  IncomingStream,
  RpcClient,
  RpcServer,
  type RpcRequestMetrics,
  type Head,
} from '@refundry/messaging';
import {
  createRowCounts,
  DatabaseModule,
  resourceTable,
  scopeToAccount,
  maintainRowCount,
} from '@refundry/persistence';
import { rolesOf } from '@refundry/provisioning';
import { IntegerField, resource, StringField } from '@refundry/resource';
import { NatsServer, testDatabase, waitUntil } from '@refundry/testing';
import pg from 'pg';
import { readOnlyController } from './read-only-resource.js';

Logger.overrideLogger(false);

class Item {
  @IntegerField({ label: 'ID', readOnly: true }) id!: number;
  @StringField({ label: 'Name' }) name!: string;
}

const items = resource({ family: 'oms', path: 'items', of: Item });
const listItems = items.list({
  scope: 'oms:read',
  formats: ['json', 'csv', 'xls'],
  filters: { id: ['gt'] },
  sort: ['id'],
  order: ['id'],
});
const listNames = items.list({ path: 'names', scope: 'oms:read', order: ['id'] });
const getItem = items.detail({ scope: 'oms:read' });
const table = resourceTable('item', Item);
const roles = rolesOf('oms');

let nats: NatsServer;
let owner: pg.Client;
let watcher: pg.Client;
let app: INestMicroservice;
let client: RpcClient;
const handled: RpcRequestMetrics[] = [];

beforeAll(async () => {
  nats = await NatsServer.start();
  const { url, ownerUrl } = await testDatabase('oms');
  [owner, watcher] = [
    new pg.Client({ connectionString: ownerUrl }),
    new pg.Client({ connectionString: process.env.TEST_POSTGRES_URL }),
  ];
  await Promise.all([owner.connect(), watcher.connect()]);
  await owner.query(`
    ${createRowCounts(roles)} create table item (account_id integer, id bigint, name text,
      primary key (account_id, id)); ${maintainRowCount('item')} ${scopeToAccount('item', roles)}
    insert into item values (1, 1, 'Şeker'), (1, 2, '=1+1'), (2, 3, 'theirs'); insert into item
    select 3, n, repeat('x', 100) from generate_series(1, 200000) n;
  `);
  @Module({
    imports: [DatabaseModule.forRoot({ service: 'oms', url, entities: [] })],
    controllers: [readOnlyController(listItems, undefined, table), readOnlyController(listNames, getItem, table)],
  })
  class ItemsModule {}
  const strategy = new RpcServer({
    url: nats.url(),
    name: 'oms',
    limit: 100,
    graceMs: 1000,
    observe: (one) => {
      handled.push(one);
    },
  });
  app = await NestFactory.createMicroservice<MicroserviceOptions>(ItemsModule, { strategy, logger: false });
  app.useGlobalFilters(new FailureFilter());
  await app.listen();
  client = await RpcClient.open({ url: nats.url(), name: 'gateway', limit: 100 });
});

afterAll(async () => {
  await client.close();
  await app.close();
  await Promise.all([owner.end(), watcher.end()]);
  await nats.stop();
});

const ask = (
  account: number,
  head: Partial<Head> = {},
  subject = listItems.subject,
): Promise<Uint8Array | IncomingStream> =>
  client.exchange(subject, {
    requestId: 'r1',
    deadline: Date.now() + 10_000,
    caller: { account, scopes: ['oms:read'] },
    publicUrl: 'https://shop.example/items/',
    ...head,
  });

async function stream(account: number, head: Partial<Head>): Promise<IncomingStream> {
  const answer = await ask(account, head);
  if (!(answer instanceof IncomingStream)) throw new Error('It was answered in one message.');
  return answer;
}

const csv = async (account: number, query = ''): Promise<string> =>
  (await buffer(await stream(account, { format: 'csv', query }))).toString();
const exporting = async (): Promise<number> =>
  (
    await watcher.query(
      "select from pg_stat_activity where query like 'copy %' and state = 'active' and datname = $1",
      [owner.database],
    )
  ).rowCount ?? 0;

describe('a list that is only read', () => {
  it('is a page of JSON, unless another format is asked for', async () => {
    expect(JSON.parse(Buffer.from((await ask(1)) as Uint8Array).toString())).toEqual({
      count: 2,
      next: null,
      previous: null,
      results: [
        { id: 1, name: 'Şeker' },
        { id: 2, name: '=1+1' },
      ],
    });
  });

  it("is exported with the account's rows and a name", async () => {
    expect((await stream(1, { format: 'csv' })).head).toEqual({
      contentType: 'text/csv; charset=utf-8',
      fileName: 'items.csv',
    });
    expect(await csv(1)).toBe("id,name\r\n1,Şeker\r\n2,'=1+1\r\n");
    expect(await csv(1, 'id__gt=1&sort=-id')).toBe("id,name\r\n2,'=1+1\r\n");
    expect(await csv(1, 'page=2&page_size=1')).toBe("id,name\r\n2,'=1+1\r\n");
    expect(await csv(1, 'cursor=whatever&sort=-id')).toBe("id,name\r\n2,'=1+1\r\n1,Şeker\r\n");
    expect(await csv(1, 'cursor=*&page=2&page_size=1')).toBe("id,name\r\n2,'=1+1\r\n");
    expect(await csv(2)).toBe('id,name\r\n3,theirs\r\n');
    expect((await csv(3)).length).toBe(9 + 200_000 * 103 + 1_088_895);
    expect((await buffer(await stream(1, { format: 'xlsx' }))).subarray(0, 4)).toEqual(Buffer.from('PK\x03\x04'));
  });

  it('refuses what it refuses as JSON', async () => {
    await expect(ask(1, { query: 'cursor=whatever' })).rejects.toMatchObject({ code: 'invalid_cursor' });
    await expect(ask(1, { format: 'csv', query: 'page=2' })).rejects.toMatchObject({ code: 'invalid_page' });
    await expect(ask(1, { format: 'xls', query: 'id__gt=abc' })).rejects.toMatchObject({ code: 'invalid' });
  });

  it('asks PostgreSQL for nothing when only the head is wanted', async () => {
    const before = handled.length;
    const { head } = await stream(3, { format: 'xls', withoutBody: true });
    expect(head).toEqual({ contentType: 'application/xls', fileName: 'items.xlsx' });
    expect(await exporting()).toBe(0);
    await waitUntil(() => handled.length > before);
  });

  it('stops being read when its asker leaves', async () => {
    for (const format of ['csv', 'xls'] as const) {
      const answer = await stream(3, { format });
      await new Promise((resolve) => answer.once('readable', resolve));
      await waitUntil(async () => (await exporting()) > 0);
      answer.destroy();
      await waitUntil(async () => (await exporting()) === 0);
    }
    expect(await csv(2)).toBe('id,name\r\n3,theirs\r\n');
  });

  it('may have rows that are read one by one', async () => {
    expect(Buffer.from((await ask(1, { key: '1' }, getItem.subject)) as Uint8Array).toString()).toBe(
      '{"id":1,"name":"Şeker"}',
    );
    expect(JSON.parse(Buffer.from((await ask(1, {}, listNames.subject)) as Uint8Array).toString())).toMatchObject({
      count: 2,
    });
  });
});
