import { arrayLiteral } from '@refundry/persistence';
import type { EntityManager } from 'typeorm';
import type { KnownRefund } from './known-refund.js';
import { deadStates } from './refund-state.js';

/** SQL of the passengers of refunds: a group may have thousands, and one statement writes them all. */

interface Refunded {
  readonly account: number;
  readonly reservation: number;
}

/** A passenger of a refund. In Rial. */
export interface RefundedPassenger {
  /** The place among the passengers, from 1 on. */
  readonly passenger: number;
  readonly price: number;
  readonly penalty: number;
  /** Taken off the penalty. */
  readonly waived: number;
  /** The one that did. */
  readonly waiver: number | null;
}

const findSame = `
  select id, status, price, penalty from refund where account_id = $1 and reservation_id = $2 and (
    select array_agg(passenger order by passenger) from refund_passenger item
      where item.account_id = refund.account_id and item.refund_id = refund.id
  ) = $3::integer[]
  order by status = any($4::text[]), id desc limit 1`;

const findLive = `
  select id, status, price, penalty from refund where account_id = $1 and reservation_id = $2
    and status <> all($3::text[])
  order by id desc limit 1`;

const countLive = `
  select count(*)::integer as passengers from refund_passenger
  where account_id = $1 and reservation_id = $2 and is_live`;

const insert = `
  insert into refund_passenger (account_id, refund_id, reservation_id, passenger, price, penalty, waived, waiver_id)
  select $1, $2, $3, item.*
  from unnest($4::integer[], $5::bigint[], $6::bigint[], $7::bigint[], $8::bigint[]) item`;

/** Their refund together: one that is not over, or else the newest. Undefined where they have none. */
export const refundOfPassengers = (
  transaction: EntityManager,
  { account, reservation }: Refunded,
  passengers: readonly number[],
): Promise<KnownRefund | undefined> =>
  findRefund(transaction, findSame, [account, reservation, arrayLiteral(passengers), arrayLiteral(deadStates)]);

/** The newest refund of a reservation that is not over. */
export const newestLiveRefund = (
  transaction: EntityManager,
  { account, reservation }: Refunded,
): Promise<KnownRefund | undefined> =>
  findRefund(transaction, findLive, [account, reservation, arrayLiteral(deadStates)]);

/** How many passengers of a reservation are given back. */
export async function countRefundedPassengers(
  transaction: EntityManager,
  { account, reservation }: Refunded,
): Promise<number> {
  const [counted] = await transaction.query<{ passengers: number }[]>(countLive, [account, reservation]);
  return counted?.passengers ?? 0;
}

export async function addRefundPassengers(
  transaction: EntityManager,
  { account, reservation, refund }: Refunded & { readonly refund: number },
  items: readonly RefundedPassenger[],
): Promise<void> {
  const columns = (['passenger', 'price', 'penalty', 'waived', 'waiver'] as const).map((name) =>
    arrayLiteral(items.map((item) => item[name])),
  );
  await transaction.query(insert, [account, refund, reservation, ...columns]);
}

/** As PostgreSQL's driver reads it. */
type FoundRefund = Pick<KnownRefund, 'status'> & Readonly<Record<'id' | 'price' | 'penalty', string>>;

async function findRefund(
  transaction: EntityManager,
  statement: string,
  parameters: unknown[],
): Promise<KnownRefund | undefined> {
  const [found] = await transaction.query<FoundRefund[]>(statement, parameters);
  return found && { ...found, id: Number(found.id), price: Number(found.price), penalty: Number(found.penalty) };
}
