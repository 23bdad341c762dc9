export { ApiKeyHash, Verdict, verifyApiKey } from './credentials.js';
