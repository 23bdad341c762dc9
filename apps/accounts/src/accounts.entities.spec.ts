import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { dataSourceOf, migrate } from '@refundry/persistence';
import { columnChanges, testDatabase } from '@refundry/testing';
import type { DataSource } from 'typeorm';
import { accountsMigrations } from './accounts.app.js';
import { accountsEntities } from './accounts.entities.js';

let database: DataSource;

beforeAll(async () => {
  const { ownerUrl } = await testDatabase('accounts');
  await migrate(ownerUrl, accountsMigrations);
  database = await dataSourceOf(ownerUrl, accountsEntities).initialize();
});

afterAll(() => database.destroy());

describe('the entities of accounts', () => {
  it('have the columns of the migrated tables', async () => {
    expect(await columnChanges(database)).toEqual([]);
  });
});
