import { createIndexConcurrently, scopeToAccount } from '@refundry/persistence';
import { rolesOf } from '@refundry/provisioning';
import type { MigrationInterface, QueryRunner } from 'typeorm';

const refundsPerBatch = 2000;

/**
 * Refunds are of passengers (docs/adr/0065). Those that are there, and those that the version before still writes, are
 * of all passengers of their reservation, who share price and penalty as `sharesOf` and `evenPrices` divide them.
 *
 * Each statement commits by itself, and may be repeated: no lock of a table is held while rows are filled.
 */
export class PartialRefunds1764000000018 implements MigrationInterface {
  readonly transaction = false;

  async up(sql: QueryRunner): Promise<void> {
    await sql.query('alter table reservation add column if not exists passenger_prices jsonb');
    const [{ found }] = (await sql.query("select to_regclass('refund_passenger') as found")) as [{ found: unknown }];
    if (found === null) await sql.query(createTable);
    await sql.query(createTriggers);
    await fillRefunds(sql);
    await createIndexConcurrently(sql, 'refund_by_reservation', 'refund (account_id, reservation_id, id)');
    await sql.query('alter table refund drop constraint if exists refund_account_id_reservation_id_key');
  }

  async down(sql: QueryRunner): Promise<void> {
    await sql.query(`
      alter table refund add unique (account_id, reservation_id);
      drop index refund_by_reservation;
      drop table refund_passenger;
      drop function itemise_refund, keep_refund_passengers, items_of_refund cascade;
      alter table reservation drop column passenger_prices;
    `);
  }
}

const createTable = `
  create table refund_passenger (
    account_id integer not null,
    refund_id bigint not null,
    reservation_id bigint not null,
    -- The place among the passengers, from 1 on.
    passenger integer not null check (passenger > 0),
    price bigint not null,
    penalty bigint not null check (penalty between 0 and price),
    -- Until its refund is rejected or withdrawn.
    is_live boolean not null default true,
    primary key (account_id, refund_id, passenger),
    foreign key (account_id, refund_id) references refund (account_id, id)
  );
  -- One passenger, one refund, whatever may happen at the same time.
  create unique index refund_passenger_once on refund_passenger (account_id, reservation_id, passenger) where is_live;
  ${scopeToAccount('refund_passenger', rolesOf('reservation-refund'))}`;

const createTriggers = `
  create or replace function items_of_refund(account integer, reservation bigint, whole bigint, due bigint)
  returns table (passenger integer, price bigint, penalty bigint) stable language sql as $$
    select item, upto.price - before.price,
      (div(2 * due::numeric * upto.price + whole, greatest(2 * whole, 1))
        - div(2 * due::numeric * before.price + whole, greatest(2 * whole, 1)))::bigint
    from reservation refunded, generate_series(1, refunded.passengers) item,
      lateral (select whole / passengers * item + least(item, whole % passengers) as price) upto,
      lateral (select whole / passengers * (item - 1) + least(item - 1, whole % passengers) as price) before
    where refunded.account_id = account and refunded.id = reservation
  $$;

  create or replace function itemise_refund() returns trigger language plpgsql as $$
  begin
    insert into refund_passenger (account_id, refund_id, reservation_id, passenger, price, penalty, is_live)
    select new.account_id, new.id, new.reservation_id, item.passenger, item.price, item.penalty,
      new.status not in ('rejected', 'withdrawn')
    from items_of_refund(new.account_id, new.reservation_id, new.price, new.penalty) item
    where not exists (select from refund_passenger where account_id = new.account_id and refund_id = new.id);
    return null;
  end $$;

  create or replace function keep_refund_passengers() returns trigger language plpgsql as $$
  begin
    update refund_passenger set is_live = new.status not in ('rejected', 'withdrawn')
    where account_id = new.account_id and refund_id = new.id;
    return null;
  end $$;

  drop trigger if exists itemise_refund on refund;
  -- When the transaction ends, so that a refund which brings its passengers keeps them.
  create constraint trigger itemise_refund after insert on refund deferrable initially deferred
  for each row execute function itemise_refund();

  create or replace trigger keep_refund_passengers after update of status on refund for each row
  when ((old.status in ('rejected', 'withdrawn')) <> (new.status in ('rejected', 'withdrawn')))
  execute function keep_refund_passengers();`;

/** The last of the refunds that have been filled. */
interface LastRefund {
  readonly account_id: number;
  readonly id: string;
}

async function fillRefunds(sql: QueryRunner): Promise<void> {
  for (let last: LastRefund | undefined = { account_id: 0, id: '0' }; last; last = await fillAfter(sql, last));
}

async function fillAfter(sql: QueryRunner, { account_id: account, id }: LastRefund): Promise<LastRefund | undefined> {
  const rows = (await sql.query(
    `with batch as materialized (
       -- As others have left them by the time they are locked.
       select * from refund where (account_id, id) > ($1, $2::int8) order by account_id, id
         limit ${refundsPerBatch} for share
     ), filled as (
       insert into refund_passenger (account_id, refund_id, reservation_id, passenger, price, penalty, is_live)
       select account_id, id, reservation_id, item.passenger, item.price, item.penalty,
         status not in ('rejected', 'withdrawn')
       from batch, lateral items_of_refund(account_id, reservation_id, batch.price, batch.penalty) item
       on conflict do nothing
     )
     select account_id, id from batch order by account_id desc, id desc limit 1`,
    [account, id],
  )) as LastRefund[];
  return rows[0];
}
