import { scopesOf, type ScopeFamily } from '@refundry/auth';
import { InvalidArgumentError } from 'commander';

/** Reads an option that lists scopes of a family, separated by commas. */
export function readScopesOf(family: ScopeFamily): (text: string) => string[] {
  const known = scopesOf(family);
  return (text) => {
    const scopes = text
      .split(',')
      .map((scope) => scope.trim())
      .filter((scope) => scope !== '');
    const unknown = scopes.find((scope) => !known.includes(scope));
    if (unknown !== undefined || scopes.length === 0)
      throw new InvalidArgumentError(`${unknown ?? 'Nothing'} is not one of ${known.join(', ')}.`);
    return scopes;
  };
}
