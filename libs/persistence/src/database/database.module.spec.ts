import 'reflect-metadata';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Logger, type INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { PostgresServer, provisionDatabase, waitUntil } from '@refundry/testing';
import { DatabaseModule, ReadPool, Transactions } from '../index.js';

Logger.overrideLogger(false);

const folder = mkdtempSync(join(tmpdir(), 'refundry-spec-'));
let server: PostgresServer;
let app: INestApplicationContext;

const start = (port?: number): Promise<PostgresServer> =>
  PostgresServer.start({ dataDir: join(folder, 'postgres'), password: 'test', durable: false, port });

beforeAll(async () => {
  server = await start();
  const { url } = await provisionDatabase(server.url, { service: 'oms', ownerPassword: 'owner', password: 'oms' });
  app = await NestFactory.createApplicationContext(DatabaseModule.forRoot({ service: 'oms', url, entities: [] }), {
    logger: false,
  });
});

afterAll(async () => {
  await app.close();
  await server.kill();
  for (const path of new Set([server.dataDir, folder])) rmSync(path, { recursive: true, force: true });
});

const read = async (): Promise<unknown> => app.get(ReadPool).rows({ account: 'any', text: 'select 1', values: [] });
const write = (): Promise<unknown> =>
  app.get(Transactions).run({ account: 1, timeoutMs: 5000 }, (manager) => manager.query('select 1 as one'));

/** Tries again for as long as PostgreSQL is said to be away. */
function answered<T>(attempt: () => Promise<T>): Promise<T> {
  return waitUntil(async () => {
    try {
      return await attempt();
    } catch (error) {
      expect(error).toMatchObject({ code: 'unavailable' });
      return undefined;
    }
  });
}

describe("a service's database", () => {
  it('offers the read pool and transactions', async () => {
    expect(await read()).toEqual([['1']]);
    expect(await write()).toEqual([{ one: 1 }]);
  });

  it('is unavailable while PostgreSQL is away, and works again when it is back, without a restart', async () => {
    for (const end of ['stop', 'kill'] as const) {
      const inFlight = expect(
        app.get(ReadPool).rows({ account: 'any', text: 'select pg_sleep(60)', values: [] }),
      ).rejects.toMatchObject({ code: 'unavailable' });
      await server[end]();
      await inFlight;
      for (const attempt of [read, write]) await expect(attempt()).rejects.toMatchObject({ code: 'unavailable' });
      expect(app.get(ReadPool).isUp).toBe(false);
      server = await start(server.port);
      expect(await answered(read)).toEqual([['1']]);
      expect(await answered(write)).toEqual([{ one: 1 }]);
    }
  });
});
