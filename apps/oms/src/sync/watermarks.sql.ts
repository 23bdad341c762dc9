import { Injectable } from '@nestjs/common';
import { ReadPool, Transactions } from '@refundry/persistence';
import type { EntityManager } from 'typeorm';

/**
 * State of an upstream list as of the start of the last run that read it to its end. It belongs to one source and ends
 * with it.
 */
export interface Watermark {
  /** Hub and login, as `OmnitronSession.source`. */
  readonly source: string;
  /**
   * The latest upstream `modified_date` that was not in the future when the run started, as PostgreSQL's text; null
   * when there was none.
   */
  readonly modified: string | null;
  /** Number of upstream rows that are accounted for: stored, withheld or listed as a problem. */
  readonly known: number;
  /** Fingerprint of the rows that were modified last, at the start of that run. */
  readonly newest: string;
  /** Start of the last full comparison, in ISO 8601. */
  readonly compared: string;
}

/** The watermarks of the levels, by account. */
@Injectable()
export class Watermarks {
  constructor(
    private readonly readPool: ReadPool,
    private readonly transactions: Transactions,
  ) {}

  /** The level's watermark, whatever its source; undefined before the first complete read. */
  async of(account: number, level: string): Promise<Watermark | undefined> {
    const [row] = await this.readPool.rows({
      account,
      text: 'select mark from sync_mark where account_id = $1 and level = $2',
      values: [level],
      isPrepared: true,
    });
    return row ? (JSON.parse(String(row[0])) as Watermark) : undefined;
  }

  async set(transaction: EntityManager, account: number, level: string, watermark: Watermark): Promise<void> {
    await transaction.query(
      `insert into sync_mark (account_id, level, mark) values ($1, $2, $3) on conflict (account_id, level) do update
        set mark = excluded.mark`,
      [account, level, JSON.stringify(watermark)],
    );
  }

  async remove(transaction: EntityManager, account: number, levels: readonly string[]): Promise<void> {
    await transaction.query('delete from sync_mark where account_id = $1 and level = any ($2)', [account, levels]);
  }

  /** Replaces a watermark, unless a run has replaced it meanwhile. */
  async exchange(account: number, level: string, before: Watermark, after: Watermark): Promise<void> {
    await this.transactions.run({ account }, (transaction) =>
      transaction.query('update sync_mark set mark = $4 where account_id = $1 and level = $2 and mark::text = $3', [
        account,
        level,
        JSON.stringify(before),
        JSON.stringify(after),
      ]),
    );
  }
}
