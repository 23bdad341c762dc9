import { hash, randomBytes } from 'node:crypto';

/**
 * A new API key, or whatever else is drawn to be known by its hash, such as OAuth's tokens and secrets: 160 random bits
 * as 40 hexadecimal digits, the form the OMS clients know.
 */
export const newApiKey = (): string => randomBytes(20).toString('hex');

/**
 * The hash that is stored and looked up instead of the key. A plain SHA-256 is enough: the key has more entropy than
 * can be searched, and nothing but the caller's own memory ever holds it.
 */
export const hashApiKey = (key: string): string => hash('sha256', key, 'hex');
