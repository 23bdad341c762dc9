import 'reflect-metadata';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Logger, Module, type INestMicroservice } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { MicroserviceOptions } from '@nestjs/microservices';
import {
  getChannel,
  getCity,
  getDistrict,
  listChannels,
  listCities,
  listCountries,
  listDistricts,
  listTownships,
} from '@refundry/contracts';
import { FailureFilter, RpcClient, RpcServer } from '@refundry/messaging';
import { DatabaseModule, migrate, Transactions } from '@refundry/persistence';
import type { MountedEndpoint } from '@refundry/resource';
import { NatsServer, testDatabase } from '@refundry/testing';
import pg from 'pg';
import { ChannelsController } from '../channels/channels.controller.js';
import { CancellationReasons1764000000001 } from '../migrations/1-cancellation-reasons.js';
import { AddressesAndChannels1764000000002 } from '../migrations/2-addresses-and-channels.js';
import { RowTallies1764000000004 } from '../migrations/4-row-tallies.js';
import { addressControllers } from './addresses.controllers.js';

Logger.overrideLogger(false);

let nats: NatsServer;
let app: INestMicroservice;
let client: RpcClient;
let owner: pg.Client;

beforeAll(async () => {
  const { url, ownerUrl } = await testDatabase('oms');
  await migrate(ownerUrl, [
    CancellationReasons1764000000001,
    AddressesAndChannels1764000000002,
    RowTallies1764000000004,
  ]);
  owner = new pg.Client({ connectionString: ownerUrl });
  await owner.connect();
  nats = await NatsServer.start();
  @Module({
    imports: [DatabaseModule.forRoot({ service: 'oms', url, entities: [] })],
    controllers: [...addressControllers, ChannelsController],
  })
  class ReadModule {}
  const strategy = new RpcServer({ url: nats.url(), name: 'oms', limit: 10, graceMs: 1000, observe: () => undefined });
  app = await NestFactory.createMicroservice<MicroserviceOptions>(ReadModule, { strategy, logger: false });
  app.useGlobalFilters(new FailureFilter());
  await app.listen();
  client = await RpcClient.open({ url: nats.url(), name: 'gateway', limit: 10 });
  await as(1, turkey);
  await as(
    2,
    "insert into country (omnitron_id, account_id, name, code, is_active) values (1, 2, 'Türkiye', 'tr', true)",
  );
});

afterAll(async () => {
  await client.close();
  await app.close();
  await nats.stop();
  await owner.end();
});

const turkey = `
  insert into country (account_id, omnitron_id, name, code, is_active)
  values (1, 90, 'Türkiye', 'tr', true), (1, 357, 'Kıbrıs', 'cy', false);
  insert into city (account_id, omnitron_id, name, is_active, country_id, longitude, latitude)
    select 1, 700 + n, city.name, true, country.id, longitude, latitude from country,
      (values (1, 'Zonguldak', null, null), (2, 'İzmir', 27.1428, 38.4237), (3, 'Iğdır', null, null),
        (4, 'Çorum', -0.00000001, 999.99999999), (5, 'Cihanbeyli', null, null)) city(n, name, longitude, latitude)
    where country.omnitron_id = 90;
  insert into township (account_id, omnitron_id, name, is_active, city_id) select 1, 7000, 'Konak', true, id from city
  where omnitron_id = 702;
  insert into district (account_id, omnitron_id, name, is_active, city_id, township_id)
  select 1, 70000, 'ALSANCAK MAH.', true, city_id, id from township;
  insert into channel (account_id, omnitron_id, name, is_active, channel_type, configuration)
    values (1, 3, 'Web Mağazası', true, 'web', '{ "currency": "try", "nested": [1, {"a": null}], "text": "\\"ı\\"" }'),
      (1, 5, 'N11', false, 'n11', '{}');
`;

/** As the application does it: in a transaction of an account, under row-level security. */
const as = <T>(account: number, sql: string): Promise<T> =>
  app.get(Transactions).run({ account, timeoutMs: 5000 }, (manager) => manager.query<T>(sql));

async function ask<T = Record<string, unknown>>(
  { subject }: MountedEndpoint,
  query = '',
  { account = 1, key = '' } = {},
): Promise<T> {
  const head = {
    requestId: 'r1',
    deadline: Date.now() + 10_000,
    caller: { account, scopes: [] },
    publicUrl: '',
    query,
    key,
  };
  return JSON.parse(Buffer.from(await client.request(subject, head)).toString()) as T;
}

async function listed(endpoint: MountedEndpoint, query = '', account = 1): Promise<Record<string, unknown>[]> {
  const { count, results } = await ask<{ count: number; results: Record<string, unknown>[] }>(endpoint, query, {
    account,
  });
  expect(count).toBe(results.length);
  return results;
}

const names = async (endpoint: MountedEndpoint, query: string): Promise<unknown[]> =>
  (await listed(endpoint, query)).map(({ name }) => name);

