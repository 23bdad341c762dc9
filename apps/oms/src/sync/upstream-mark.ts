import { Injectable } from '@nestjs/common';
import { Lane, Transactions } from '@refundry/persistence';
import type { EntityManager } from 'typeorm';
import type { OmnitronSession } from '../omnitron/omnitron-session.js';
import type { UpstreamPage } from '../omnitron/upstream-page.js';

/** What tells that an upstream list has changed: how many rows it has, and which was modified last, and when. */
export interface UpstreamMark {
  /** Null where Omnitron doesn't say. */
  readonly count: number | null;
  readonly pk: number | null;
  /** As Omnitron writes it. */
  readonly modified: string | null;
}

/** The rows of a list that were modified last. @throws Failure as `OmnitronSession.page` does */
export async function newestRows(session: OmnitronSession, resource: string, limit: number): Promise<UpstreamPage> {
  const page = await session.page(resource, { page: 1, limit, sort: '-modified_date,-pk' });
  return page ?? { rows: [], count: 0, hasNext: false };
}

export function markOf({ rows, count }: UpstreamPage): UpstreamMark {
  const { pk, modified_date: modified } = (rows[0] ?? {}) as Record<string, unknown>;
  return { count: count ?? null, pk: typeof pk === 'number' ? pk : null, modified: typeof modified === 'string' ? modified : null };
}

export const isSameMark = (one: UpstreamMark, other: UpstreamMark): boolean => one.count === other.count && one.pk === other.pk && one.modified === other.modified;

/** The marks of the levels that were read to their end. */
@Injectable()
export class UpstreamMarks {
  constructor(
    private readonly lane: Lane,
    private readonly transactions: Transactions,
  ) {}

  async of(account: number, level: string): Promise<UpstreamMark | undefined> {
    const [row] = await this.lane.rows({ account, text: 'select mark from sync_mark where account_id = $1 and level = $2', values: [level], isCommon: true });
    return row ? (JSON.parse(String(row[0])) as UpstreamMark) : undefined;
  }

  /** Nothing of what a list has become is missing here. */
  async confirm(account: number, level: string, mark: UpstreamMark): Promise<void> {
    await this.transactions.run({ account }, (transaction) => this.set(transaction, account, level, mark));
  }

  async set(transaction: EntityManager, account: number, level: string, mark: UpstreamMark): Promise<void> {
    await transaction.query('insert into sync_mark (account_id, level, mark) values ($1, $2, $3) on conflict (account_id, level) do update set mark = excluded.mark', [account, level, JSON.stringify(mark)]);
  }
}
