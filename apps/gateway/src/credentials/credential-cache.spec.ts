import { describe, expect, it } from '@jest/globals';
import { entriesHeldBy, partOf } from '@refundry/testing';
import { CredentialCache } from './credential-cache.js';

const nothing = (): void => undefined;

describe('what is asked of accounts', () => {
  it('is asked once for all who ask together, and kept no longer, also where there is no answer', async () => {
    const asked: string[] = [];
    const answers = new CredentialCache<object>(async (name) => {
      asked.push(name);
      await Promise.resolve();
      if (Number(name) % 3 === 0) throw new Error('no answer');
      return Number(name) % 3 === 1 ? { name } : null;
    });
    const names = Array.from({ length: 300 }, (_, index) => String(index));
    const all = Promise.allSettled([...names, ...names].map((name) => Promise.resolve(answers.get(name, nothing))));
    expect(entriesHeldBy(partOf(answers, 'fetches'))).toBe(names.length);
    await all;
    expect(asked).toEqual(names);
    expect(entriesHeldBy(partOf(answers, 'fetches'))).toBe(0);
  });
});
