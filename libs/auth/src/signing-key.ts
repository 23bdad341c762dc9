import { randomBytes } from 'node:crypto';

/**
 * A key to sign with (HS256), as characters: 256 random bits, the least that RFC 7518 §3.2 asks for, as 64 hexadecimal
 * digits.
 */
export const newSigningKey = (): string => randomBytes(32).toString('hex');
