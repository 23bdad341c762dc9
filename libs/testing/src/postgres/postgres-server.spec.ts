import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { PortTaken } from '../processes/ports.js';
import { PostgresServer } from './postgres-server.js';

describe('a PostgreSQL of our own', () => {
  const folder = mkdtempSync(join(tmpdir(), 'refundry-spec-'));
  const options = { dataDir: join(folder, 'postgres'), password: 'p@ss w/rd', durable: false };
  let server: PostgresServer;

  beforeAll(async () => {
    chmodSync(folder, 0o711);
    server = await PostgresServer.start(options);
    await query('create table kept (word text)');
  });

  afterAll(async () => {
    await server.kill();
    for (const path of [server.dataDir, folder]) rmSync(path, { recursive: true, force: true });
  });

  it('keeps its data from one start to the next, on the same port', async () => {
    await query("insert into kept values ('stopped')");
    await server.stop();
    server = await PostgresServer.start({ ...options, port: server.port });
    expect(await words()).toContain('stopped');
  });

  it('keeps what was committed before a crash', async () => {
    await query("insert into kept values ('crashed')");
    await server.kill();
    server = await PostgresServer.start(options);
    expect(await words()).toContain('crashed');
  });

  it('stops one that an earlier run left behind on the same folder', async () => {
    const leftover = server;
    server = await PostgresServer.start(options);
    await leftover.exited;
    expect(await words()).not.toHaveLength(0);
  });

  it('says which port is taken', async () => {
    await expect(
      PostgresServer.start({ ...options, dataDir: join(folder, 'other'), port: server.port }),
    ).rejects.toThrow(PortTaken);
  });

  it('speaks UTF-8 and compares text the same way on every machine', async () => {
    const { rows } = await query(
      `select getdatabaseencoding() as encoding, datlocprovider as provider, datlocale as locale, lower('İÇŞ')
        as lowered from pg_database where datname = current_database()`,
    );
    expect(rows).toEqual([{ encoding: 'UTF8', provider: 'b', locale: 'C.UTF-8', lowered: 'içş' }]);
  });

  async function words(): Promise<unknown[]> {
    const { rows } = await query('select word from kept');
    return rows.map((row) => row.word);
  }

  async function query(sql: string): Promise<pg.QueryResult<Record<string, unknown>>> {
    const client = new pg.Client({ connectionString: server.url });
    await client.connect();
    try {
      return await client.query<Record<string, unknown>>(sql);
    } finally {
      await client.end();
    }
  }
});
