import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { createRowCounts, dataSourceOf, Transactions } from '@refundry/persistence';
import { rolesOf } from '@refundry/provisioning';
import { auditedActions, BooleanField, JsonField, StringField } from '@refundry/resource';
import { testDatabase } from '@refundry/testing';
import pg from 'pg';
import type { DataSource } from 'typeorm';
import { createAuditEntries, recordDecision, type DecidedBy, type Decision } from './index.js';

class Door {
  @StringField({ label: 'Name' }) name!: string;
  @BooleanField({ label: 'Is open' }) is_open!: boolean;
  @JsonField({ label: 'Visitors' }) visitors!: unknown;
  @StringField({ label: 'Code', isSecret: true }) code!: string;
}

const { opened } = auditedActions({
  service: 'supplier-refund',
  subjectType: 'door',
  of: Door,
  fields: ['name', 'is_open', 'visitors'],
  actions: { opened: 'A door was opened' },
});

const roles = rolesOf('supplier-refund');
const byToken: DecidedBy = { account: 1, actor: { kind: 'token', id: '7' }, requestId: 'r1' };

let owner: pg.Client;
let application: DataSource;
let transactions: Transactions;

beforeAll(async () => {
  const { url, ownerUrl } = await testDatabase('supplier-refund');
  owner = new pg.Client({ connectionString: ownerUrl });
  await owner.connect();
  await owner.query(`${createRowCounts(roles)} ${createAuditEntries(roles)}`);
  application = await dataSourceOf(url, []).initialize();
  transactions = new Transactions(application);
});

afterEach(async () => {
  await owner.query('delete from audit_entry');
});

afterAll(async () => {
  await application.destroy();
  await owner.end();
});

const record = (decision: Omit<Decision<Partial<Door>>, 'action'>, by = byToken): Promise<void> =>
  transactions.run({ account: by.account }, (transaction) =>
    recordDecision(transaction, by, { ...decision, action: opened }),
  );

const entries = async (): Promise<Record<string, unknown>[]> =>
  (
    await owner.query<Record<string, unknown>>(
      `select account_id, actor_kind, actor, action, subject_type, subject_id, before, after, reason, request_id
        from audit_entry order by id`,
    )
  ).rows;

describe('a decision', () => {
  it('is recorded with its actor, its subject, the values before and after, and the request', async () => {
    await record({ subject: 3, before: { is_open: false }, after: { is_open: true }, reason: 'It is hot.' });
    expect(await entries()).toEqual([
      {
        account_id: 1,
        actor_kind: 'token',
        actor: '7',
        action: 'door.opened',
        subject_type: 'door',
        subject_id: '3',
        before: { is_open: false },
        after: { is_open: true },
        reason: 'It is hot.',
        request_id: 'r1',
      },
    ]);
  });

  it('is recorded without an actor where a gateway of the version before has asked', async () => {
    await record({ subject: 3 }, { account: 1, requestId: 'r1' });
    expect(await entries()).toMatchObject([{ actor_kind: null, actor: null, request_id: 'r1' }]);
  });

  it('has no entry where its transaction is rolled back', async () => {
    await expect(
      transactions.run({ account: 1 }, async (transaction) => {
        await recordDecision(transaction, byToken, { action: opened, subject: 3 });
        throw new Error('no');
      }),
    ).rejects.toThrow('no');
    expect(await entries()).toEqual([]);
  });

  it('is none where all values stay as they were', async () => {
    await record({ subject: 3, before: { name: 'a', is_open: true }, after: { name: 'a', is_open: true } });
    expect(await entries()).toEqual([]);
  });

  it('has nothing in its entry that its action does not declare', async () => {
    const door = { name: 'a', code: '4711', key: 'hunter2' } as Partial<Door>;
    await record({ subject: 3, before: door, after: { ...door, is_open: true } });
    expect(await entries()).toMatchObject([{ before: { name: 'a' }, after: { name: 'a', is_open: true } }]);
    expect(JSON.stringify(await entries())).not.toMatch(/4711|hunter2/);
  });

  it('is recorded in bounded space, whatever it is about', async () => {
    const visitors = Array.from({ length: 5000 }, (_, number) => ({ number }));
    const name = '🧾'.repeat(2000);
    await record({ subject: '3'.repeat(9000), after: { name, is_open: true, visitors }, reason: name });
    const [entry] = await entries();
    expect(entry).toMatchObject({
      subject_id: `${'3'.repeat(500)}…`,
      after: { name: `${'🧾'.repeat(500)}…`, is_open: true, visitors: '(78891 bytes)' },
      reason: `${'🧾'.repeat(500)}…`,
    });
  });
});

describe('the record', () => {
  const asApplication = (account: number, statement: string): Promise<unknown> =>
    transactions.run({ account }, (transaction) => transaction.query(statement));

  it.each([
    ["update audit_entry set actor = 'somebody else'"],
    ['update audit_entry set after = null where false'],
    ['delete from audit_entry'],
    ['truncate audit_entry'],
    ['alter table audit_entry disable row level security'],
    ['drop table audit_entry'],
  ])('is not to be changed by the service itself: %s', async (statement) => {
    await record({ subject: 3 });
    await expect(asApplication(1, statement)).rejects.toMatchObject({ code: '42501' });
    expect(await entries()).toHaveLength(1);
  });

  it('of another account can be neither read nor written', async () => {
    await record({ subject: 3 });
    expect(await asApplication(2, 'select * from audit_entry')).toEqual([]);
    await expect(
      transactions.run({ account: 2 }, (transaction) =>
        recordDecision(transaction, byToken, { action: opened, subject: 3 }),
      ),
    ).rejects.toMatchObject({ code: '42501' });
  });
});
