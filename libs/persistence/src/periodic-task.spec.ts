import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { trace } from '@opentelemetry/api';
import { traceComment, within } from '@refundry/resource';
import { PeriodicTask } from './index.js';

const anHourMs = 60 * 60_000;
let task: PeriodicTask | undefined;

afterEach(() => task?.stop());

/** Rounds that tell, one by one, what trace their statements would be a part of. */
function tellingRounds(): () => Promise<string> {
  let next = Promise.withResolvers<string>();
  task = new PeriodicTask(
    () => {
      next.resolve(traceComment());
      return Promise.resolve();
    },
    anHourMs,
    new Logger('Rounds'),
  );
  return async () => {
    const comment = await next.promise;
    next = Promise.withResolvers<string>();
    return comment;
  };
}

describe('a round', () => {
  it('is no part of the trace of the request that asks for it', async () => {
    const told = tellingRounds();
    task!.start();
    await told();
    const span = trace.wrapSpanContext({ traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), traceFlags: 1 });
    within(span, () => {
      task!.triggerNow();
    });
    expect(await told()).toBe('');
    task!.triggerNow();
    expect(await told()).toBe('');
  });

  it('that fails is followed by the next after the pause, however often', async () => {
    jest.useFakeTimers();
    let begun = 0;
    task = new PeriodicTask(
      () => {
        begun += 1;
        return Promise.reject(new Error('no'));
      },
      1000,
      new Logger('Rounds'),
    );
    task.start();
    await jest.advanceTimersByTimeAsync(10_000);
    jest.useRealTimers();
    expect(begun).toBe(11);
  });
});
