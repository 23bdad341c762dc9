import type { RefundEvent, SupplierRefundEvent } from '@refundry/contracts';
import type { Finding, MixedLoad, StoredDocument, StoredReservation } from '@refundry/testing';
import type { Event } from '../../system/event-reader.js';
import type { RunningSystem } from '../../system/running-system.js';
import { until } from '../../system/until.js';
import type { EventLog } from './event-log.js';

const withEvents = ['oms', 'supplier-refund', 'reservation-refund'] as const;
const counted = [
  ['oms', 'cancellation_reason'],
  ['oms', 'customer'],
  ['oms', 'district'],
  ['supplier-refund', 'supplier_refund'],
  ['reservation-refund', 'reservation'],
] as const;
const quietWithinMs = 20_000;

/** Waits until nothing is under way any more. @returns what doesn't end */
export async function untilQuiet(system: RunningSystem): Promise<Finding[]> {
  const isQuiet = async (): Promise<boolean> => {
    const waiting = await Promise.all(withEvents.map((service) => system.query(service, 'select from outbox limit 1')));
    const jobs = await system.query('oms', "select from job where state = 'WORKING' limit 1");
    return jobs.length === 0 && waiting.every((rows) => rows.length === 0);
  };
  return until('everything rests', isQuiet, { within: quietWithinMs, every: 50 }).then(
    () => [],
    () => [{ kind: 'lost', subject: 'the outbox and the jobs', what: 'something waits there that nobody takes' }],
  );
}

/** Compares the databases and the streams of an account, when everything rests. */
export async function compareAtRest(
  system: RunningSystem,
  load: MixedLoad,
  account: number,
  events: EventLog,
): Promise<Finding[]> {
  await events.read((user) => system.natsUrl(user));
  return [
    ...load.compareDocuments(await documentsOf(system, account)),
    ...load.compareReservations(await reservationsOf(system, account)),
    ...load.compareReportedDocuments(
      sayings(events.ofAccount<Event & SupplierRefundEvent>(account, 'supplier_refund.'), ({ documents }) => documents),
    ),
    ...load.compareReportedRefunds(
      sayings(events.ofAccount<Event & RefundEvent>(account, 'reservation_refund.'), ({ reservation }) => [
        String(reservation),
      ]),
    ),
    ...(await Promise.all(counted.map(([service, table]) => compareCount(system, account, service, table)))).flat(),
  ];
}

async function documentsOf(system: RunningSystem, account: number): Promise<Map<string, StoredDocument[]>> {
  const rows = await system.query<StoredDocument & { shop: string }>(
    'supplier-refund',
    `
    select shop_id as shop, document_id as id, coalesce(description, '') as description,
      array(select product_id from supplier_refund_line line where account_id = $1 and document = refund.id
        order by line.id) as lines
    from supplier_refund refund where account_id = $1`,
    [account],
  );
  return Map.groupBy(rows, ({ shop }) => shop);
}

const reservationsOf = (system: RunningSystem, account: number): Promise<StoredReservation[]> =>
  system.query(
    'reservation-refund',
    `
  select id::integer, passengers, status,
    (select coalesce(json_agg(json_build_object('id', refund.id, 'status', refund.status, 'penalty', refund.penalty,
      'passengers', (select count(*) from refund_passenger where account_id = $1 and refund_id = refund.id))
      order by refund.id), '[]')
      from refund where account_id = $1 and reservation_id = reservation.id) as refunds
  from reservation where account_id = $1`,
    [account],
  );

/** How often each thing was said: the last word of the event's type, and what it was said of. */
function sayings<E extends Event>(
  events: readonly E[],
  subjectsOf: (event: E) => readonly string[],
): Map<string, number> {
  const said = events.flatMap((event) =>
    subjectsOf(event).map((subject) => `${event.type.split('.').at(-1)} ${subject}`),
  );
  return new Map([...Map.groupBy(said, (saying) => saying)].map(([saying, times]) => [saying, times.length]));
}

/** The number that lists answer is that of the rows. */
async function compareCount(
  system: RunningSystem,
  account: number,
  service: (typeof counted)[number][0],
  table: string,
): Promise<Finding[]> {
  const [counts] = await system.query<{ known: number; rows: number }>(
    service,
    `
    select (select count(*)::integer from ${table} where account_id = $1) as rows,
      (select coalesce(sum(n), 0)::integer from (
      select n from row_count where account_id = $1 and relation = '${table}' union all select change from row_change
        where account_id = $1 and relation = '${table}') part) as known`,
    [account],
  );
  return counts?.known === counts?.rows
    ? []
    : [{ kind: 'wrong answer', subject: table, what: `${counts?.known} are counted, and ${counts?.rows} are there` }];
}
