import type { EntityManager } from 'typeorm';

/**
 * SQL of token families. A refresh token is used, and its reuse found out, by one statement each, which looks at pair,
 * family and user together; a hash leads to the account by a join (`access-token-verifier.ts`).
 */

/** How long an access token opens something; the documents' clients are told so. */
export const accessSeconds = 36_000;
/** How long a refresh token may wait for its use. */
const refreshSeconds = 30 * 86_400;
/**
 * The existing client's processes share a file of tokens: within this time after its use a refresh token came from
 * another of them.
 */
const sharedSeconds = 60;

const use = `
  update oauth_token_pair pair set refresh_used_date = now()
  from oauth_family family join oauth_user owner on owner.id = family.user_id
  where pair.refresh_hash = $1 and pair.refresh_used_date is null and pair.refresh_expires_date > now()
    and family.id = pair.family_id and family.client_id = $2 and family.revoked_date is null and owner.is_active
  returning family.id, family.scopes`;

const revokeReused = `
  update oauth_family family set revoked_date = now() from oauth_token_pair pair
  where pair.refresh_hash = $1 and pair.refresh_used_date < now() - interval '${sharedSeconds} seconds'
    and family.id = pair.family_id and family.client_id = $2 and family.revoked_date is null
  returning family.id`;

const add = `
  insert into oauth_token_pair (family_id, access_hash, access_scopes, access_expires_date, refresh_hash,
    refresh_expires_date)
  values ($1, $2, $3, now() + interval '${accessSeconds} seconds', $4, now() + interval '${refreshSeconds} seconds')`;

export interface Family {
  readonly id: string;
  readonly scopes: readonly string[];
}

/** A pair of tokens as it is kept. */
interface HashedPair {
  readonly accessHash: string;
  readonly refreshHash: string;
  /** The scope of the access token. */
  readonly scopes: readonly string[];
}

/** @returns the id */
export async function addFamily(
  transaction: EntityManager,
  client: number,
  user: number,
  scopes: readonly string[],
): Promise<string> {
  const [family] = await transaction.query<[{ id: string }]>(
    'insert into oauth_family (client_id, user_id, scopes) values ($1, $2, $3) returning id',
    [client, user, scopes],
  );
  return family.id;
}

export async function addPair(
  transaction: EntityManager,
  family: string,
  { accessHash, refreshHash, scopes }: HashedPair,
): Promise<void> {
  await transaction.query(add, [family, accessHash, scopes, refreshHash]);
}

/** Uses a refresh token up. @returns its family; undefined for one that opens nothing, also because it was used */
export async function useRefreshToken(
  transaction: EntityManager,
  refreshHash: string,
  client: number,
): Promise<Family | undefined> {
  const [[family]] = await transaction.query<[Family[], number]>(use, [refreshHash, client]);
  return family;
}

/** Ends the family of a refresh token that was used long ago. @returns its id; undefined where there is none */
export async function revokeFamilyOfReused(
  transaction: EntityManager,
  refreshHash: string,
  client: number,
): Promise<string | undefined> {
  const [[revoked]] = await transaction.query<[{ id: string }[], number]>(revokeReused, [refreshHash, client]);
  return revoked?.id;
}

/** Ends all that was issued to a user. */
export async function revokeFamiliesOf(transaction: EntityManager, user: number): Promise<void> {
  await transaction.query('update oauth_family set revoked_date = now() where user_id = $1 and revoked_date is null', [
    user,
  ]);
}
