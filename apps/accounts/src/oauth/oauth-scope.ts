import { defaultScopes, scopes } from '@refundry/auth';
import { Failure } from '@refundry/errors';

/** OAuth's words for what a token may do. */
const meanings: Readonly<Record<string, string>> = { read: scopes.retail.read, write: scopes.retail.write };

/** The scope of a login that requests none. */
export const wholeScope: readonly string[] = defaultScopes('retail');

/**
 * The scopes that a request's `scope` asks for, which can only be fewer than those that are granted.
 *
 * @throws Failure `invalid_scope`
 */
export function narrowed(granted: readonly string[], scope = ''): string[] {
  const asked = scope
    .split(' ')
    .filter((word) => word !== '')
    .map((word) => meanings[word]);
  if (asked.some((wanted) => wanted === undefined || !granted.includes(wanted)))
    throw new Failure('invalid_scope', 'The scope is unknown, or more than was granted.');
  return asked.length === 0 ? [...granted] : granted.filter((scope) => asked.includes(scope));
}

/** The `scope` of an answer. */
export const scopeText = (granted: readonly string[]): string =>
  Object.entries(meanings)
    .filter(([, scope]) => granted.includes(scope))
    .map(([word]) => word)
    .join(' ');
