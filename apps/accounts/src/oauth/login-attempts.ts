import { hash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Failure } from '@refundry/errors';
import type { EntityManager } from 'typeorm';

/** How long a failure counts. */
export const attemptWindow = "interval '5 minutes'";
const maxPerUser = 10;
/** Of all users of a client together, also of those that don't exist; it bounds the rows of random usernames. */
const maxPerClient = 100;

/** The row of the client itself. */
const anyUser = null;

const note = `
  insert into oauth_login_attempts as noted (client_id, username_hash, dates) values ($1, $2, array[now()])
  on conflict (client_id, username_hash) do update
    set dates = array(select date from unnest(noted.dates) as date where date > now() - ${attemptWindow}
      order by date) || now()
    where (select count(*) from unnest(noted.dates) as date where date > now() - ${attemptWindow}) < $3
  returning 1`;

const secondsToWait = `
  select greatest(1, ceil(extract(epoch from (select min(date) from unnest(dates) as date
    where date > now() - ${attemptWindow}) + ${attemptWindow} - now())))::integer as seconds
  from oauth_login_attempts where client_id = $1 and username_hash is not distinct from $2`;

/**
 * Locks those out who keep guessing passwords, known usernames and unknown ones alike. It counts in the database, so
 * that replicas agree and a restart forgets nothing. Usernames are hashed: people type passwords into the wrong field.
 */
@Injectable()
export class LoginAttempts {
  /**
   * Notes an attempt as failed before its password is looked at: however many come at once, no more are let through.
   *
   * @throws Failure `throttled`
   */
  async begin(transaction: EntityManager, client: number, username: string): Promise<void> {
    await this.note(transaction, client, anyUser, maxPerClient);
    await this.note(transaction, client, hashOf(username), maxPerUser);
  }

  /**
   * Forgets the user's failures. Those of the client stay, but for this attempt: else one's own password would buy
   * guesses at all others.
   */
  async succeed(transaction: EntityManager, client: number, username: string): Promise<void> {
    await transaction.query(
      `update oauth_login_attempts set dates = trim_array(dates, 1) where client_id = $1 and username_hash is null
        and cardinality(dates) > 0`,
      [client],
    );
    await transaction.query('delete from oauth_login_attempts where client_id = $1 and username_hash = $2', [
      client,
      hashOf(username),
    ]);
  }

  private async note(
    transaction: EntityManager,
    client: number,
    usernameHash: string | null,
    maxAttempts: number,
  ): Promise<void> {
    const noted = await transaction.query<unknown[]>(note, [client, usernameHash, maxAttempts]);
    if (noted.length > 0) return;
    const [row] = await transaction.query<{ seconds: number }[]>(secondsToWait, [client, usernameHash]);
    throw new Failure('throttled', String(row?.seconds ?? 1));
  }
}

const hashOf = (username: string): string => hash('sha256', username, 'hex');
