import type { IncomingHttpHeaders } from 'node:http';
import { domainNameIn } from '@refundry/auth';
import type { Caller } from '@refundry/resource';
import { disabledDomain, refusedToken } from './credential-refusal.js';
import type { CredentialScheme } from '../../credentials/credential-scheme.js';
import { requireReadable, verifyToken } from './signed-token.js';
import { keyOf } from './signing-keys.js';

const bearer = /^bearer[ \t]+(\S.*)$/i;

/**
 * Tokens that clients sign themselves, with an organisation token of the account whose `Domain` they name beside (RFC
 * 7519, RFC 8725).
 */
export const signedTokens: CredentialScheme = {
  async identify(headers, { domains }, beforeFetch) {
    const token = tokenIn(headers);
    const header = String(headers.domain ?? '').trim();
    if (header === '') throw refusedToken('no_domain');
    requireReadable(token);
    const name = domainNameIn(header);
    const known = name === undefined ? null : await domains.get(name, beforeFetch);
    const { id, key, scopes, expires } = keyOf(token, known?.keys.filter((one) => Date.now() < one.expires) ?? []);
    const { scope } = await verifyToken(token, key, expires);
    // No token bears the signature of an unknown domain.
    if (!known) throw refusedToken('wrong_signature');
    if (!known.isActive) throw disabledDomain();
    const { account, domain } = known;
    const holder = id === undefined ? domain : `${domain} ${id}`;
    const caller: Caller = {
      account,
      domain,
      scopes: scope === undefined ? scopes : narrowed(scopes, scope),
      actor: { kind: 'signed_token', id: holder },
    };
    return { caller, credential: `reservation ${holder}` };
  },
};

function tokenIn({ authorization = '' }: IncomingHttpHeaders): string {
  const [, token] = bearer.exec(authorization) ?? [];
  if (token === undefined) throw refusedToken('no_token');
  return token.trimEnd();
}

/** A token may carry fewer scopes than the organisation token allows (RFC 8693 §4.2), never more. */
function narrowed(scopes: readonly string[], scope: unknown): readonly string[] {
  if (typeof scope !== 'string') throw refusedToken('malformed_token');
  const asked = scope.split(' ');
  return scopes.filter((granted) => asked.includes(granted));
}
