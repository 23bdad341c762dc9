export { hashApiKey, newApiKey } from './api-key.js';
export { domainName, domainNameIn } from './domain-name.js';
export { hashPassword, isPasswordOf, noPassword } from './password.js';
export { redactCredentials, redactPath } from './redaction.js';
export { allScopes, defaultScopes, scopes, scopesOf } from './scopes.js';
export type { ScopeFamily } from './scopes.js';
export { newSigningKey } from './signing-key.js';
export { Encrypter } from './encrypter.js';
