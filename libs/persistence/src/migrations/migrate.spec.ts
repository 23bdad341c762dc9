import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { testDatabase, waitUntil } from '@refundry/testing';
import pg from 'pg';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { createIndexConcurrently, migrate } from '../index.js';

Logger.overrideLogger(false);

class First1764000000001 implements MigrationInterface {
  async up(sql: QueryRunner): Promise<void> {
    await sql.query('create table ran (name text); insert into ran values ($$first$$)');
  }
  async down(): Promise<void> {
    await Promise.resolve();
  }
}

class Second1764000000002 implements MigrationInterface {
  async up(sql: QueryRunner): Promise<void> {
    await sql.query('insert into ran values ($$second$$)');
  }
  async down(): Promise<void> {
    await Promise.resolve();
  }
}

class Broken1764000000003 implements MigrationInterface {
  async up(sql: QueryRunner): Promise<void> {
    await sql.query('insert into ran values ($$broken$$); select 1 / 0');
  }
  async down(): Promise<void> {
    await Promise.resolve();
  }
}

let ownerUrl: string;
let owner: pg.Client;

beforeAll(async () => {
  ({ ownerUrl } = await testDatabase('oms'));
  owner = new pg.Client({ connectionString: ownerUrl });
  await owner.connect();
});

afterAll(() => owner.end());

const ran = async (): Promise<string[]> =>
  (await owner.query<{ name: string }>('select name from ran')).rows.map(({ name }) => name);

