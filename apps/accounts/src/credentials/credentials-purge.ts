import { Injectable, Logger, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { PeriodicTask } from '@refundry/concurrency';
import { roundWarning } from '@refundry/observability';
import { forEachSettled } from '@refundry/persistence';
import type { DataSource } from 'typeorm';
import { attemptWindow } from '../oauth/login-attempts.js';

const everyMs = 5 * 60_000;
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

/**
 * Forgets credentials that have ended and attempts that no longer count. Every replica looks; none waits for another.
 */
@Injectable()
export class CredentialsPurge implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly task = new PeriodicTask(() => this.purge(), everyMs, roundWarning(new Logger('CredentialsPurge')));
  private readonly statements: readonly string[];

  /** @param keptDays how long after its end a credential that an operator issued is kept */
  constructor(
    private readonly dataSource: DataSource,
    keptDays: number,
  ) {
    this.statements = [purgeTokens, purgeAttempts, ...purgeIssued(keptDays)];
  }

  onApplicationBootstrap(): void {
    this.task.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.task.stop();
  }

  /** A statement that fails stops no other. */
  private purge(): Promise<void> {
    return forEachSettled(this.statements, 1, async (statement) => {
      while ((await this.purged(statement)) >= batch);
    });
  }

  private async purged(statement: string): Promise<number> {
    const [purged] = await this.dataSource.query<{ rows: number }[]>(statement);
    return purged?.rows ?? 0;
  }
}
