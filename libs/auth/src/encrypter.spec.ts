import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Encrypter } from './index.js';

const keyOf = (byte: number): string => Buffer.alloc(32, byte).toString('base64');
const encrypter = new Encrypter(keyOf(1));
const purpose = 'omnitron-password:1';

describe('a encrypted secret', () => {
  it('opens with the same key and for the same purpose', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' }), (secret, anyPurpose) => {
        expect(new Encrypter(keyOf(1)).decrypt(encrypter.encrypt(secret, anyPurpose), anyPurpose)).toBe(secret);
      }),
      { seed: 1 },
    );
  });

  it('looks different each time and never shows the secret', () => {
    const encrypted = [encrypter.encrypt('hunter2', purpose), encrypter.encrypt('hunter2', purpose)];
    expect(encrypted[0]).not.toBe(encrypted[1]);
    for (const text of encrypted)
      expect(Buffer.from(text.split('.')[1]!, 'base64').toString('latin1')).not.toContain('hunter2');
  });

  it('stays shut for another key', () => {
    expect(() => new Encrypter(keyOf(2)).decrypt(encrypter.encrypt('hunter2', purpose), purpose)).toThrow();
  });

  it('stays shut for another purpose', () => {
    expect(() => encrypter.decrypt(encrypter.encrypt('hunter2', purpose), 'omnitron-password:2')).toThrow();
  });

  it('stays shut when any byte of it was changed', () => {
    const bytes = Buffer.from(encrypter.encrypt('hunter2', purpose).slice(3), 'base64');
    for (const index of bytes.keys()) {
      const changed = Buffer.from(bytes);
      changed[index]! ^= 1;
      expect(() => encrypter.decrypt(`v1.${changed.toString('base64')}`, purpose)).toThrow();
    }
  });

  it('stays shut when it was cut off anywhere', () => {
    const bytes = Buffer.from(encrypter.encrypt('hunter2', purpose).slice(3), 'base64');
    for (const length of bytes.keys()) {
      expect(() => encrypter.decrypt(`v1.${bytes.subarray(0, length).toString('base64')}`, purpose)).toThrow();
    }
  });

  it.each(['', 'hunter2', 'v1.', 'v2.AAAA'])('is refused as %p', (text) => {
    expect(() => encrypter.decrypt(text, purpose)).toThrow();
  });

  it('says which version it does not know', () => {
    expect(() => encrypter.decrypt(encrypter.encrypt('hunter2', purpose).replace('v1', 'v2'), purpose)).toThrow(
      'The sealed secret has an unknown version.',
    );
  });
});

describe('an encrypter with two keys', () => {
  const rotating = new Encrypter(`${keyOf(2)},${keyOf(1)}`);

  it('opens what either has encrypted', () => {
    for (const key of [keyOf(1), keyOf(2)])
      expect(rotating.decrypt(new Encrypter(key).encrypt('hunter2', purpose), purpose)).toBe('hunter2');
  });

  it('encrypts with the first, also what the second has encrypted', () => {
    for (const encrypted of [
      rotating.encrypt('hunter2', purpose),
      rotating.rotateKey(encrypter.encrypt('hunter2', purpose), purpose),
    ]) {
      expect(new Encrypter(keyOf(2)).decrypt(encrypted, purpose)).toBe('hunter2');
      expect(() => encrypter.decrypt(encrypted, purpose)).toThrow();
    }
  });

  it('stays shut for a third', () => {
    expect(() => rotating.decrypt(new Encrypter(keyOf(3)).encrypt('hunter2', purpose), purpose)).toThrow();
  });

  it('is none when one of them is too short', () => {
    expect(() => new Encrypter(`${keyOf(1)},`)).toThrow('The secret key must be 32 bytes in base64.');
  });
});

describe('the key of an encrypter', () => {
  it.each([0, 16, 31, 33])('may not have %d bytes', (length) => {
    expect(() => new Encrypter(Buffer.alloc(length).toString('base64'))).toThrow(
      'The secret key must be 32 bytes in base64.',
    );
  });

  it('is not repeated by the complaint about it', () => {
    const key = Buffer.alloc(16, 7).toString('base64');
    expect(() => new Encrypter(key)).toThrow(new RegExp(`^(?!.*${key.slice(0, 8)})`));
  });
});
