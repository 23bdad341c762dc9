export { hashApiKey, newApiKey } from './api-key.js';
export { allScopes, defaultScopes, scopes } from './scopes.js';
export { Vault } from './vault.js';
