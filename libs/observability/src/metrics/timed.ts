import { Failure, type FailureCode } from '@refundry/errors';

/** The outcome of an attempt. */
export type Outcome = 'ok' | FailureCode;

const defaultCodeOf = (error: unknown): FailureCode => (error instanceof Failure ? error.code : 'internal');

/**
 * Does something, and tells how long it took and what became of it.
 *
 * @param codeOf of what was thrown, where it isn't a Failure
 * @throws whatever `work` throws
 */
export async function timed<T>(
  work: () => Promise<T>,
  record: (seconds: number, outcome: Outcome) => void,
  codeOf = defaultCodeOf,
): Promise<T> {
  const startedAt = performance.now();
  let outcome: Outcome = 'ok';
  try {
    return await work();
  } catch (error) {
    outcome = codeOf(error);
    throw error;
  } finally {
    record((performance.now() - startedAt) / 1000, outcome);
  }
}
