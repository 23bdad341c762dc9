import type { WaiverCode } from '@refundry/contracts';
import type { ReadPool } from '@refundry/persistence';
import { hashedLock } from '@refundry/provisioning';
import type { EntityManager } from 'typeorm';

/** Makes other changes of the account's codes wait until the transaction ends. */
export async function lockCodes(transaction: EntityManager, account: number): Promise<void> {
  await transaction.query(`select pg_advisory_xact_lock(${hashedLock("'waiver_code'", '$1::integer')})`, [account]);
}

/** The codes that an account has of its own, in their order. */
export async function ownCodes(readPool: ReadPool, account: number): Promise<Required<WaiverCode>[]> {
  const rows = await readPool.rows({
    account,
    text: `select json_build_object('code', code, 'en', en, 'fa', fa, 'largest_percent', largest_percent,
        'needs_note', needs_note, 'needs_second_person_above', needs_second_person_above, 'is_active', is_active)::text
      from waiver_code where account_id = $1 order by code`,
    values: [],
    isPrepared: true,
  });
  return rows.map(([code]) => JSON.parse(code ?? '') as Required<WaiverCode>);
}
