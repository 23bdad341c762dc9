import { describe, expect, it } from '@jest/globals';
import { WriteBatcher } from './write-batcher.js';

describe('a queue of what one turn of the event loop sends', () => {
  it('sends the others when one of them fails, and says which', () => {
    const queue = new WriteBatcher();
    const done: string[] = [];
    const add = (name: string, send: () => void): void => {
      queue.add(send, ({ message }) => {
        done.push(`${name}: ${message}`);
      });
    };
    add('first', () => {
      done.push('first');
    });
    add('second', () => {
      throw new Error('too large');
    });
    add('third', () => {
      done.push('third');
    });
    queue.flush();
    expect(done).toEqual(['first', 'second: too large', 'third']);
  });
});
