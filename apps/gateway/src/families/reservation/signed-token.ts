import { isUtf8 } from 'node:buffer';
import type { KeyObject } from 'node:crypto';
import { errors, jwtVerify, type JWTPayload } from 'jose';
import { refusedToken, type CredentialRefusal } from './credential-refusal.js';
import { isUnambiguousJson } from './strict-json.js';

const algorithm = 'HS256';
const maxToken = 8 * 1024;
const maxSeconds = 7 * 86_400;
/** How far the client's clock may be off. */
const skewSeconds = 30;

/** Refuses a token that no key could make good. @throws Failure `not_authenticated` */
export function requireReadable(token: string): void {
  if (token.length > maxToken) throw refusedToken('token_too_large');
  const [header = '', claims = '', signature = '', ...rest] = token.split('.');
  if (rest.length > 0 || !isStrictJson(header) || !isStrictJson(claims) || !isBase64url(signature))
    throw refusedToken('malformed_token');
}

/** Unpadded, and without bits that mean nothing, which would make several tokens of one (RFC 7515 §2). */
const isBase64url = (segment: string): boolean => Buffer.from(segment, 'base64url').toString('base64url') === segment;

function isStrictJson(segment: string): boolean {
  const bytes = Buffer.from(segment, 'base64url');
  return isBase64url(segment) && isUtf8(bytes) && isUnambiguousJson(bytes.toString());
}

/**
 * The content of a token that passed `requireReadable`: signed with HS256 and this key, and neither over, nor to come,
 * nor valid for longer than the key or a week. Its header's other members are ignored: no key is ever taken from a
 * token.
 *
 * @param keyExpires in milliseconds since 1970
 * @throws Failure `not_authenticated`
 */
export async function verifyToken(token: string, key: KeyObject, keyExpires: number): Promise<JWTPayload> {
  const { payload } = await jwtVerify(token, key, {
    algorithms: [algorithm],
    requiredClaims: ['exp'],
    clockTolerance: skewSeconds,
  }).catch((error: unknown) => {
    throw refusalOf(error);
  });
  const { exp = Infinity } = payload;
  if (exp > Date.now() / 1000 + maxSeconds + skewSeconds || exp * 1000 > keyExpires)
    throw refusedToken('lasts_too_long');
  return payload;
}

const reasons: Readonly<Record<string, CredentialRefusal>> = {
  ERR_JWS_SIGNATURE_VERIFICATION_FAILED: 'wrong_signature',
  ERR_JWT_EXPIRED: 'expired_token',
};
const reasonsOfClaims: Readonly<Record<string, CredentialRefusal>> = {
  'exp missing': 'no_expiry',
  'exp invalid': 'no_expiry',
  'nbf check_failed': 'not_valid_yet',
};

function refusalOf(error: unknown): unknown {
  if (!(error instanceof errors.JOSEError)) return error;
  const reason =
    error instanceof errors.JWTClaimValidationFailed
      ? reasonsOfClaims[`${error.claim} ${error.reason}`]
      : reasons[error.code];
  return refusedToken(reason ?? 'malformed_token');
}
