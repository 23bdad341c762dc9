import 'reflect-metadata';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { localCertificate, PostgresServer, provisionDatabase } from '@refundry/testing';
import pg from 'pg';
import { DatabaseModule, ReadPool, migrate, Transactions } from '../index.js';

Logger.overrideLogger(false);

const folder = mkdtempSync(join(tmpdir(), 'refundry-spec-'));
const [trusted, other] = [join(folder, 'trusted.crt'), join(folder, 'other.crt')];
let server: PostgresServer;

beforeAll(async () => {
  const [tls, another] = await Promise.all([localCertificate(), localCertificate()]);
  writeFileSync(trusted, tls.certificate);
  writeFileSync(other, another.certificate);
  server = await PostgresServer.start({ dataDir: join(folder, 'postgres'), password: 'test', durable: false, tls });
});

afterAll(async () => {
  await server.kill();
  for (const path of new Set([server.dataDir, folder])) rmSync(path, { recursive: true, force: true });
});

/** By its name, and only after it has proved it. */
const verified = (url: string, certificate: string): string =>
  `${url.replace('127.0.0.1', 'localhost')}?sslmode=verify-full&sslrootcert=${certificate}`;

/** The name of each, and whether it is encrypted. */
async function connectionsOfOms(): Promise<Set<string>> {
  const admin = new pg.Client({ connectionString: verified(server.url, trusted) });
  await admin.connect();
  const { rows } = await admin.query<{ called: string; ssl: boolean }>(
    "select application_name as called, ssl from pg_stat_activity join pg_stat_ssl using (pid) where usename = 'oms'",
  );
  await admin.end();
  return new Set(rows.map(({ called, ssl }) => `${called} ${ssl}`));
}

describe('a database whose URL asks for TLS', () => {
  it('is provisioned, migrated, read and written over TLS', async () => {
    const { url, ownerUrl } = await provisionDatabase(verified(server.url, trusted), {
      service: 'oms',
      ownerPassword: 'owner',
      password: 'oms',
    });
    expect(url).toContain('sslmode=verify-full');
    expect(await migrate(ownerUrl, [])).toEqual([]);
    const app = await NestFactory.createApplicationContext(
      DatabaseModule.forRoot({ service: 'oms', url, entities: [] }),
      { logger: false },
    );
    expect(await app.get(ReadPool).rows({ account: 'any', text: 'select 1', values: [] })).toEqual([['1']]);
    expect(await app.get(Transactions).run({ account: 1 }, (manager) => manager.query('select 1 as one'))).toEqual([
      { one: 1 },
    ]);
    const connections = await connectionsOfOms();
    // The sweeps' own may not have been opened yet.
    connections.delete('shards true');
    expect(connections).toEqual(new Set(['read true', ' true']));
    await app.close();
  });

  it('is refused when nothing vouches for the server', async () => {
    await expect(migrate(verified(server.url, other), [])).rejects.toThrow(/certificate/);
  });
});
