export * from './credentials.js';
export * from './domains.js';
export * from './oauth.js';
export * from './usage.js';
export * from './accounts-audit.js';
