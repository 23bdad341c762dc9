import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

const algorithm = 'aes-256-gcm';
const version = 'v1';
const keyBytes = 32;
const ivBytes = 12;
const tagBytes = 16;

/**
 * Encrypts the secrets that we must be able to read again, such as the password for an upstream (AES-256-GCM).
 *
 * The sealed text is bound to a `purpose`, so that it can't be moved to another account's row.
 */
export class Vault {
  private readonly keys: readonly [Buffer, ...Buffer[]];

  /**
   * @param keys 32 bytes in base64, from the environment; where one takes the place of another, both, separated by a comma: the
   *   first seals, and each opens what it has sealed
   * @throws Error when one is of another length
   */
  constructor(keys: string) {
    this.keys = keys.split(',').map(keyIn) as [Buffer, ...Buffer[]];
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
    const cipher = createCipheriv(algorithm, this.keys[0], iv).setAAD(Buffer.from(purpose));
    return Buffer.concat([iv, cipher.update(bytes), cipher.final(), cipher.getAuthTag()]);
  }

  /** What the first key seals anew, whichever has sealed it. @throws Error as `open` does */
  reseal(sealed: string, purpose: string): string {
    return this.seal(this.open(sealed, purpose), purpose);
  }

  /** @throws Error as `open` does */
  openBytes(bytes: Uint8Array, purpose: string): Buffer {
    const refusals: unknown[] = [];
    for (const key of this.keys) {
      try {
        return openWith(key, bytes, purpose);
      } catch (error) {
        refusals.push(error);
      }
    }
    throw new AggregateError(refusals, 'The secret was sealed with another key or for another purpose, or was changed.');
  }
}

function keyIn(text: string): Buffer {
  const key = Buffer.from(text, 'base64');
  if (key.length !== keyBytes) throw new Error('The secret key must be 32 bytes in base64.');
  return key;
}

function openWith(key: Buffer, bytes: Uint8Array, purpose: string): Buffer {
  const decipher = createDecipheriv(algorithm, key, bytes.subarray(0, ivBytes), { authTagLength: tagBytes }).setAAD(Buffer.from(purpose));
  decipher.setAuthTag(bytes.subarray(-tagBytes));
  return Buffer.concat([decipher.update(bytes.subarray(ivBytes, -tagBytes)), decipher.final()]);
}
