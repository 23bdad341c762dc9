import type { UsageBatch, UsageCount } from '@refundry/contracts';
import type { EntityManager } from 'typeorm';

/** Counts as a set of rows, of the JSON that is a statement's parameter. */
const countsIn = (parameter: string): string => `
  json_to_recordset(${parameter}::json) as part(account integer, family text, day timestamptz,
    credential_kind text,
    credential_id text, endpoint text, requests bigint, client_errors bigint, throttled bigint, server_errors bigint,
    bytes bigint, last_used bigint)`;

const sums = ['requests', 'client_errors', 'throttled', 'server_errors', 'bytes'] as const;

/**
 * Adds a batch, unless the gateway's row says that it has been added: a repetition waits there for the one before. Rows
 * are locked in the order of their key, so that two gateways never wait for each other.
 */
const add = `
  with source as (
    insert into usage_source (id, sequence, received_date) values ($1, $2, now())
    on conflict (id) do update set sequence = excluded.sequence, received_date = excluded.received_date
    where usage_source.sequence < excluded.sequence
    returning id
  )
  insert into usage_day as known (account_id, family, day, credential_kind, credential_id, endpoint, ${sums.join(', ')})
  select part.account, part.family, part.day, part.credential_kind, part.credential_id, part.endpoint,
    ${sums.map((sum) => `part.${sum}`).join(', ')}
  from source, ${countsIn('$3')}
  order by 1, 2, 3, 4, 5, 6
  on conflict (account_id, family, day, credential_kind, credential_id, endpoint) do update
  set ${sums.map((sum) => `${sum} = known.${sum} + excluded.${sum}`).join(', ')}`;

/**
 * Notes the last use of credentials of one kind to the minute. A row that another batch is noting is passed over.
 *
 * @param match SQL of whether the row of the table is that of the counts `used`
 */
const noteLastUse = (table: string, kind: UsageCount['credential_kind'], match: string): string => `
  with used as (
    select part.account, part.credential_id, to_timestamp(max(part.last_used) / 1000.0) as date
    from ${countsIn('$1')} where part.credential_kind = '${kind}' group by 1, 2
  ), due as (
    select ${table}.id, used.date from ${table} join used on ${table}.account_id = used.account and ${match}
    where ${table}.last_used_date is null or ${table}.last_used_date < used.date - interval '1 minute'
    for no key update of ${table} skip locked
  )
  update ${table} set last_used_date = due.date from due where ${table}.id = due.id`;

const lastUses = [
  noteLastUse('oauth_user', 'oauth_user', 'oauth_user.username = used.credential_id'),
  // Behind the domain stands the number of the token.
  noteLastUse(
    'organisation_token',
    'signed_token',
    String.raw`organisation_token.id = substring(used.credential_id from ' (\d{1,9})$')::integer`,
  ),
];

export async function addUsage(transaction: EntityManager, { gateway, sequence, counts }: UsageBatch): Promise<void> {
  await transaction.query(add, [gateway, sequence, JSON.stringify(counts)]);
}

export async function noteLastUses(transaction: EntityManager, { counts }: UsageBatch): Promise<void> {
  for (const statement of lastUses) await transaction.query(statement, [JSON.stringify(counts)]);
}

/** SQL of the usage of the account `$1` in the last `$2` days, by credential. */
export const usageOfCredentials = `
  select to_char(day, 'YYYY-MM-DD') as day, family, credential_kind, credential_id,
    ${sums.map((sum) => `sum(${sum})::float8 as ${sum}`).join(', ')}
  from usage_day where account_id = $1 and day > date_trunc('day', now(), 'UTC') - $2 * interval '1 day'
  group by usage_day.day, family, credential_kind, credential_id
  order by usage_day.day desc, family, credential_kind, credential_id`;

/** As long as clients are promised. */
const keptDays = 400;
/** A gateway that has been away for longer sends nothing of before again. */
const keptSources = '30 days';
const batch = 1000;

/** SQL that deletes a batch of old rows, and returns how many they were. Rows that another has locked are left. */
const purge = (table: string, condition: string): string => `
  with gone as (
    delete from ${table} where id in (select id from ${table} where ${condition} limit ${batch} for update skip locked)
    returning id
  )
  select count(*)::integer as rows from gone`;

export const purgeUsage = [
  purge('usage_day', `day < date_trunc('day', now(), 'UTC') - interval '${keptDays} days'`),
  purge('usage_source', `received_date < now() - interval '${keptSources}'`),
];
