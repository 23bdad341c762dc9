import { beforeEach, describe, expect, it } from '@jest/globals';
import { StreamTurns } from './stream-turns.js';

const [one, other, third] = [{}, {}, {}];
let turns: StreamTurns;
let begun: object[];

beforeEach(() => {
  turns = new StreamTurns();
  begun = [];
});

const take = async (stream: object): Promise<void> => {
  await turns.take(stream);
  begun.push(stream);
};

describe('streams that send at once', () => {
  it('wait for the one whose turn it is, in the order in which they came', async () => {
    await take(one);
    const waiting = [take(other), take(third)];
    await take(one);
    expect(begun).toEqual([one, one]);
    turns.leave(one);
    turns.leave(other);
    await Promise.all(waiting);
    expect(begun.slice(2)).toEqual([other, third]);
  });

  it('do not wait for one that takes its time', async () => {
    await take(one);
    await take(other);
    await take(one);
    expect(begun).toEqual([one, other, one]);
  });

  it('do not wait for one that has left', async () => {
    await take(one);
    turns.leave(one);
    await take(other);
    turns.leave(one);
    expect(begun).toEqual([one, other]);
  });
});
