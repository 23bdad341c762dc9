import { argon2Sync } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { hashPassword, isPasswordOf, noPassword } from './index.js';

const ownHash = /^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/;
const unpadded = (bytes: Buffer): string => bytes.toString('base64').replace(/=+$/, '');

describe('a password', () => {
  it('is stored as a PHC string of argon2id, with another salt each time', async () => {
    const [one, other] = await Promise.all([hashPassword('Şifre 1'), hashPassword('Şifre 1')]);
    expect(one).toMatch(ownHash);
    expect(other).toMatch(ownHash);
    expect(one).not.toBe(other);
  });

  it('is known by its hash, and no other is, not even by a space', async () => {
    const hash = await hashPassword(' Şifre 1 ');
    expect(await isPasswordOf(hash, ' Şifre 1 ')).toBe(true);
    for (const wrong of ['Şifre 1', ' şifre 1 ', ' Sifre 1 ', '', ' Şifre 1 \0'])
      expect(await isPasswordOf(hash, wrong)).toBe(false);
  });

  it('is compared at the cost that its hash names', async () => {
    const nonce = Buffer.from('an older salt 16');
    const tag = argon2Sync('argon2id', {
      message: 'password',
      nonce,
      memory: 65_536,
      passes: 3,
      parallelism: 4,
      tagLength: 24,
    });
    expect(await isPasswordOf(`$argon2id$v=19$m=65536,t=3,p=4$${unpadded(nonce)}$${unpadded(tag)}`, 'password')).toBe(
      true,
    );
  });

  it('is never that of nobody, whose hash looks like any other', async () => {
    expect(noPassword).toMatch(ownHash);
    expect(await isPasswordOf(noPassword, '')).toBe(false);
  });

  it.each([
    '',
    'password',
    '$argon2i$v=19$m=19456,t=2,p=1$c2FsdHNhbHQ$dGFn',
    '$argon2id$v=16$m=19456,t=2,p=1$c2FsdHNhbHQ$dGFn',
    '$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHQ$',
  ])("is not compared with %j, and it isn't shown", async (hash) => {
    await expect(isPasswordOf(hash, 'password')).rejects.toThrow(/^A stored password hash is not one of argon2id\.$/);
  });
});
