import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { testDatabase } from '@refundry/testing';
import pg from 'pg';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { migrate } from './index.js';

class First1764000000001 implements MigrationInterface {
  async up(sql: QueryRunner): Promise<void> { await sql.query('create table ran (name text); insert into ran values ($$first$$)'); }
  async down(): Promise<void> { await Promise.resolve(); }
}

class Second1764000000002 implements MigrationInterface {
  async up(sql: QueryRunner): Promise<void> { await sql.query('insert into ran values ($$second$$)'); }
  async down(): Promise<void> { await Promise.resolve(); }
}

class Broken1764000000003 implements MigrationInterface {
  async up(sql: QueryRunner): Promise<void> { await sql.query('insert into ran values ($$broken$$); select 1 / 0'); }
  async down(): Promise<void> { await Promise.resolve(); }
}

let ownerUrl: string;
let owner: pg.Client;

beforeAll(async () => {
  ({ ownerUrl } = await testDatabase('oms'));
  owner = new pg.Client({ connectionString: ownerUrl });
  await owner.connect();
});

afterAll(() => owner.end());

const ran = async (): Promise<string[]> => (await owner.query<{ name: string }>('select name from ran')).rows.map(({ name }) => name);

describe('migrating a database', () => {
  it('runs each migration once, in order, when several start at once', async () => {
    const names = await Promise.all(Array.from({ length: 4 }, () => migrate(ownerUrl, [Second1764000000002, First1764000000001])));
    expect(names.flat()).toEqual(['First1764000000001', 'Second1764000000002']);
    expect(await ran()).toEqual(['first', 'second']);
  });

  it('runs nothing the second time', async () => {
    expect(await migrate(ownerUrl, [First1764000000001, Second1764000000002])).toEqual([]);
    expect(await ran()).toEqual(['first', 'second']);
  });

  it('leaves nothing of a migration that fails, and lets the next one in', async () => {
    await expect(migrate(ownerUrl, [First1764000000001, Second1764000000002, Broken1764000000003])).rejects.toThrow('division by zero');
    expect(await ran()).toEqual(['first', 'second']);
    expect(await migrate(ownerUrl, [First1764000000001, Second1764000000002])).toEqual([]);
  });

  it('gives each migration the time that it takes, and those who wait their turn', async () => {
    let timeout: unknown;
    class Patient1764000000004 implements MigrationInterface {
      async up(sql: QueryRunner): Promise<void> { [timeout] = (await sql.query('show statement_timeout')) as unknown[]; }
      async down(): Promise<void> { await Promise.resolve(); }
    }
    await migrate(ownerUrl, [Patient1764000000004]);
    expect(timeout).toEqual({ statement_timeout: '0' });
  });

  it('fails when the database is not there', async () => {
    const nowhere = new URL(ownerUrl);
    nowhere.pathname = '/nowhere';
    await expect(migrate(nowhere.href, [])).rejects.toThrow('nowhere');
  });
});
