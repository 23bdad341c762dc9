import type { DataSource } from 'typeorm';
import type { AccountsService } from '../accounts/accounts.service.js';

/** A decision as operators see it. */
export interface ListedDecision {
  readonly id: string;
  readonly occurred: string;
  readonly operator: string | null;
  readonly action: string;
  readonly subject: string;
  readonly before: object | null;
  readonly after: object | null;
}

/** Which decisions are listed. */
export interface DecisionFilter {
  /** The account's name. */
  readonly account: string;
  readonly action?: string | undefined;
  /** Those before this one. */
  readonly beforeId?: number | undefined;
  readonly limit: number;
}

const list = `
  select id, occurred::text, actor as operator, action, subject_type || ' ' || subject_id as subject, before, after
  from audit_entry where account_id = $1 and ($2::text is null or action = $2) and ($3::bigint is null or id < $3)
  order by id desc limit $4`;

/** Reads what operators decided on an account and its credentials. */
export class AuditReader {
  constructor(
    private readonly dataSource: DataSource,
    private readonly accounts: AccountsService,
  ) {}

  /** The latest first. @throws Failure `not_found` where there is no such account */
  async list({ account: name, action, beforeId, limit }: DecisionFilter): Promise<ListedDecision[]> {
    const { id: account } = await this.accounts.named(name);
    return this.dataSource.transaction(async (transaction) => {
      await transaction.query("select set_config('refundry.account', $1, true)", [String(account)]);
      return transaction.query<ListedDecision[]>(list, [account, action ?? null, beforeId ?? null, limit]);
    });
  }
}