describe('migrating a database', () => {
  it('runs each migration once, in order, when several start at once', async () => {
    const names = await Promise.all(
      Array.from({ length: 4 }, () => migrate(ownerUrl, [Second1764000000002, First1764000000001])),
    );
    expect(names.flat()).toEqual(['First1764000000001', 'Second1764000000002']);
    expect(await ran()).toEqual(['first', 'second']);
  });

  it('runs nothing the second time', async () => {
    expect(await migrate(ownerUrl, [First1764000000001, Second1764000000002])).toEqual([]);
    expect(await ran()).toEqual(['first', 'second']);
  });

  it('leaves nothing of a migration that fails, and lets the next one in', async () => {
    await expect(migrate(ownerUrl, [First1764000000001, Second1764000000002, Broken1764000000003])).rejects.toThrow(
      'division by zero',
    );
    expect(await ran()).toEqual(['first', 'second']);
    expect(await migrate(ownerUrl, [First1764000000001, Second1764000000002])).toEqual([]);
  });

  it('gives each migration the time that it takes, and those who wait their turn', async () => {
    let timeout: unknown;
    class Patient1764000000004 implements MigrationInterface {
      async up(sql: QueryRunner): Promise<void> {
        [timeout] = (await sql.query('show statement_timeout')) as unknown[];
      }
      async down(): Promise<void> {
        await Promise.resolve();
      }
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

describe('migrating a table that an export holds', () => {
  class Altering1764000000011 implements MigrationInterface {
    async up(sql: QueryRunner): Promise<void> {
      await sql.query('insert into ran values ($$altered$$); alter table exported add column note text');
    }
    async down(): Promise<void> {
      await Promise.resolve();
    }
  }

  class Indexing1764000000012 implements MigrationInterface {
    transaction = false;
    async up(sql: QueryRunner): Promise<void> {
      await createIndexConcurrently(sql, 'exported_note', 'exported (note)');
    }
    async down(): Promise<void> {
      await Promise.resolve();
    }
  }

  let exporting: pg.Client;

  beforeAll(async () => {
    await owner.query('create table exported (id integer); set statement_timeout = 5000');
    exporting = new pg.Client({ connectionString: ownerUrl });
    await exporting.connect();
  });

  afterEach(() => {
    jest.restoreAllMocks();
  });
  afterAll(() => exporting.end());

  const hold = (): Promise<unknown> => exporting.query('begin; select from exported');

  it('keeps no reader of it waiting, and goes through when the export has ended', async () => {
    const warnings: unknown[] = [];
    jest.spyOn(Logger.prototype, 'warn').mockImplementation((message: unknown) => {
      warnings.push(message);
    });
    await hold();
    const migrated = migrate(ownerUrl, [Altering1764000000011]);
    await waitUntil(async () => {
      await owner.query('select from exported');
      return warnings.length > 0;
    });
    expect(warnings[0]).toContain('Altering1764000000011 waits for a lock that others hold: insert into ran');
    await exporting.query('commit');
    expect(await migrated).toEqual(['Altering1764000000011']);
    expect((await ran()).filter((name) => name === 'altered')).toEqual(['altered']);
  });

  it('fails, and leaves nothing, when the export takes longer than it may', async () => {
    class Late1764000000013 extends Altering1764000000011 {
      override async up(sql: QueryRunner): Promise<void> {
        await sql.query('insert into ran values ($$late$$); drop table exported');
      }
    }
    await hold();
    await expect(migrate(ownerUrl, [Late1764000000013], { giveUpAfterMs: 0 })).rejects.toThrow('lock timeout');
    await exporting.query('commit');
    expect(await ran()).not.toContain('late');
  });

  it('builds an index beside others that wait their turn, also where an attempt left a broken one', async () => {
    await owner.query('insert into exported (note) values ($$twice$$), ($$twice$$)');
    await expect(owner.query('create unique index concurrently exported_note on exported (note)')).rejects.toThrow(
      'could not create unique index',
    );
    const names = await Promise.all([1, 2].map(() => migrate(ownerUrl, [Indexing1764000000012])));
    expect(names.flat()).toEqual(['Indexing1764000000012']);
    expect(
      (await owner.query("select indisvalid, indisunique from pg_index where indexrelid = 'exported_note'::regclass"))
        .rows,
    ).toEqual([{ indisvalid: true, indisunique: false }]);
  });

  it('leaves what rewrites a large table for when nobody is served', async () => {
    class Rewriting1764000000014 extends Altering1764000000011 {
      override async up(sql: QueryRunner): Promise<void> {
        await sql.query('alter table large alter n type bigint');
      }
    }
    await owner.query(
      'create table large (n integer) with (fillfactor = 10); insert into large select generate_series(1, 100000)',
    );
    const options = { deferred: [{ migration: Rewriting1764000000014, rewrites: ['large'] }] };
    const warn = jest.spyOn(Logger.prototype, 'warn').mockImplementation(() => undefined);
    expect(await migrate(ownerUrl, [], options)).toEqual([]);
    expect(warn.mock.calls).toEqual([
      ['Rewriting1764000000014 is left for later: large are rewritten, which keeps their readers waiting'],
    ]);
    expect(await migrate(ownerUrl, [], { ...options, isMaintenance: true })).toEqual(['Rewriting1764000000014']);
  });

  it('leaves what would lock tables for too long for when nobody is served, and nothing of it stays', async () => {
    class Slow1764000000015 extends Altering1764000000011 {
      override async up(sql: QueryRunner): Promise<void> {
        await sql.query(
          `insert into ran values ($$slow$$); do $$ begin if current_setting('statement_timeout') <> '0'
            then raise query_canceled; end if; end $$`,
        );
      }
    }
    const options = { deferred: [{ migration: Slow1764000000015, rewrites: [] }] };
    const warn = jest.spyOn(Logger.prototype, 'warn').mockImplementation(() => undefined);
    expect(await migrate(ownerUrl, [], options)).toEqual([]);
    expect(warn.mock.calls).toEqual([
      ['Slow1764000000015 is left for later: its tables would be locked for longer than 2000 ms'],
    ]);
    expect(await ran()).not.toContain('slow');
    expect(await migrate(ownerUrl, [], { ...options, isMaintenance: true })).toEqual(['Slow1764000000015']);
  });
});
