import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

const algorithm = 'aes-256-gcm';
const version = 'v1';
const keyBytes = 32;
const ivBytes = 12;
const tagBytes = 16;

/**
 * Encrypts the secrets that we must be able to read again, such as the password for an upstream (AES-256-GCM).
 *
 * The encrypted text is bound to a `purpose`, so that it can't be moved to another account's row.
 */
export class Encrypter {
  private readonly keys: readonly [Buffer, ...Buffer[]];

  /**
   * @param keys 32 bytes in base64, from the environment; where one takes the place of another, both, separated by a
   *   comma: the first seals, and each opens what it has encrypted
   * @throws Error when one is of another length
   */
  constructor(keys: string) {
    this.keys = keys.split(',').map(keyIn) as [Buffer, ...Buffer[]];
  }

  encrypt(secret: string, purpose: string): string {
    return `${version}.${this.encryptBytes(Buffer.from(secret), purpose).toString('base64')}`;
  }

  /** @throws Error when the text was encrypted with another key or for another purpose, or was changed */
  decrypt(encrypted: string, purpose: string): string {
    const [prefix, text = ''] = encrypted.split('.');
    if (prefix !== version) throw new Error('The sealed secret has an unknown version.');
    return this.decryptBytes(Buffer.from(text, 'base64'), purpose).toString();
  }

  /** The same for bytes, without a version. */
  encryptBytes(bytes: Uint8Array, purpose: string): Buffer {
    const iv = randomBytes(ivBytes);
    const cipher = createCipheriv(algorithm, this.keys[0], iv).setAAD(Buffer.from(purpose));
    return Buffer.concat([iv, cipher.update(bytes), cipher.final(), cipher.getAuthTag()]);
  }

  /** Encrypts again with the first key, whichever key was used before. @throws Error as `open` does */
  rotateKey(encrypted: string, purpose: string): string {
    return this.encrypt(this.decrypt(encrypted, purpose), purpose);
  }

  /** @throws Error as `open` does */
  decryptBytes(bytes: Uint8Array, purpose: string): Buffer {
    const refusals: unknown[] = [];
    for (const key of this.keys) {
      try {
        return decryptWith(key, bytes, purpose);
      } catch (error) {
        refusals.push(error);
      }
    }
    throw new AggregateError(
      refusals,
      'The secret was sealed with another key or for another purpose, or was changed.',
    );
  }
}

function keyIn(text: string): Buffer {
  const key = Buffer.from(text, 'base64');
  if (key.length !== keyBytes) throw new Error('The secret key must be 32 bytes in base64.');
  return key;
}

function decryptWith(key: Buffer, bytes: Uint8Array, purpose: string): Buffer {
  const decipher = createDecipheriv(algorithm, key, bytes.subarray(0, ivBytes), { authTagLength: tagBytes }).setAAD(
    Buffer.from(purpose),
  );
  decipher.setAuthTag(bytes.subarray(-tagBytes));
  return Buffer.concat([decipher.update(bytes.subarray(ivBytes, -tagBytes)), decipher.final()]);
}
