import type { WaiverState } from '@refundry/contracts';
import { arrayLiteral } from '@refundry/persistence';
import type { EntityManager } from 'typeorm';
import { statesBefore } from './waiver-state.js';

/**
 * SQL of waivers as sets: those of a reservation, and those whose time is over. A group may have thousands of
 * passengers, which operators of arrays would compare each with each.
 */

interface Place {
  readonly account: number;
  readonly reservation: number;
}

/** SQL of a waiver's state: its time is over by the clock, whether or not it has been expired since. */
export const stateByTheClock = `(case when status in (${listed('expire')}) and valid_until <= clock_timestamp()
  then 'expired' else status end)`;

function listed(move: Parameters<typeof statesBefore>[0]): string {
  return statesBefore(move)
    .map((state) => `'${state}'`)
    .join(', ');
}

/** A waiver that has moved. */
export interface MovedWaiver {
  readonly id: number;
  readonly reservation: number;
  readonly from: WaiverState;
}

const findLive = `
  select status from waiver where account_id = $1 and reservation_id = $2 and status in (${listed('expire')})
    and exists (select unnest(passengers) intersect select unnest($3::integer[]))
  order by id limit 1`;

/** The state of a waiver that is proposed or approved for one of the passengers, its time being over or not. */
export async function liveWaiverState(
  transaction: EntityManager,
  { account, reservation }: Place,
  passengers: readonly number[],
): Promise<WaiverState | undefined> {
  const [found] = await transaction.query<{ status: WaiverState }[]>(findLive, [
    account,
    reservation,
    arrayLiteral(passengers),
  ]);
  return found?.status;
}

const endOfReservation = `
  update waiver set status = 'expired', modified_date = clock_timestamp()
  from (
    select account_id, id, status from waiver
    where account_id = $1 and reservation_id = $2 and status in (${listed('expire')}) and valid_until <= $3::timestamptz
    order by id for update
  ) former
  where waiver.account_id = former.account_id and waiver.id = former.id
  returning waiver.id, reservation_id as reservation, former.status as "from"`;

/** Expires the waivers of a reservation whose time is over at a moment, in ISO 8601. */
export const expireOfReservation = (
  transaction: EntityManager,
  { account, reservation }: Place,
  at: string,
): Promise<MovedWaiver[]> => moved(transaction, endOfReservation, [account, reservation, at]);

/** A request that came before the end may still be waited for by a lock, no longer than its client waits. */
const margin = `interval '1 minute'`;

/** SQL of whether a waiver is to be expired. */
export const isOverdue = `status in (${listed('expire')}) and valid_until is not null
  and valid_until < clock_timestamp() - ${margin}`;

const endSome = `
  update waiver set status = 'expired', modified_date = clock_timestamp()
  from (
    select account_id, id, status from waiver where account_id = $1 and ${isOverdue}
    order by valid_until limit $2 for update skip locked
  ) former
  where waiver.account_id = former.account_id and waiver.id = former.id
  returning waiver.id, reservation_id as reservation, former.status as "from"`;

/** Expires so many waivers of an account at the most. */
export const expireSome = (transaction: EntityManager, account: number, max: number): Promise<MovedWaiver[]> =>
  moved(transaction, endSome, [account, max]);

const use = `
  update waiver set status = 'used', modified_date = clock_timestamp()
  where account_id = $1 and reservation_id = $2 and status in (${listed('use')})
    and coalesce(valid_until > $3::timestamptz, true)
    and not exists (
      select one from unnest(passengers) one where one <= $4 except select unnest($5::integer[])
    )
  returning id, reservation_id as reservation, 'approved' as "from"`;

/** Passengers of a reservation who are given back. */
export interface RefundedPlaces extends Place {
  /** So many are on the reservation. */
  readonly of: number;
  readonly refunded: readonly number[];
}

/** Uses up the waivers whose last passenger is given back. @param at in ISO 8601 */
export const useWaivers = (
  transaction: EntityManager,
  { account, reservation, of, refunded }: RefundedPlaces,
  at: string,
): Promise<MovedWaiver[]> => moved(transaction, use, [account, reservation, at, of, arrayLiteral(refunded)]);

const release = `
  update waiver set status = 'approved', modified_date = clock_timestamp()
  where account_id = $1 and reservation_id = $2 and status in (${listed('release')})
    and exists (
      select unnest(passengers)
      intersect select passenger from refund_passenger where account_id = $1 and refund_id = $3
    )
  returning id, reservation_id as reservation, 'used' as "from"`;

/** Has the used waivers of a refund's passengers hold again. */
export const releaseWaivers = (
  transaction: EntityManager,
  { account, reservation, refund }: Place & { readonly refund: number },
): Promise<MovedWaiver[]> => moved(transaction, release, [account, reservation, refund]);

const areRefunded = `
  select not exists (
    select from unnest($3::integer[]) one where not exists (
      select from refund_passenger where account_id = $1 and reservation_id = $2 and passenger = one and is_live
    )
  ) as "areRefunded"`;

/** Whether none of the passengers is left. */
export async function areAllRefunded(
  transaction: EntityManager,
  { account, reservation }: Place,
  passengers: readonly number[],
): Promise<boolean> {
  const [found] = await transaction.query<{ areRefunded: boolean }[]>(areRefunded, [
    account,
    reservation,
    arrayLiteral(passengers),
  ]);
  return found?.areRefunded ?? false;
}

/** As PostgreSQL's driver reads it. */
type MovedRow = Readonly<Record<'id' | 'reservation', string>> & Pick<MovedWaiver, 'from'>;

async function moved(transaction: EntityManager, statement: string, parameters: unknown[]): Promise<MovedWaiver[]> {
  const [rows] = await transaction.query<[MovedRow[], number]>(statement, parameters);
  return rows.map(({ id, reservation, from }) => ({ id: Number(id), reservation: Number(reservation), from }));
}
