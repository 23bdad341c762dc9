import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { databaseReady, provisionDatabase as provision } from '@refundry/provisioning';
import {
  PostgresServer,
  provisionDatabase,
  testDatabase,
  type ProvisionedDatabase,
  waitUntil,
} from '@refundry/testing';
import pg from 'pg';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { migrate } from '../index.js';

class First1764000000001 implements MigrationInterface {
  async up(sql: QueryRunner): Promise<void> {
    await sql.query('create table first ()');
  }
  async down(): Promise<void> {
    await Promise.resolve();
  }
}

class Second1764000000002 extends First1764000000001 {
  override async up(sql: QueryRunner): Promise<void> {
    await sql.query('create table second ()');
  }
}

let told: string[];
let database: ProvisionedDatabase;

beforeAll(async () => {
  database = await testDatabase('oms');
});

beforeEach(() => {
  told = [];
  jest.spyOn(Logger.prototype, 'warn').mockImplementation((message: unknown) => {
    told.push(String(message));
  });
});

afterEach(() => {
  jest.restoreAllMocks();
});

const untilTold = async (about: string): Promise<void> => {
  await waitUntil(() => told.some((line) => line.includes(about)));
};

describe('waiting for the migrations of a database', () => {
  it('goes on, and says so, until the last one has run', async () => {
    let isThere = false;
    const there = databaseReady(database.url, [First1764000000001, Second1764000000002])
      .migrations()
      .then(() => {
        isThere = true;
      });
    await untilTold('not migrated: First1764000000001, Second1764000000002');
    await migrate(database.ownerUrl, [First1764000000001]);
    await untilTold('not migrated: Second1764000000002');
    expect(isThere).toBe(false);
    await migrate(database.ownerUrl, [First1764000000001, Second1764000000002]);
    await there;
  });

  it('is over at once where a later release has migrated', async () => {
    await databaseReady(database.url, [First1764000000001]).migrations();
    expect(told).toEqual([]);
  });
});

describe('waiting for PostgreSQL', () => {
  const folder = mkdtempSync(join(tmpdir(), 'refundry-spec-'));
  const start = (port?: number): Promise<PostgresServer> =>
    PostgresServer.start({ dataDir: join(folder, 'postgres'), password: 'test', durable: false, port });

  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it('goes on, and says so, until it answers, for a service and for a migration', async () => {
    const server = await start();
    const own = await provisionDatabase(server.url, { service: 'oms', ownerPassword: 'owner', password: 'oms' });
    await server.stop();
    const there = databaseReady(own.url, []).postgres();
    const migrated = migrate(own.ownerUrl, [First1764000000001]);
    await untilTold('Waiting for the database: connect ECONNREFUSED');
    const again = await start(server.port);
    await there;
    expect(await migrated).toEqual(['First1764000000001']);
    await again.kill();
    rmSync(server.dataDir, { recursive: true, force: true });
  });

  it('goes on, and says so, until the database and its role are provisioned', async () => {
    const adminUrl = process.env.TEST_POSTGRES_URL!;
    const [role, password] = [`late_${crypto.randomUUID().slice(0, 8)}`, 'later'];
    const urlOf = (user: string, database: string): string =>
      Object.assign(new URL(adminUrl), { username: user, password, pathname: database }).href;
    const urls = { url: urlOf(role, role), ownerUrl: urlOf(`${role}_owner`, role) };
    const there = databaseReady(urls.url, []);
    const provisioned = [there.postgres(), there.migrations()];
    await untilTold(`Waiting for the database: password authentication failed for user "${role}"`);
    const withoutDatabase = databaseReady(Object.assign(new URL(adminUrl), { pathname: role }).href, []).postgres();
    await untilTold(`Waiting for the database: database "${role}" does not exist`);
    await provision(adminUrl, urls);
    await Promise.all([...provisioned, withoutDatabase]);
  });

  it('goes on, and says so, while the service inherits what its reader may see', async () => {
    const own = await provisionDatabase(process.env.TEST_POSTGRES_URL!, {
      service: `heir_${crypto.randomUUID().slice(0, 8)}`,
      ownerPassword: 'owner',
      password: 'heir',
    });
    const role = new URL(own.url).username;
    const admin = new pg.Client({ connectionString: process.env.TEST_POSTGRES_URL! });
    await admin.connect();
    await admin.query(
      `alter role ${role} inherit; revoke ${role}_reader from ${role}; grant ${role}_reader to ${role}`,
    );
    const there = databaseReady(own.url, []).postgres();
    await untilTold(`Waiting for the database: ${role} inherits what ${role}_reader may do`);
    await admin.end();
    await provision(process.env.TEST_POSTGRES_URL!, own);
    await there;
  });

  it('is no use to a command with a wrong password', async () => {
    const stranger = Object.assign(new URL(database.ownerUrl), { password: 'wrong' }).href;
    await expect(migrate(stranger, [])).rejects.toThrow('password authentication failed');
  });
});
