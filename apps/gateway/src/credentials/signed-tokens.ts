import { createSecretKey, randomBytes } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { domainNameIn } from '@refundry/auth';
import type { Caller } from '@refundry/resource';
import type { DomainCredential } from './credential-cache.js';
import { disabledDomain, refusedToken } from './credential-refusal.js';
import type { CredentialScheme } from './credential-scheme.js';
import { requireReadable, verifyToken } from './signed-token.js';

const bearer = /^bearer[ \t]+(\S.*)$/i;

/** What an unknown domain's tokens would have to be signed with: they are refused as wrong signatures are, after as much work. */
const nobody: DomainCredential = { caller: { account: 0, scopes: [] }, isActive: true, key: createSecretKey(randomBytes(32)), expires: 0 };

/** Tokens that clients sign themselves, with the organisation token of the account whose `Domain` they name beside (RFC 7519, RFC 8725). */
export const signedTokens: CredentialScheme = {
  async identify(headers, { domains }, beforeAsking) {
    const token = tokenIn(headers);
    const header = String(headers.domain ?? '').trim();
    if (header === '') throw refusedToken('no_domain');
    requireReadable(token);
    const name = domainNameIn(header);
    const known = name === undefined ? null : await domains.about(name, beforeAsking);
    const { caller, isActive, key, expires } = known && Date.now() < known.expires ? known : nobody;
    const { scope } = await verifyToken(token, key, expires);
    if (!isActive) throw disabledDomain();
    return { caller: scope === undefined ? caller : narrowed(caller, scope), credential: `reservation ${name}` };
  },
};

function tokenIn({ authorization = '' }: IncomingHttpHeaders): string {
  const [, token] = bearer.exec(authorization) ?? [];
  if (token === undefined) throw refusedToken('no_token');
  return token.trimEnd();
}

/** A token may carry fewer scopes than the organisation token allows (RFC 8693 §4.2), never more. */
function narrowed(caller: Caller, scope: unknown): Caller {
  if (typeof scope !== 'string') throw refusedToken('malformed_token');
  const asked = scope.split(' ');
  return { ...caller, scopes: caller.scopes.filter((granted) => asked.includes(granted)) };
}
