import type { EntityManager } from 'typeorm';

/** How long a failure counts. */
export const attemptWindow = "interval '5 minutes'";

/** Counts, forgets and notes in one statement, so that attempts that come at once are counted one after the other. */
const note = `
  insert into oauth_login_attempts as noted (client_id, username_hash, dates) values ($1, $2, array[now()])
  on conflict (client_id, username_hash) do update
    set dates = array(select date from unnest(noted.dates) as date where date > now() - ${attemptWindow}
      order by date) || now()
    where (select count(*) from unnest(noted.dates) as date where date > now() - ${attemptWindow}) < $3
  returning 1`;

const findSecondsToWait = `
  select greatest(1, ceil(extract(epoch from (select min(date) from unnest(dates) as date
    where date > now() - ${attemptWindow}) + ${attemptWindow} - now())))::integer as seconds
  from oauth_login_attempts where client_id = $1 and username_hash is not distinct from $2`;

/** The attempts of a user of a client; those of the client itself where there is no hash. */
export interface AttemptsOf {
  readonly client: number;
  readonly usernameHash: string | null;
}

/** @returns false where as many count already */
export async function noteAttempt(
  transaction: EntityManager,
  { client, usernameHash }: AttemptsOf,
  maxAttempts: number,
): Promise<boolean> {
  const noted = await transaction.query<unknown[]>(note, [client, usernameHash, maxAttempts]);
  return noted.length > 0;
}

/** How long until the first of the attempts no longer counts; a second at least. */
export async function secondsToWait(transaction: EntityManager, { client, usernameHash }: AttemptsOf): Promise<number> {
  const [row] = await transaction.query<{ seconds: number }[]>(findSecondsToWait, [client, usernameHash]);
  return row?.seconds ?? 1;
}

/** Forgets one attempt of a client itself. */
export async function forgetOneOfClient(transaction: EntityManager, client: number): Promise<void> {
  await transaction.query(
    `update oauth_login_attempts set dates = trim_array(dates, 1) where client_id = $1 and username_hash is null
      and cardinality(dates) > 0`,
    [client],
  );
}

/** Forgets all attempts of a user. */
export async function forgetAll(transaction: EntityManager, client: number, usernameHash: string): Promise<void> {
  await transaction.query('delete from oauth_login_attempts where client_id = $1 and username_hash = $2', [
    client,
    usernameHash,
  ]);
}
