import type { Statement } from '@refundry/pagination';
import type { EntityManager } from 'typeorm';
import { keptText } from './csv-text.js';
import { csvFields } from './rules-csv.js';

const texts = new Set(['name', 'supplier', 'carrier', 'fare_class']);
const times = new Set(['valid_from', 'valid_until', 'departs_from', 'departs_until']);

/** SQL of a timestamp as JSON answers it. */
const answered = (column: string): string =>
  `replace(to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), '.000000Z', 'Z')`;

const cellOf = (column: string): string => {
  if (texts.has(column)) return keptText(column);
  return times.has(column) ? answered(column) : column;
};

const cells = [
  ...csvFields.set.map((column) => `case when tier.position = 1 then ${cellOf(column)} end`),
  ...csvFields.tier.map((column) => `tier.value ->> '${column}'`),
];

/** A line for each tier of the rules of a domain; the first of a rule set has what the set says. */
export const exportStatement = (account: number, domain: string): Statement => ({
  account,
  text: `select ${cells.join(', ')} from refund_rules, json_array_elements(tiers) with ordinality tier(value, position)
    where account_id = $1 and domain = $2 and not is_retired order by id, tier.position`,
  values: [domain],
});

/** Two rule sets for the same reservations at the same time. */
export interface AmbiguousPair {
  readonly id: number;
  readonly other: number;
  readonly name: string;
}

/** Finds what the rules are ambiguous beside, others or each other. Names are the same whose keys are. */
export async function ambiguousPairs(
  transaction: EntityManager,
  account: number,
  ids: readonly number[],
): Promise<AmbiguousPair[]> {
  const rows = await transaction.query<{ id: string; other: string; name: string }[]>(
    `select one.id, other.id as other, other.name from refund_rules one join refund_rules other
       on other.account_id = $1 and other.domain = one.domain and other.id <> one.id and not other.is_retired
         and other.specificity = one.specificity and other.service is not distinct from one.service
         and other.supplier_key is not distinct from one.supplier_key
         and other.carrier_key is not distinct from one.carrier_key
         and other.fare_class_key is not distinct from one.fare_class_key
         and tstzrange(other.valid_from, other.valid_until) && tstzrange(one.valid_from, one.valid_until)
         and tstzrange(other.departs_from, other.departs_until) && tstzrange(one.departs_from, one.departs_until)
     where one.account_id = $1 and one.id = any ($2::int8[]) order by one.id, other.id limit 1000`,
    [account, ids],
  );
  return rows.map(({ id, other, name }) => ({ id: Number(id), other: Number(other), name }));
}
