import { describe, expect, it } from '@jest/globals';
import { waitUntil } from './wait-until.js';

describe('waiting for an answer', () => {
  it('asks until there is one, and lets others work in between', async () => {
    const asked: number[] = [];
    let turns = 0;
    const worker = setInterval(() => (turns += 1), 1);
    const found = await waitUntil(() => {
      asked.push(turns);
      return asked.length > 1 && turns > 0 && turns;
    });
    clearInterval(worker);
    expect(found).toBe(asked.at(-1));
    expect(asked[0]).toBe(0);
  });

  it('takes what is neither undefined nor false for an answer', async () => {
    expect(await waitUntil(() => Promise.resolve(0))).toBe(0);
    expect(await waitUntil(() => null)).toBeNull();
  });

  it('fails as its question does', async () => {
    await expect(waitUntil(() => Promise.reject(new Error('gone')))).rejects.toThrow('gone');
  });
});
