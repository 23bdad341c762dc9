import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Vault } from './index.js';

const keyOf = (byte: number): string => Buffer.alloc(32, byte).toString('base64');
const vault = new Vault(keyOf(1));
const purpose = 'omnitron-password:1';

describe('a sealed secret', () => {
  it('opens with the same key and for the same purpose', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' }), (secret, anyPurpose) => {
        expect(new Vault(keyOf(1)).open(vault.seal(secret, anyPurpose), anyPurpose)).toBe(secret);
      }),
      { seed: 1 },
    );
  });

  it('looks different each time and never shows the secret', () => {
    const sealed = [vault.seal('hunter2', purpose), vault.seal('hunter2', purpose)];
    expect(sealed[0]).not.toBe(sealed[1]);
    for (const text of sealed) expect(Buffer.from(text.split('.')[1]!, 'base64').toString('latin1')).not.toContain('hunter2');
  });

  it('stays shut for another key', () => {
    expect(() => new Vault(keyOf(2)).open(vault.seal('hunter2', purpose), purpose)).toThrow();
  });

  it('stays shut for another purpose', () => {
    expect(() => vault.open(vault.seal('hunter2', purpose), 'omnitron-password:2')).toThrow();
  });

  it('stays shut when any byte of it was changed', () => {
    const bytes = Buffer.from(vault.seal('hunter2', purpose).slice(3), 'base64');
    for (const index of bytes.keys()) {
      const changed = Buffer.from(bytes);
      changed[index]! ^= 1;
      expect(() => vault.open(`v1.${changed.toString('base64')}`, purpose)).toThrow();
    }
  });

  it('stays shut when it was cut off anywhere', () => {
    const bytes = Buffer.from(vault.seal('hunter2', purpose).slice(3), 'base64');
    for (const length of bytes.keys()) {
      expect(() => vault.open(`v1.${bytes.subarray(0, length).toString('base64')}`, purpose)).toThrow();
    }
  });

  it.each(['', 'hunter2', 'v1.', 'v2.AAAA'])('is refused as %p', (text) => {
    expect(() => vault.open(text, purpose)).toThrow();
  });

  it('says which version it does not know', () => {
    expect(() => vault.open(vault.seal('hunter2', purpose).replace('v1', 'v2'), purpose)).toThrow('The sealed secret has an unknown version.');
  });
});

describe('a vault with two keys', () => {
  const rotating = new Vault(`${keyOf(2)},${keyOf(1)}`);

  it('opens what either has sealed', () => {
    for (const key of [keyOf(1), keyOf(2)]) expect(rotating.open(new Vault(key).seal('hunter2', purpose), purpose)).toBe('hunter2');
  });

  it('seals with the first, also what the second has sealed', () => {
    for (const sealed of [rotating.seal('hunter2', purpose), rotating.reseal(vault.seal('hunter2', purpose), purpose)]) {
      expect(new Vault(keyOf(2)).open(sealed, purpose)).toBe('hunter2');
      expect(() => vault.open(sealed, purpose)).toThrow();
    }
  });

  it('stays shut for a third', () => {
    expect(() => rotating.open(new Vault(keyOf(3)).seal('hunter2', purpose), purpose)).toThrow();
  });

  it('is none when one of them is too short', () => {
    expect(() => new Vault(`${keyOf(1)},`)).toThrow('The secret key must be 32 bytes in base64.');
  });
});

describe('the key of a vault', () => {
  it.each([0, 16, 31, 33])('may not have %d bytes', (length) => {
    expect(() => new Vault(Buffer.alloc(length).toString('base64'))).toThrow('The secret key must be 32 bytes in base64.');
  });

  it('is not repeated by the complaint about it', () => {
    const key = Buffer.alloc(16, 7).toString('base64');
    expect(() => new Vault(key)).toThrow(new RegExp(`^(?!.*${key.slice(0, 8)})`));
  });
});
