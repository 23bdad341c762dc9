import { createHmac, createSecretKey, randomBytes, timingSafeEqual } from 'node:crypto';
import type { SigningKey } from '../../credentials/credential-caches.js';

/**
 * The number of keys that a refused signature is compared with, however many its domain has: as many as an account may
 * have.
 */
const comparedKeys = 10;

/** The key of an unknown domain: its tokens are refused as wrong signatures are. */
const unknownKey: SigningKey = { id: undefined, key: createSecretKey(randomBytes(32)), scopes: [], expires: 0 };

/**
 * The key that a token was signed with (HMAC with SHA-256), or one that nobody has. It only chooses: whether the token
 * is good is for `verifyToken` to say.
 *
 * A token that none of the keys has signed takes as long for a domain with one key as for one with many, or with none.
 */
export function keyOf(token: string, keys: readonly SigningKey[]): SigningKey {
  const end = token.lastIndexOf('.');
  const [signed, signature] = [token.slice(0, end), Buffer.from(token.slice(end + 1), 'base64url')];
  const found = keys.find(({ key }) => hasSigned(key, signed, signature));
  if (found) return found;
  for (let compared = keys.length; compared < comparedKeys; compared++) hasSigned(unknownKey.key, signed, signature);
  return unknownKey;
}

function hasSigned(key: SigningKey['key'], signed: string, signature: Buffer): boolean {
  const expected = createHmac('sha256', key).update(signed).digest();
  return signature.length === expected.length && timingSafeEqual(signature, expected);
}
