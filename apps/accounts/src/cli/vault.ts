import { Vault } from '@refundry/auth';
import type { CommandConfig } from '../accounts.config.js';

/** What secrets are sealed with. @throws Error when the environment doesn't say */
export function vaultOf({ secretKey }: CommandConfig): Vault {
  if (!secretKey) throw new Error('SECRET_KEY is needed: secrets are sealed with it.');
  return new Vault(secretKey);
}
