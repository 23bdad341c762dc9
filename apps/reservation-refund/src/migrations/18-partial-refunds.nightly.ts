import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { migrate } from '@refundry/persistence';
import { testDatabase } from '@refundry/testing';
import pg from 'pg';
import { reservationRefundMigrations } from '../reservation-refund.app.js';
import { PartialRefunds1764000000018 } from './18-partial-refunds.js';

const refunds = 1_000_000;

let ownerUrl: string;
let owner: pg.Client;
let reader: pg.Client;
let writer: pg.Client;

beforeAll(async () => {
  const { url, ...database } = await testDatabase('reservation-refund');
  ({ ownerUrl } = database);
  const options = '-c refundry.account=1 -c statement_timeout=1000';
  [owner, reader, writer] = [
    new pg.Client({ connectionString: ownerUrl }),
    new pg.Client({ connectionString: url, options }),
    new pg.Client({ connectionString: url, options }),
  ];
  await Promise.all([owner.connect(), reader.connect(), writer.connect()]);
  await migrate(
    ownerUrl,
    reservationRefundMigrations.slice(0, reservationRefundMigrations.indexOf(PartialRefunds1764000000018)),
  );
  await owner.query(`
    alter table refund drop constraint refund_account_id_rule_id_rule_version_fkey;
    alter table reservation disable trigger user;
    alter table refund disable trigger user;
    insert into reservation (account_id, id, local_pnr, local_pnr_key, service, issued_at, starts_at, zone, passengers,
      price, status, created_date, modified_date)
    select 1, n, 'L' || n, 'L' || n, 'flight', now(), now(), 'UTC', 1 + n % 3, 10000000 + n, 'refund', now(), now()
    from generate_series(1, ${refunds}) n;
    insert into refund (account_id, reservation_id, status, price, penalty, rule_id, rule_version, requested_date)
    select 1, n, 'requested', 10000000 + n, 3000000, 1, 1, now() from generate_series(1, ${refunds}) n;
    alter table reservation enable trigger user;
    alter table refund enable trigger user;
    analyze reservation, refund;
  `);
});

afterAll(() => Promise.all([owner.end(), reader.end(), writer.end()]));

it('divides a million refunds while they are read and decided on, none of which waits for a second', async () => {
  let [isDone, turns] = [false, 0];
  const migrated = migrate(ownerUrl, reservationRefundMigrations).finally(() => {
    isDone = true;
  });
  const others = (async () => {
    while (!isDone) {
      const id = 1 + ((++turns * 7919) % refunds);
      await reader.query('select status from refund where account_id = 1 and reservation_id = $1', [id]);
      await writer.query("update refund set status = 'rejected' where account_id = 1 and id = $1", [id]);
    }
  })();
  await Promise.all([migrated, others]);
  expect(turns).toBeGreaterThan(100);
  const { rows } = await owner.query(`
    select count(*)::integer as refunds, count(*) filter (where not is_right)::integer as wrong from (
      select bool_and(is_live = (refund.status <> 'rejected')) and sum(item.penalty) = min(refund.penalty)
        and sum(item.price) = min(refund.price) as is_right
      from refund join refund_passenger item using (account_id, reservation_id) group by refund.id
    ) compared`);
  expect(rows).toEqual([{ refunds, wrong: 0 }]);
});
