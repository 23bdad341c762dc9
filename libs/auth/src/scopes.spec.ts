import { describe, expect, it } from '@jest/globals';
import { allScopes, defaultScopes, scopes } from './index.js';

describe('scopes', () => {
  it('let a credential without explicit ones do everything of its family but manage', () => {
    expect(defaultScopes('oms')).toEqual(['oms:read', 'oms:sync', 'oms:write']);
  });

  it('are all listed, manage too, each once', () => {
    expect(allScopes).toEqual(expect.arrayContaining([...defaultScopes('oms'), scopes.oms.manage]));
    expect(new Set(allScopes).size).toBe(allScopes.length);
  });
});
