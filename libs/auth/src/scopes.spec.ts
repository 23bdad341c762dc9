import { describe, expect, it } from '@jest/globals';
import { allScopes, defaultScopes, scopes, scopesOf } from './index.js';

describe('scopes', () => {
  it('let a credential without explicit ones do everything of its family but manage', () => {
    expect(defaultScopes('oms')).toEqual(['oms:read', 'oms:sync', 'oms:write']);
    expect(defaultScopes('retail')).toEqual(['retail:read', 'retail:write']);
  });

  it('are all listed, manage too, each once', () => {
    expect(allScopes).toEqual(
      (['oms', 'reservation', 'retail'] as const).flatMap((family) => [
        ...defaultScopes(family),
        scopes[family].manage,
      ]),
    );
    expect(new Set(allScopes).size).toBe(allScopes.length);
  });

  it('belong to one family each', () => {
    for (const scope of scopesOf('retail')) expect(scopesOf('oms')).not.toContain(scope);
  });
});
