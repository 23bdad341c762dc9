import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { migrate } from '@refundry/persistence';
import { testDatabase } from '@refundry/testing';
import pg from 'pg';
import { omsMigrations } from '../oms.app.js';
import { EventLog1764000000015 } from './15-event-log.js';

let owner: pg.Client;

beforeAll(async () => {
  const { ownerUrl } = await testDatabase('oms');
  await migrate(ownerUrl, omsMigrations.slice(0, omsMigrations.indexOf(EventLog1764000000015)));
  owner = new pg.Client({ connectionString: ownerUrl });
  await owner.connect();
  await owner.query(
    "insert into outbox (account_id, subject, message_id, payload) values (1, 'jobs.oms.wake-up', 'one', '{}')",
  );
  await migrate(ownerUrl, omsMigrations);
});

afterAll(() => owner.end());

describe('the migration to the event log', () => {
  it('makes no events of the wake-ups that former releases left in the outbox', async () => {
    expect((await owner.query('select from outbox')).rowCount).toBe(0);
  });

  it('goes as it came', async () => {
    await new EventLog1764000000015().down({ query: (sql: string) => owner.query(sql) } as never);
    const { rows } = await owner.query<{ relname: string }>(
      "select relname from pg_class where relname in ('event', 'event_position', 'outbox') and relkind = 'r'",
    );
    expect(rows).toEqual([{ relname: 'outbox' }]);
  });
});
