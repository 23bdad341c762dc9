import { advisoryLocks } from '@refundry/provisioning';
import type { EntityManager } from 'typeorm';

/** Waits until the account has no other pull, and keeps others waiting until the transaction ends. */
export async function waitForTurn(transaction: EntityManager, account: number): Promise<void> {
  await transaction.query('select pg_advisory_xact_lock($1, $2)', [advisoryLocks.pulls, account]);
}

/** Takes the account's turn until the transaction ends. @returns false while another pull has it */
export async function tryTurn(transaction: EntityManager, account: number): Promise<boolean> {
  const [turn] = await transaction.query<[{ taken: boolean }]>('select pg_try_advisory_xact_lock($1, $2) as taken', [
    advisoryLocks.pulls,
    account,
  ]);
  return turn.taken;
}

/** PostgreSQL's time, not of the transaction's beginning but of this moment. */
export async function momentOf(transaction: EntityManager): Promise<string> {
  const [moment] = await transaction.query<[{ now: string }]>('select clock_timestamp()::text as now');
  return moment.now;
}
