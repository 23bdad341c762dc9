import { describe, expect, it } from '@jest/globals';
import { RetryBudget, withRetries } from './retries.js';
import { unusable, UpstreamError } from './upstream-failure.js';

const many = 1_000_000;
const hourMs = 3_600_000;

/** Number of attempts on an Omnitron that is in trouble for as long as the run lasts. */
async function attemptsOfARun(retryAfterMs = 0): Promise<number> {
  let attempts = 0;
  const signal = AbortSignal.timeout(500);
  const run = { budget: new RetryBudget(many), attempts: many, deadline: Date.now() + hourMs, signal };
  const attempt = (): Promise<never> => {
    attempts++;
    return Promise.reject(new UpstreamError(unusable('in trouble'), { isTransient: true, retryAfterMs }));
  };
  await expect(withRetries(run, attempt)).rejects.toMatchObject({ code: expect.stringMatching(/^upstream_/) });
  return attempts;
}

describe('an Omnitron in trouble', () => {
  it('is asked again after pauses that grow, a few times within half a second', async () => {
    expect(await attemptsOfARun()).toBeLessThan(50);
  });

  it('is not asked again before the moment that it names', async () => {
    expect(await attemptsOfARun(60_000)).toBe(1);
  });
});
