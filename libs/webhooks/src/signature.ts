import { createHmac, randomBytes } from 'node:crypto';

const secretBytes = 32;
const secretPrefix = 'whsec_';

/** A new secret, as Standard Webhooks 1.0 writes it. */
export const newSecret = (): string => secretPrefix + randomBytes(secretBytes).toString('base64');

interface SignedContent {
  /** The id of the event. */
  readonly id: string;
  /** In seconds since 1970, of the attempt. */
  readonly timestamp: number;
  readonly body: string;
}

/** Signs with each of the secrets: the value of `webhook-signature` (Standard Webhooks 1.0, "Signature scheme"). */
export const signatures = ({ id, timestamp, body }: SignedContent, secrets: readonly string[]): string =>
  secrets.map((secret) => `v1,${hmac(secret, `${id}.${timestamp}.${body}`)}`).join(' ');

const hmac = (secret: string, content: string): string =>
  createHmac('sha256', Buffer.from(secret.slice(secretPrefix.length), 'base64'))
    .update(content)
    .digest('base64');
