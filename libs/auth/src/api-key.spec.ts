import { describe, expect, it } from '@jest/globals';
import { hashApiKey, newApiKey } from './index.js';

describe('an API key', () => {
  it('is 40 hexadecimal digits, a new one each time', () => {
    const keys = Array.from({ length: 100 }, newApiKey);
    for (const key of keys) expect(key).toMatch(/^[0-9a-f]{40}$/);
    expect(new Set(keys).size).toBe(100);
  });

  it('is stored as its SHA-256 in hexadecimal', () => {
    expect(hashApiKey('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  });

  it('is another key in other letters', () => {
    expect(hashApiKey('ABC')).not.toBe(hashApiKey('abc'));
  });
});
