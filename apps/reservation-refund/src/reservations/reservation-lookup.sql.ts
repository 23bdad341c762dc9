import { parametersOf, type Statement } from '@refundry/pagination';
import { isDecimalId, type Caller } from '@refundry/resource';
import type { EntityManager } from 'typeorm';

/** Names by which a rule set matches reservations, compared by their keys (docs/adr/0037). */
const names = ['supplier', 'carrier', 'fare_class'];
const matches = [['service', 'service'], ...names.map((name) => [name, `${name}_key`])];

/** SQL of a reservation's names by which rules are compared with it, beside its columns. */
export const comparedNames = names.map((name) => `name_key(${name}) as ${name}_key`).join(', ');

/** SQL of whether `rules` match the reservation `found`, which has its compared names, and aren't retired. */
export const rulesMatch = `not rules.is_retired
        ${matches
          .map(([column, compared]) => `and coalesce(rules.${compared} = found.${compared}, rules.${column} is null)`)
          .join(' ')}
        and coalesce(rules.valid_from <= found.issued_at, true) and coalesce(found.issued_at < rules.valid_until, true)
        and coalesce(rules.departs_from <= found.starts_at, true)
        and coalesce(found.starts_at < rules.departs_until, true)`;

/**
 * SQL of the rule set that applies to a reservation `found`, as JSON: of those in `from`, rows of `refund_rules`, the
 * most specific of the domain that matches. Of rule sets that differ in the spelling of their names only, which come
 * from before these were compared by key, the one that spells them as the reservation does applies, or else the older.
 */
export const applyingRules = (from: string, domain: string): string => `
      select json_build_object('id', rules.id, 'version', rules.version, 'name', rules.name,
        'grace_minutes', rules.grace_minutes, 'tiers', rules.tiers,
        'child_percent', rules.child_percent, 'infant_percent', rules.infant_percent)
      from ${from} rules where rules.account_id = $1 and rules.domain = ${domain} and ${rulesMatch}
      order by rules.specificity desc,
        ${names.map((name) => `(rules.${name} is not distinct from found.${name})::integer`).join(' + ')} desc, rules.id
          limit 1`;

/** SQL of the places of the passengers of a reservation `found` who are given back, in their order. */
export const refundedPassengers = `array(
      select refunded.passenger from refund_passenger refunded
      where refunded.account_id = $1 and refunded.reservation_id = found.id and refunded.is_live
      order by refunded.passenger
    )`;

/**
 * Up to two reservations, found by id, original PNR or local PNR, the better found first, each with the most specific
 * of the rule sets that match it: `$1` is the account, `$2` the id, `$3` the PNR, `$4` the domain. One statement, so
 * that a quote costs one round trip and its rules and its reservation are of one snapshot.
 */
export const lookup = `
  with found as materialized (
    select *, ${comparedNames} from (
      (select 1 as rank, r.* from reservation r where account_id = $1 and id = $2::int8)
      union all (select 2, r.* from reservation r where account_id = $1 and original_pnr_key = pnr_key($3::text)
        limit 2)
      union all (select 3, r.* from reservation r where account_id = $1 and local_pnr_key = pnr_key($3::text) limit 2)
    ) ranked order by rank limit 2
  )
  select json_build_object(
    'rank', rank, 'id', id, 'status', status, 'price', price, 'nights', nights, 'issued_at', issued_at,
    'starts_at', starts_at, 'zone', zone,
    'passengers', passengers, 'passenger_prices', passenger_prices,
    'refunded', ${refundedPassengers},
    'waivers', waivers, 'quotes', open_quotes,
    'rules', (${applyingRules('refund_rules', '$4')})
  )::text as found from found order by rank`;

/** Each row is the JSON of a reservation. */
export const lookupStatement = ({ account, domain = '' }: Caller, reserveId: string): Statement => ({
  account,
  text: lookup,
  values: [isDecimalId(reserveId) ? reserveId : null, reserveId, domain],
  isPrepared: true,
});

/** The rows of the statement, as a transaction sees them. */
export async function lookUpWithin(transaction: EntityManager, statement: Statement): Promise<string[]> {
  const rows = await transaction.query<{ found: string }[]>(statement.text, parametersOf(statement));
  return rows.map(({ found }) => found);
}
