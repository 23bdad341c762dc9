import { Injectable, Logger, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { Rounds } from '@refundry/persistence';
import { DataSource } from 'typeorm';
import { attemptWindow } from './login-attempts.js';

const everyMs = 5 * 60_000;
const batch = 1000;

/** Late enough that no refresh is on its way which began in time. */
const expiredBefore = "now() - interval '1 hour'";

/** A used refresh token stays until it would have expired: until then its use would tell of a theft. */
const purgeTokens = `
  with expired as (
    delete from oauth_token_pair where id in (select id from oauth_token_pair where refresh_expires_date < ${expiredBefore} order by refresh_expires_date limit ${batch} for update skip locked)
    returning family_id
  ), ended as (
    delete from oauth_family family using expired
    where family.id = expired.family_id and not exists (select from oauth_token_pair pair where pair.family_id = family.id and pair.refresh_expires_date >= ${expiredBefore})
  )
  select count(*)::integer as rows from expired`;

const purgeAttempts = `
  with old as (
    delete from oauth_login_attempts where id in (
      select id from oauth_login_attempts where not exists (select from unnest(dates) as date where date > now() - ${attemptWindow}) limit ${batch} for update skip locked)
    returning id
  )
  select count(*)::integer as rows from old`;

/** Forgets tokens that have expired and attempts that no longer count. Every replica looks; none waits for another. */
@Injectable()
export class OAuthPurge implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly rounds = new Rounds(() => this.purge(), everyMs, new Logger('OAuthPurge'));

  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  onApplicationBootstrap(): void {
    this.rounds.begin();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.rounds.end();
  }

  private async purge(): Promise<void> {
    for (const statement of [purgeTokens, purgeAttempts]) while ((await this.purged(statement)) === batch);
  }

  private async purged(statement: string): Promise<number> {
    const [purged] = await this.dataSource.query<{ rows: number }[]>(statement);
    return purged?.rows ?? 0;
  }
}
