import { AsyncLocalStorage } from 'node:async_hooks';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { PeriodicTask } from './index.js';

const anHourMs = 60 * 60_000;
const request = new AsyncLocalStorage<string>();
const unobserved = { failed: () => undefined, recovered: () => undefined };
let task: PeriodicTask | undefined;

afterEach(() => task?.stop());

/** Rounds that tell, one by one, which request they run in. */
function tellingRounds(): () => Promise<string | undefined> {
  let next = Promise.withResolvers<string | undefined>();
  task = new PeriodicTask(
    () => {
      next.resolve(request.getStore());
      return Promise.resolve();
    },
    anHourMs,
    unobserved,
  );
  return async () => {
    const told = await next.promise;
    next = Promise.withResolvers();
    return told;
  };
}

describe('a round', () => {
  it('is no part of the request that asks for it', async () => {
    const told = tellingRounds();
    task!.start();
    await told();
    request.run('a request', () => {
      task!.triggerNow();
    });
    expect(await told()).toBeUndefined();
    task!.triggerNow();
    expect(await told()).toBeUndefined();
  });

  it('that fails is followed by the next after the pause, however often', async () => {
    jest.useFakeTimers();
    let begun = 0;
    const failed: string[] = [];
    task = new PeriodicTask(
      () => {
        begun += 1;
        return Promise.reject(new Error('no'));
      },
      1000,
      { ...unobserved, failed: ({ message }) => failed.push(message) },
    );
    task.start();
    await jest.advanceTimersByTimeAsync(10_000);
    jest.useRealTimers();
    expect(begun).toBe(11);
    expect(failed).toEqual(Array.from({ length: 11 }, () => 'no'));
  });
});
