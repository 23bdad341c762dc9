import type { SupplierRefund } from '@refundry/contracts';
import { Failure } from '@refundry/errors';
import { arrayLiteral } from '@refundry/persistence';
import type { EntityManager } from 'typeorm';

interface LockedRow extends Omit<SupplierRefund, 'products'> {
  readonly id: string;
}

interface RemovedRow {
  readonly public_key: string;
  readonly document_id: string;
}

/** A refund as it would be posted, locked until the transaction ends. @throws Failure `not_found` */
export async function lockedRefund(
  transaction: EntityManager,
  account: number,
  publicKey: string,
): Promise<SupplierRefund> {
  const { id, ...refund } = await lockRefund(transaction, account, publicKey);
  // In a statement of their own: that of the lock, should it have waited, sees the lines as they were before.
  const products = await transaction.query<SupplierRefund['products']>(
    `select product_id, receive_document_id, qty::text, price::text, total_price::text from supplier_refund_line
      where account_id = $1 and document = $2 order by id`,
    [account, id],
  );
  return { ...refund, products };
}

/** Locks a refund, without its lines. @throws Failure `not_found` */
export async function lockRefund(transaction: EntityManager, account: number, publicKey: string): Promise<LockedRow> {
  const statement = `select id, document_id, supplier_id, shop_id, date::text, responsible, description
    from supplier_refund
    where account_id = $1 and public_key = $2 for update`;
  // PostgreSQL has no text with such a character.
  const [row] = publicKey.includes('\0') ? [] : await transaction.query<LockedRow[]>(statement, [account, publicKey]);
  if (!row) throw new Failure('not_found');
  return row;
}

/** Its lines go with it. */
export async function removeRefund(transaction: EntityManager, account: number, publicKey: string): Promise<void> {
  await transaction.query('delete from supplier_refund where account_id = $1 and public_key = $2', [
    account,
    publicKey,
  ]);
}

/** Locked in the order in which batches do it. */
const removeNamed = `
  delete from supplier_refund where account_id = $1 and id = any (array(
    select id from supplier_refund where account_id = $1 and (public_key = any ($2) or document_id = any ($2))
    order by document_id, shop_id for update
  )) returning public_key, document_id`;

/** Removes those that are named by their public keys, or by their documents' ids. @returns those that there were */
export async function removeRefunds(
  transaction: EntityManager,
  account: number,
  identifiers: readonly string[],
): Promise<RemovedRow[]> {
  const [rows] = await transaction.query<[RemovedRow[], number]>(removeNamed, [account, arrayLiteral(identifiers)]);
  return rows;
}
