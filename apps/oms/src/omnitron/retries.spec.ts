import { describe, expect, it } from '@jest/globals';
import { RetryBudget, withRetries } from './retries.js';
import { unusable, UpstreamError } from './upstream-failure.js';

const many = 1_000_000;

/** Attempts on an Omnitron that is in trouble until the run's deadline. */
async function attemptsUntil(deadline: number, retryAfterMs = 0): Promise<number> {
  let attempts = 0;
  const run = { budget: new RetryBudget(many), attempts: many, deadline, signal: new AbortController().signal };
  const attempt = (): Promise<never> => {
    attempts++;
    return Promise.reject(new UpstreamError(unusable('in trouble'), { isTransient: true, retryAfterMs }));
  };
  await expect(withRetries(run, attempt)).rejects.toMatchObject({ code: expect.stringMatching(/^upstream_/) });
  return attempts;
}

describe('an Omnitron in trouble', () => {
  it('is asked again after pauses that grow, a few times within a second', async () => {
    expect(await attemptsUntil(Date.now() + 1000)).toBeLessThan(50);
  });

  it('is not asked again before it says, nor behind the deadline', async () => {
    expect(await attemptsUntil(Date.now() + 1000, 2000)).toBe(1);
  });
});
