import type { ReadPool } from '@refundry/persistence';
import type { FoundReservation, FoundRules } from '../reservations/reservation-lookup.js';
import { applyingRules, comparedNames, refundedPassengers } from '../reservations/reservation-lookup.sql.js';
import type { RulesContent } from './refund-rules.repository.js';
import { contentOf } from './rules-content.js';
import type { RulesImpactRow } from './rules-impact.entity.js';

/** A reservation with the rules that apply to it, and those that would. */
export interface OpenReservation extends Omit<FoundReservation, 'rules' | 'quotes' | 'waivers'> {
  readonly before: FoundRules | null;
  readonly after: FoundRules | null;
}

/** The place of a reservation in the order of their starts. */
export interface ImpactPlace {
  readonly startsAt: string;
  readonly id: number;
}

/** A new rule set would be the youngest. */
const newest = '9223372036854775807';

const isOpen = `account_id = $1 and status = 'confirmed'`;

/** `$2` is the start and `$3` the id behind which they are read, `$4` the domain, `$5` the rules as a row of theirs. */
const page = (size: number): string => `
  with tried as materialized (
    select * from json_populate_record(json_populate_record(null::refund_rules, $5::json), json_build_object(
      'supplier_key', name_key($5::json ->> 'supplier'), 'carrier_key', name_key($5::json ->> 'carrier'),
      'fare_class_key', name_key($5::json ->> 'fare_class')))
  ), rules_after as materialized (
    select * from refund_rules where account_id = $1 and domain = $4 and not is_retired
      and id <> (select id from tried)
    union all select * from tried
  ), found as materialized (
    select *, ${comparedNames} from reservation where ${isOpen} and (starts_at, id) > ($2::timestamptz, $3::int8)
      order by starts_at, id limit ${size}
  )
  select json_build_object(
    'id', id, 'status', status, 'price', price, 'nights', nights, 'issued_at', issued_at, 'starts_at', starts_at,
    'zone', zone, 'passengers', passengers, 'passenger_prices', passenger_prices, 'refunded', ${refundedPassengers},
    'before', (${applyingRules('refund_rules', '$4')}), 'after', (${applyingRules('rules_after', '$4')})
  )::text, starts_at from found order by starts_at, id`;

/** Reads the next open reservations, each with the place behind it. */
export async function openAfter(
  readPool: ReadPool,
  { impact, after, size }: { readonly impact: RulesImpactRow; readonly after: ImpactPlace; readonly size: number },
): Promise<{ readonly reservations: readonly OpenReservation[]; readonly last: ImpactPlace | undefined }> {
  const rows = await readPool.rows({
    account: impact.account,
    text: page(size),
    values: [after.startsAt, after.id, impact.domain, JSON.stringify(triedRow(impact))],
    isAdhoc: true,
  });
  const reservations = rows.map(([found]) => JSON.parse(String(found)) as OpenReservation);
  const [last, row] = [reservations.at(-1), rows.at(-1)];
  return { reservations, last: last && row ? { startsAt: String(row[1]), id: last.id } : undefined };
}

/** Counts those that start after a moment. */
export async function countOpen(readPool: ReadPool, { account, pricedAt }: RulesImpactRow): Promise<number> {
  const [row] = await readPool.rows({
    account,
    text: `select count(*) from reservation where ${isOpen} and starts_at > $2::timestamptz`,
    values: [pricedAt],
    isAdhoc: true,
  });
  return Number(row?.[0]);
}

const triedRow = ({ account, rulesId, domain, rules }: RulesImpactRow): object => ({
  account_id: account,
  id: rulesId ?? newest,
  version: 0,
  domain,
  is_retired: false,
  ...columnsOf(contentOf(rules)),
});

const columnsOf = (content: RulesContent): object => ({
  name: content.name,
  service: content.service,
  supplier: content.supplier,
  carrier: content.carrier,
  fare_class: content.fareClass,
  valid_from: content.validFrom,
  valid_until: content.validUntil,
  departs_from: content.departsFrom,
  departs_until: content.departsUntil,
  child_percent: content.childPercent,
  infant_percent: content.infantPercent,
  grace_minutes: content.graceMinutes,
  tiers: content.tiers,
  specificity: content.specificity,
});