describe('reading addresses', () => {
  it('answers each level, with our own keys for the parents', async () => {
    const [country] = await listed(listCountries, 'code=tr');
    const [city] = await listed(listCities, 'search=izmir');
    const [township] = await listed(listTownships);
    const [district] = await listed(listDistricts);
    expect(country).toEqual({ pk: expect.any(Number), name: 'Türkiye', code: 'tr', is_active: true });
    expect(city).toEqual({
      pk: expect.any(Number),
      name: 'İzmir',
      country: country?.pk,
      is_active: true,
      longitude: '27.14280000',
      latitude: '38.42370000',
    });
    expect(township).toEqual({
      pk: expect.any(Number),
      name: 'Konak',
      city: city?.pk,
      is_active: true,
      longitude: null,
      latitude: null,
    });
    expect(district).toEqual({
      pk: expect.any(Number),
      name: 'ALSANCAK MAH.',
      city: city?.pk,
      township: township?.pk,
      is_active: true,
      longitude: null,
      latitude: null,
    });
    expect(await ask(getDistrict, '', { key: String(district?.pk) })).toEqual(district);
    for (const parent of [`city=${city?.pk as number}`, `township=${township?.pk as number}`]) {
      expect(await listed(listDistricts, parent)).toEqual([district]);
      expect(await listed(listDistricts, `${parent}000`)).toEqual([]);
    }
  });

  it('writes coordinates with eight places, however small', async () => {
    expect(await listed(listCities, 'name=çorum')).toMatchObject([
      { longitude: '-0.00000001', latitude: '999.99999999' },
    ]);
  });

  it('sorts names as Turkish does', async () => {
    expect(await names(listCities, 'sort=name')).toEqual(['Cihanbeyli', 'Çorum', 'Iğdır', 'İzmir', 'Zonguldak']);
    expect(await names(listCities, 'sort=-name')).toEqual(['Zonguldak', 'İzmir', 'Iğdır', 'Çorum', 'Cihanbeyli']);
  });

  it('filters by the key, by activity and by parts of the name', async () => {
    expect(await names(listCities, '')).toEqual(['Zonguldak', 'İzmir', 'Iğdır', 'Çorum', 'Cihanbeyli']);
    expect(await names(listCountries, 'is_active=false')).toEqual(['Kıbrıs']);
    expect(await names(listDistricts, 'name__icontains=alsancak')).toEqual(['ALSANCAK MAH.']);
    expect(await names(listCities, 'search=IĞ')).toEqual(['Iğdır']);
    const [first] = await listed(listCities);
    expect(await names(listCities, `pk__gt=${first?.pk as number}&pk__lt=1e9`)).toEqual([
      'İzmir',
      'Iğdır',
      'Çorum',
      'Cihanbeyli',
    ]);
  });

  it("shows an account nothing of another's", async () => {
    expect(await listed(listCountries, '', 2)).toMatchObject([{ name: 'Türkiye' }]);
    expect(await listed(listCities, '', 2)).toEqual([]);
    const [city] = await listed(listCities);
    await expect(ask(getCity, '', { account: 2, key: String(city?.pk) })).rejects.toMatchObject({ code: 'not_found' });
  });
});

describe('reading channels', () => {
  it('answers the configuration as it was sent', async () => {
    const [web, n11] = await listed(listChannels);
    expect(web).toEqual({
      id: expect.any(Number),
      channel_type: 'web',
      created_date: expect.any(String),
      modified_date: expect.any(String),
      omnitron_id: 3,
      name: 'Web Mağazası',
      configuration: { currency: 'try', nested: [1, { a: null }], text: '"ı"' },
      is_active: true,
    });
    expect(await ask(getChannel, '', { key: String(n11?.id) })).toEqual(n11);
    expect(
      await listed(
        listChannels,
        'channel_type=n11&is_active=false&omnitron_id=5&sort=-modified_date&modified_date__gt=2023-01-01',
      ),
    ).toEqual([n11]);
    expect(await names(listChannels, 'search=MAĞAZASI')).toEqual(['Web Mağazası']);
  });
});

describe('the tables of addresses', () => {
  it('refuse a parent that is not there, or belongs to another account', async () => {
    const { id } = (await owner.query<{ id: number }>('select id from country where account_id = 2')).rows[0]!;
    const insert = (parent: number): Promise<unknown> =>
      as(
        1,
        `insert into city (account_id, omnitron_id, name, is_active, country_id) values (1, 1, 'x', true, ${parent})`,
      );
    await expect(insert(id)).rejects.toThrow('violates foreign key constraint');
    await expect(insert(-1)).rejects.toThrow('violates foreign key constraint');
  });

  it('hold an upstream row once for each account', async () => {
    await expect(
      as(1, "insert into country (account_id, omnitron_id, name, code, is_active) values (1, 90, 'x', 'x', true)"),
    ).rejects.toThrow('duplicate key');
  });

  it('go as they came', async () => {
    const database = await testDatabase('oms');
    const other = new pg.Client({ connectionString: database.ownerUrl });
    await migrate(database.ownerUrl, [CancellationReasons1764000000001, AddressesAndChannels1764000000002]);
    await other.connect();
    await new AddressesAndChannels1764000000002().down({ query: (sql: string) => other.query(sql) } as never);
    expect(
      (
        await other.query(
          "select relname from pg_class where relname in ('country', 'city', 'township', 'district', 'channel')",
        )
      ).rows,
    ).toEqual([]);
    await other.end();
  });
});
