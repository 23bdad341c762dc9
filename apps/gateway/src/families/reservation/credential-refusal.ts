import { Failure } from '@refundry/errors';

/** Why the credential of a reservation client is refused, and the number it is told so with. */
const numbers = {
  no_token: 2001,
  no_domain: 2002,
  malformed_token: 2003,
  wrong_signature: 2004,
  expired_token: 2005,
  no_expiry: 2006,
  lasts_too_long: 2007,
  not_valid_yet: 2008,
  token_too_large: 2009,
  domain_disabled: 2101,
} as const;

export type CredentialRefusal = keyof typeof numbers;

export const refusedToken = (reason: CredentialRefusal): Failure => new Failure('not_authenticated', reason);

export const disabledDomain = (): Failure =>
  new Failure('permission_denied', 'domain_disabled' satisfies CredentialRefusal);

/** Undefined for a failure that is refused for another reason. */
export const numberOfRefusal = ({ detail }: Failure): number | undefined =>
  Object.hasOwn(numbers, detail) ? numbers[detail as CredentialRefusal] : undefined;
