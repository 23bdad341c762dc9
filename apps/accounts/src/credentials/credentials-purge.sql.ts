import type { DataSource } from 'typeorm';
import { attemptWindow } from '../oauth/login-attempts.sql.js';

const batch = 1000;

/**
 * SQL that deletes a batch of those rows which are no longer kept, and returns how many they were. A row that another
 * transaction works on is kept for a round.
 */
const purge = (table: string, condition: string): string => `
  with gone as (
    delete from ${table} where id in (select id from ${table} where ${condition} limit ${batch} for update skip locked)
    returning id
  )
  select count(*)::integer as rows from gone`;

/** Late enough that no refresh is on its way which began in time. */
const expiredBefore = "now() - interval '1 hour'";

/**
 * A used refresh token stays until it would have expired: until then its use would tell of a theft. Families are locked
 * before their tokens, so that replicas that purge at the same time have none in common.
 */
const purgeTokens = `
  with family as (
    select id from oauth_family where id in (select family_id from oauth_token_pair
      where refresh_expires_date < ${expiredBefore} order by refresh_expires_date limit ${batch})
    for no key update skip locked
  ), expired as (
    delete from oauth_token_pair pair using family where pair.family_id = family.id
      and pair.refresh_expires_date < ${expiredBefore}
    returning pair.family_id
  ), ended as (
    delete from oauth_family using family
    where oauth_family.id = family.id and not exists (select from oauth_token_pair pair where pair.family_id = family.id
      and pair.refresh_expires_date >= ${expiredBefore})
  )
  select count(*)::integer as rows from expired`;

const purgeAttempts = purge(
  'oauth_login_attempts',
  `not exists (select from unnest(dates) as date where date > now() - ${attemptWindow})`,
);

/** Credentials and what lists show of them are kept for a while after their end, so that operators can look them up. */
const purgeIssued = (keptDays: number): string[] => {
  const endedBefore = `now() - interval '${keptDays} days'`;
  const unused = ['oauth_family', 'oauth_login_attempts'].map(
    (table) => `not exists (select from ${table} where client_id = oauth_client.id)`,
  );
  return [
    purge('api_token', `least(expires_date, revoked_date) < ${endedBefore}`),
    purge('organisation_token', `least(expires_date, revoked_date) < ${endedBefore}`),
    purge('oauth_client', [`revoked_date < ${endedBefore}`, ...unused].join(' and ')),
  ];
};

/** @param keptDays how long after its end a credential that an operator issued is kept */
export const purgeStatements = (keptDays: number): string[] => [purgeTokens, purgeAttempts, ...purgeIssued(keptDays)];

/** Runs one of the statements until it has deleted all there is. */
export async function purgeAll(dataSource: DataSource, statement: string): Promise<void> {
  while ((await purgeBatch(dataSource, statement)) >= batch);
}

async function purgeBatch(dataSource: DataSource, statement: string): Promise<number> {
  const [purged] = await dataSource.query<{ rows: number }[]>(statement);
  return purged?.rows ?? 0;
}
