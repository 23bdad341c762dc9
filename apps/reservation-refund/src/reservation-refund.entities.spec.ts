import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { dataSourceOf, migrate } from '@refundry/persistence';
import { columnChanges, testDatabase } from '@refundry/testing';
import type { DataSource } from 'typeorm';
import { reservationRefundMigrations } from './reservation-refund.app.js';
import { reservationRefundEntities } from './reservation-refund.entities.js';

let database: DataSource;

beforeAll(async () => {
  const { ownerUrl } = await testDatabase('reservation-refund');
  await migrate(ownerUrl, reservationRefundMigrations);
  database = await dataSourceOf(ownerUrl, reservationRefundEntities).initialize();
});

afterAll(() => database.destroy());

describe('the entities of reservation refunds', () => {
  it('have the columns of the migrated tables', async () => {
    expect(await columnChanges(database)).toEqual([]);
  });
});
