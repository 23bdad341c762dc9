import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { dataSourceOf, migrate } from '@refundry/persistence';
import { columnChanges, testDatabase } from '@refundry/testing';
import type { DataSource } from 'typeorm';
import { omsMigrations } from './oms.app.js';
import { omsEntities } from './oms.entities.js';

let database: DataSource;

beforeAll(async () => {
  const { ownerUrl } = await testDatabase('oms');
  await migrate(ownerUrl, omsMigrations);
  database = await dataSourceOf(ownerUrl, omsEntities).initialize();
});

afterAll(() => database.destroy());

describe('the entities of oms', () => {
  it('have the columns of the migrated tables', async () => {
    expect(await columnChanges(database)).toEqual([]);
  });
});
