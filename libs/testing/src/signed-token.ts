import { createHmac } from 'node:crypto';

/**
 * A token as reservation clients make them: HS256, and nothing claimed but its end, and its scope where that is less
 * than it could be (RFC 7515).
 */
export function signedToken(organisationToken: string, seconds: number, scope?: string): string {
  const encoded = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const signed = `${encoded({ alg: 'HS256', typ: 'JWT' })}.${encoded({
    exp: Math.floor(Date.now() / 1000) + seconds,
    ...(scope !== undefined && { scope }),
  })}`;
  return `${signed}.${createHmac('sha256', organisationToken).update(signed).digest('base64url')}`;
}
