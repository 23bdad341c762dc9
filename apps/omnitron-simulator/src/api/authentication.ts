import { type Keys } from '../keys.js';
import { invalidToken, noCredentials, Refusal } from './refusals.js';

/**
 * Django REST framework's token authentication.
 *
 * @throws Refusal with 401
 */
export function authenticate(authorization: string | undefined, keys: Keys): void {
  const [scheme = '', key = ''] = (authorization ?? '').split(' ', 2);
  if (scheme.toLowerCase() !== 'token') throw new Refusal(noCredentials);
  if (!keys.isValid(key)) throw new Refusal(invalidToken);
}
