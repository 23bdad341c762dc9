import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { createAuditEntries, type DecidedBy } from '@refundry/audit';
import { createRowCounts, dataSourceOf, ReadPool, Transactions } from '@refundry/persistence';
import { rolesOf } from '@refundry/provisioning';
import { auditedActions, BooleanField, IntegerField } from '@refundry/resource';
import { testDatabase } from '@refundry/testing';
import pg from 'pg';
import type { DataSource } from 'typeorm';
import { AccountSettings } from './account-settings.js';
import { createSettings, settingsWithin, settingValue, type SettingsEndpoints } from './index.js';

class Lamps {
  @IntegerField({ label: 'Brightness' }) brightness!: number;
  @IntegerField({ label: 'Minutes' }) minutes!: number;
  @BooleanField({ label: 'Is blue' }) is_blue!: boolean;
}

const settings = {
  of: Lamps,
  defaults: { brightness: 50, minutes: 5, is_blue: false },
  decisions: auditedActions({
    service: 'supplier-refund',
    subjectType: 'settings',
    of: Lamps,
    fields: ['brightness', 'minutes', 'is_blue'],
    actions: { changed: 'Lamps were changed' },
  }),
} as unknown as SettingsEndpoints<Lamps>;

const roles = rolesOf('supplier-refund');
const by: DecidedBy = { account: 1, actor: { kind: 'token', id: '7' } };

let owner: pg.Client;
let application: DataSource;
let transactions: Transactions;
let accounts: AccountSettings<Lamps>;
let readPool: ReadPool;

beforeAll(async () => {
  const { url, ownerUrl } = await testDatabase('supplier-refund');
  owner = new pg.Client({ connectionString: ownerUrl });
  await owner.connect();
  await owner.query(`${createRowCounts(roles)} ${createAuditEntries(roles)} ${createSettings(roles)}`);
  application = await dataSourceOf(url, []).initialize();
  readPool = new ReadPool({ url, role: roles.reader, timeoutMs: 5000 });
  await readPool.onModuleInit();
  transactions = new Transactions(application);
  accounts = new AccountSettings(readPool, transactions, settings);
});

afterEach(async () => {
  await owner.query('delete from account_settings; delete from audit_entry');
});

afterAll(async () => {
  await readPool.onApplicationShutdown();
  await application.destroy();
  await owner.end();
});

const minutesOf = (account: number): Promise<number> =>
  transactions.run({ account }, async (transaction) => {
    const [row] = await transaction.query<[{ minutes: number }]>(
      `select ${settingValue(settings, 'minutes')} as minutes`,
      [account],
    );
    return row.minutes;
  });

const decisions = async (): Promise<object[]> =>
  (await owner.query<object>('select actor, action, before, after from audit_entry order by id')).rows;

describe('the settings of an account', () => {
  it('are the defaults until it changes one, and the others are so afterwards', async () => {
    expect([await accounts.read(1), await minutesOf(1)]).toEqual([{ brightness: 50, minutes: 5, is_blue: false }, 5]);
    expect(await accounts.change(by, { minutes: 7 })).toEqual({ brightness: 50, minutes: 7, is_blue: false });
    expect([await accounts.read(1), await minutesOf(1)]).toEqual([{ brightness: 50, minutes: 7, is_blue: false }, 7]);
    const { rows } = await owner.query('select chosen from account_settings');
    expect(rows).toEqual([{ chosen: { minutes: 7 } }]);
  });

  it('are its own alone', async () => {
    await accounts.change(by, { minutes: 7 });
    expect([await accounts.read(2), await minutesOf(2)]).toEqual([{ brightness: 50, minutes: 5, is_blue: false }, 5]);
  });

  it('steer a transaction by a switch, or as a whole', async () => {
    const switched = (): Promise<unknown> =>
      transactions.run({ account: 1 }, async (transaction) => [
        await transaction.query<object[]>(`select ${settingValue(settings, 'is_blue')} as is_blue`, [1]),
        await settingsWithin(transaction, settings, 1),
      ]);
    expect(await switched()).toEqual([[{ is_blue: false }], { brightness: 50, minutes: 5, is_blue: false }]);
    await accounts.change(by, { is_blue: true });
    expect(await switched()).toEqual([[{ is_blue: true }], { brightness: 50, minutes: 5, is_blue: true }]);
  });

  it('are not changed to some that do not fit together', async () => {
    const checked = new AccountSettings(readPool, transactions, settings, ({ brightness, minutes }) => {
      if (brightness > 50 && minutes > 5) throw new Error('too long');
    });
    await checked.change(by, { minutes: 7 });
    await expect(checked.change(by, { brightness: 51 })).rejects.toThrow('too long');
    expect(await checked.change(by, { brightness: 51, minutes: 5 })).toMatchObject({ brightness: 51, minutes: 5 });
  });

  it('keep both of two changes that come at once', async () => {
    await Promise.all([accounts.change(by, { minutes: 7 }), accounts.change(by, { brightness: 9 })]);
    expect(await accounts.read(1)).toEqual({ brightness: 9, minutes: 7, is_blue: false });
    expect(await decisions()).toHaveLength(2);
  });

  it('are changed with a record of what they were, unless nothing is changed', async () => {
    await accounts.change(by, { minutes: 7 });
    await accounts.change(by, { minutes: 7 });
    await accounts.change(by, {});
    expect(await decisions()).toEqual([
      {
        actor: '7',
        action: 'settings.changed',
        before: { brightness: 50, minutes: 5, is_blue: false },
        after: { brightness: 50, minutes: 7, is_blue: false },
      },
    ]);
  });

  it('are not changed where that can not be recorded', async () => {
    await owner.query('revoke insert on audit_entry from "supplier-refund"');
    try {
      await expect(accounts.change(by, { minutes: 7 })).rejects.toMatchObject({ code: '42501' });
    } finally {
      await owner.query('grant insert on audit_entry to "supplier-refund"');
    }
    expect(await accounts.read(1)).toEqual({ brightness: 50, minutes: 5, is_blue: false });
  });
});
