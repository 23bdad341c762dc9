import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

const algorithm = 'aes-256-gcm';
const version = 'v1';
const ivBytes = 12;
const tagBytes = 16;

/**
 * Encrypts the secrets that we must be able to read again, such as the password for an upstream (AES-256-GCM).
 *
 * The sealed text is bound to a `purpose`, so that it can't be moved to another account's row.
 */
export class Vault {
  private readonly key: Buffer;

  /** @param key 32 bytes in base64, from the environment. @throws Error when it is of another length */
  constructor(key: string) {
    this.key = Buffer.from(key, 'base64');
    if (this.key.length !== 32) throw new Error('The secret key must be 32 bytes in base64.');
  }

  seal(secret: string, purpose: string): string {
    return `${version}.${this.sealBytes(Buffer.from(secret), purpose).toString('base64')}`;
  }

  /** @throws Error when the text was sealed with another key or for another purpose, or was changed */
  open(sealed: string, purpose: string): string {
    const [prefix, text = ''] = sealed.split('.');
    if (prefix !== version) throw new Error('The sealed secret has an unknown version.');
    return this.openBytes(Buffer.from(text, 'base64'), purpose).toString();
  }

  /** The same for bytes, without a version. */
  sealBytes(bytes: Uint8Array, purpose: string): Buffer {
    const iv = randomBytes(ivBytes);
    const cipher = createCipheriv(algorithm, this.key, iv).setAAD(Buffer.from(purpose));
    return Buffer.concat([iv, cipher.update(bytes), cipher.final(), cipher.getAuthTag()]);
  }

  /** @throws Error as `open` does */
  openBytes(bytes: Uint8Array, purpose: string): Buffer {
    const decipher = createDecipheriv(algorithm, this.key, bytes.subarray(0, ivBytes), { authTagLength: tagBytes }).setAAD(Buffer.from(purpose));
    decipher.setAuthTag(bytes.subarray(-tagBytes));
    return Buffer.concat([decipher.update(bytes.subarray(ivBytes, -tagBytes)), decipher.final()]);
  }
}
