import { afterEach, describe, expect, it, jest } from '@jest/globals';
import type { NatsConnection } from '@nats-io/transport-node';
import { KeptSubscription } from './kept-subscription.js';

afterEach(() => {
  jest.useRealTimers();
});

describe('a subscription that NATS refuses every time', () => {
  it('is made again after pauses that grow to five seconds', async () => {
    jest.useFakeTimers();
    const madeAt: number[] = [];
    const nats = {
      isClosed: () => false,
      flush: () => new Promise(() => undefined),
      subscribe: (_subject: string, { callback }: { callback: (error: Error) => void }) => {
        madeAt.push(Date.now());
        queueMicrotask(() => {
          callback(new Error('refused'));
        });
        return { unsubscribe: () => undefined };
      },
    };
    new KeptSubscription(nats as unknown as NatsConnection, { subject: 'oms.>', onMessage: () => undefined });
    await jest.advanceTimersByTimeAsync(60_000);
    const between = madeAt.slice(1).map((at, index) => at - (madeAt[index] ?? 0));
    expect(between.slice(0, 6)).toEqual([250, 500, 1000, 2000, 4000, 5000]);
    expect(Math.max(...between)).toBe(5000);
  });
});
