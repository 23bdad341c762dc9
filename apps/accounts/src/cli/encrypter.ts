import { Encrypter } from '@refundry/auth';
import type { CommandConfig } from '../accounts.config.js';

/** Encrypts the secrets. @throws Error when the environment doesn't say */
export function encrypterOf({ secretKey }: CommandConfig): Encrypter {
  if (!secretKey) throw new Error('SECRET_KEY is needed: secrets are sealed with it.');
  return new Encrypter(secretKey);
}
