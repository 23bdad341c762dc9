import { recordDecision, type DecidedBy } from '@refundry/audit';
import type { ReadPool, Transactions } from '@refundry/persistence';
import { effectiveSettings, type SettingsEndpoints } from './settings-declaration.js';

/** Refuses settings that don't fit together. @throws Failure `invalid` */
export type CheckSettings<T extends object> = (settings: T) => void;

/** Reads and changes the settings of accounts. */
export class AccountSettings<T extends object> {
  constructor(
    private readonly readPool: ReadPool,
    private readonly transactions: Transactions,
    private readonly settings: SettingsEndpoints<T>,
    private readonly check: CheckSettings<T> = () => undefined,
  ) {}

  async read(account: number): Promise<T> {
    const [row] = await this.readPool.rows({
      account,
      text: 'select chosen from account_settings where account_id = $1',
      values: [],
      isPrepared: true,
    });
    return effectiveSettings(this.settings, row?.[0] ? (JSON.parse(row[0]) as Partial<T>) : {});
  }

  /** Changes those that are given. @returns all settings as they are then @throws Failure of the check */
  async change(by: DecidedBy, given: Partial<T>): Promise<T> {
    const { account } = by;
    return this.transactions.run({ account }, async (transaction) => {
      // Of two changes at once the later begins with what the earlier has left.
      const [{ chosen }] = await transaction.query<[{ chosen: Partial<T> }]>(
        `insert into account_settings as settings (account_id) values ($1)
          on conflict (account_id) do update set modified_date = settings.modified_date returning chosen`,
        [account],
      );
      const before = effectiveSettings(this.settings, chosen);
      const after = { ...before, ...given };
      this.check(after);
      await transaction.query(
        'update account_settings set chosen = $2, modified_date = clock_timestamp() where account_id = $1',
        [account, JSON.stringify({ ...chosen, ...given })],
      );
      const { changed: action } = this.settings.decisions;
      await recordDecision(transaction, by, { action, subject: account, before, after });
      return after;
    });
  }
}
