import { Usage, type UsageGrouping } from '@refundry/contracts';
import type { ListTable } from '@refundry/pagination';
import { fieldsOf, type Family } from '@refundry/resource';

/** The columns that rows are summed up by. */
export interface UsageGroups {
  readonly interval: NonNullable<UsageGrouping['interval']>;
  readonly byCredential: boolean;
  readonly byEndpoint: boolean;
}

/**
 * The rows of a family's usage, summed up. Conditions on what they are grouped by reach `usage_day` itself, and with
 * them its index.
 */
export function usageTable(family: Family, groups: UsageGroups): ListTable {
  const rows = rowsOf(family, groups);
  const columnOf = (field: string): string => field;
  return {
    name: 'usage_period',
    rows,
    columnOf,
    columns: fieldsOf(Usage).map((field) => field.select(field.name)),
    count: `select count(*) from (${rows}) usage_period where account_id = $1`,
  };
}

/** The least id of a group, which nothing new changes, tells groups of a period apart. */
function rowsOf(family: Family, { interval, byCredential, byEndpoint }: UsageGroups): string {
  const day = interval === 'days' ? 'day' : "date_trunc('month', day, 'UTC')";
  const group = (column: string, isGrouped: boolean): string => (isGrouped ? column : `null::text as ${column}`);
  const sum = (column: string): string => `sum(${column})::bigint as ${column}`;
  const columns = [
    'account_id',
    'min(id) as id',
    `${day} as period`,
    group('credential_kind', byCredential),
    // Empty where there is none.
    byCredential ? "nullif(credential_id, '') as credential_id" : group('credential_id', false),
    group('endpoint', byEndpoint),
    ...['requests', 'client_errors', 'throttled', 'server_errors', 'bytes'].map(sum),
  ];
  return `select ${columns.join(', ')} from usage_day where family = '${family}' group by account_id, 3, 4, 5, 6`;
}
