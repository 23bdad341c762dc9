import {
  createIndexConcurrently,
  maintainRowCount,
  scopeToAccount,
  stampRowsOf,
  stopRowCount,
  unstampRowsOf,
} from '@refundry/persistence';
import { rolesOf } from '@refundry/provisioning';
import type { MigrationInterface, QueryRunner } from 'typeorm';

const filtered = ['status', 'domain', 'reservation_id', 'respond_by', 'requested_date'];

/**
 * Operators price what no rule prices (docs/adr/0066).
 *
 * The steps commit one by one, and may be repeated: no lock of `refund` is held while its rows are read.
 */
export class ManualQuotes1764000000019 implements MigrationInterface {
  readonly transaction = false;

  async up(sql: QueryRunner): Promise<void> {
    const [{ found }] = (await sql.query("select to_regclass('manual_quote') as found")) as [{ found: unknown }];
    if (found === null) await sql.query(createTable);
    await sql.query('alter table reservation add column if not exists open_quotes jsonb');
    await sql.query(keepOpenQuotes);
    await sql.query(`
      alter table refund add column if not exists quote_id bigint, alter rule_id drop not null,
        alter rule_version drop not null;
      alter table refund drop constraint if exists refund_priced_once, drop constraint if exists refund_by_quote,
        add constraint refund_priced_once check (num_nonnulls(rule_id, quote_id) = 1) not valid,
        add constraint refund_by_quote foreign key (account_id, quote_id) references manual_quote (account_id, id)
          not valid;
    `);
    await sql.query('alter table refund validate constraint refund_priced_once');
    await sql.query('alter table refund validate constraint refund_by_quote');
    await createIndexConcurrently(sql, 'refund_of_quote', 'refund (account_id, quote_id) where quote_id is not null');
  }

  /** Refunds that no rule priced have no place in the release before. */
  async down(sql: QueryRunner): Promise<void> {
    await sql.query(`
      alter table refund alter rule_id set not null, alter rule_version set not null, drop column quote_id;
      ${stopRowCount('manual_quote')}
      ${unstampRowsOf('manual_quote')}
      drop table manual_quote;
      drop function keep_open_quotes;
      alter table reservation drop column open_quotes;
    `);
  }
}

/** The states that end are those of `quote-state.ts`. */
const createTable = `
  create table manual_quote (
    account_id integer not null,
    id bigint not null generated always as identity,
    reservation_id bigint not null,
    -- The site of the client, which has rules, hence quotes, of its own.
    domain text not null,
    -- Places among the passengers, in their order.
    passengers integer[] not null check (cardinality(passengers) > 0),
    category text not null,
    status text not null,
    price bigint not null,
    penalty bigint check (penalty between 0 and price),
    respond_by timestamptz not null,
    is_overdue boolean not null default false,
    valid_until timestamptz,
    note text,
    answer_note text,
    internal_note text,
    requested_date timestamptz not null,
    answered_date timestamptz,
    answered_by_kind text,
    answered_by text,
    created_date timestamptz not null default clock_timestamp(),
    modified_date timestamptz not null default clock_timestamp(),
    primary key (account_id, id),
    foreign key (account_id, reservation_id) references reservation (account_id, id),
    check (status <> 'quoted' or (penalty is not null and valid_until is not null))
  );
  -- One open quote for the same passengers, whatever may happen at the same time.
  -- By a hash, because a group may have more passengers than fit into an index.
  create unique index manual_quote_open
    on manual_quote (account_id, domain, reservation_id, hash_array_extended(passengers, 0))
    where status in ('requested', 'question', 'quoted');
  create index manual_quote_valid on manual_quote (account_id, valid_until) where status = 'quoted';
  -- For the metrics, of all accounts together.
  create index manual_quote_unanswered on manual_quote (respond_by) where status = 'requested';
  create index manual_quote_due on manual_quote (account_id, respond_by) where status = 'requested' and not is_overdue;
  ${filtered.map((column) => `create index on manual_quote (account_id, ${column}, id);`).join('\n')}
  ${maintainRowCount('manual_quote')}
  ${scopeToAccount('manual_quote', rolesOf('reservation-refund'), 'select, insert, update')}
  ${stampRowsOf('manual_quote')}`;

/**
 * A reservation has a copy of its open quotes, so that quoting it reads no further table. All that changes
 * a quote has locked its reservation before.
 */
const keepOpenQuotes = `
  create or replace function keep_open_quotes() returns trigger language plpgsql as $$
  begin
    update reservation set open_quotes = (
      select jsonb_agg(jsonb_build_object('id', id, 'domain', domain, 'status', status, 'passengers', passengers,
        'price', price, 'penalty', penalty, 'valid_until', valid_until) order by id)
      from manual_quote where account_id = new.account_id and reservation_id = new.reservation_id
        and status in ('requested', 'question', 'quoted')
    ) where account_id = new.account_id and id = new.reservation_id;
    return null;
  end $$;
  create or replace trigger keep_open_quotes after insert or update of status, price, penalty, valid_until
    on manual_quote for each row execute function keep_open_quotes();`;
