import { DetailedRefundRules, RefundRules, RefundTier } from '@refundry/contracts';
import { resourceTable } from '@refundry/persistence';
import { fieldsOf } from '@refundry/resource';

/** SQL of the tiers as a `ListField` reads them. */
const tiers = `(
  select json_agg(json_build_array(${fieldsOf(RefundTier)
    .map(({ name }) => `tier.value ->> '${name}'`)
    .join(', ')}) order by tier.position)
  from json_array_elements(tiers) with ordinality tier(value, position))`;

export const refundRulesTable = resourceTable('refund_rules', RefundRules, { tiers });
export const detailedRulesTable = resourceTable('refund_rules', DetailedRefundRules, { tiers });
