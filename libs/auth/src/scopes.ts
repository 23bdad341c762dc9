/** The scopes of a credential, by family. */
export const scopes = {
  oms: { read: 'oms:read', sync: 'oms:sync', write: 'oms:write', manage: 'oms:manage' },
  reservation: { read: 'reservation:read', write: 'reservation:write', manage: 'reservation:manage' },
  retail: { read: 'retail:read', write: 'retail:write', manage: 'retail:manage' },
} as const;

export type ScopeFamily = keyof typeof scopes;

/** Every scope of a family. */
export const scopesOf = (family: ScopeFamily): string[] => Object.values(scopes[family]);

/** Every scope there is. */
export const allScopes: readonly string[] = Object.values(scopes).flatMap((family) => Object.values(family));

/**
 * The scope of a credential that names none: all of its family's but manage, as the documents use one key for
 * everything.
 */
export const defaultScopes = (family: ScopeFamily): string[] =>
  scopesOf(family).filter((scope) => scope !== scopes[family].manage);
