import { hashedLock } from '@refundry/provisioning';
import type { EntityManager } from 'typeorm';
import { isOpenQuote } from './quote-state.js';

interface Site {
  readonly account: number;
  readonly domain: string;
}

/** Makes other requests for quotes of the domain wait until the transaction ends. */
export async function lockQuotesOf(transaction: EntityManager, { account, domain }: Site): Promise<void> {
  await transaction.query(`select pg_advisory_xact_lock(${hashedLock("'manual_quote'", '$1::integer', '$2::text')})`, [
    account,
    domain,
  ]);
}

/** How many quotes of a domain are open. @param max more are not counted */
export async function countOpenQuotes(
  transaction: EntityManager,
  { account, domain }: Site,
  max: number,
): Promise<number> {
  const [{ open }] = await transaction.query<[{ open: number }]>(
    `select count(*)::integer as open from (
      select from manual_quote quote where account_id = $1 and domain = $2 and ${isOpenQuote('quote')} limit $3
    ) counted`,
    [account, domain, max],
  );
  return open;
}
