import { describe, expect, it } from '@jest/globals';
import { RetryBudget, withRetries } from './retries.js';
import { tooLate, unusable, UpstreamError } from './upstream-failure.js';

const many = 1_000_000;
const hourMs = 3_600_000;

const inTrouble = (retryAfterMs = 0): UpstreamError =>
  new UpstreamError(unusable('in trouble'), { isTransient: true, retryAfterMs });

/** Number of attempts on an Omnitron that is in trouble for as long as the run lasts, and the failure at its end. */
async function attemptsOfARun({ retryAfterMs = 0, budget = many } = {}): Promise<{ attempts: number; end: unknown }> {
  let attempts = 0;
  const signal = AbortSignal.timeout(500);
  const run = { budget: new RetryBudget(budget), attempts: many, deadline: Date.now() + hourMs, signal };
  const attempt = (): Promise<never> => {
    attempts++;
    return Promise.reject(inTrouble(retryAfterMs));
  };
  const [end] = await Promise.allSettled([withRetries(run, attempt)]);
  return { attempts, end };
}

const endedBy = (failure: object): object => ({ status: 'rejected', reason: failure });

describe('an Omnitron in trouble', () => {
  it('is asked again after pauses that grow, a few times within half a second', async () => {
    const { attempts, end } = await attemptsOfARun();
    expect(attempts).toBeLessThan(50);
    expect(end).toMatchObject(endedBy({ code: expect.stringMatching(/^upstream_/) }));
  });

  it('is not asked again before the moment that it names', async () => {
    expect(await attemptsOfARun({ retryAfterMs: 60_000 })).toEqual({ attempts: 1, end: endedBy(tooLate()) });
  });

  it('is waited for no longer than two minutes', async () => {
    expect(await attemptsOfARun({ retryAfterMs: 120_001 })).toEqual({
      attempts: 1,
      end: endedBy(unusable('in trouble')),
    });
  });

  it('is not asked again when the budget of the run is used up', async () => {
    expect(await attemptsOfARun({ budget: 0 })).toEqual({ attempts: 1, end: endedBy(unusable('in trouble')) });
  });
});

describe('the budget of retries', () => {
  it('grows by a retry with five successes, and never beyond what it was', () => {
    const budget = new RetryBudget(1);
    expect([budget.spend(), budget.spend()]).toEqual([true, false]);
    for (let success = 0; success < 4; success++) budget.refill();
    expect(budget.spend()).toBe(false);
    for (let success = 0; success < 10; success++) budget.refill();
    expect([budget.spend(), budget.spend()]).toEqual([true, false]);
  });
});
