export * from './credentials.js';
export * from './oauth.js';
