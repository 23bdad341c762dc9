import { Failure } from '@refundry/errors';

interface ConcurrencyLimits {
  /** For everybody together. */
  readonly max: number;
  /** For each owner. */
  readonly maxPerKey: number;
}

/** In seconds: a unit is soon free again. */
const retryAfter = '1';

/**
 * Limits concurrent work: at most `max` units at once, of which one owner holds at most `maxPerKey`, so that no account
 * takes them all. Rejects at once when no unit is free. Callers define the unit: a request, or a byte of a body.
 */
export class ConcurrencyLimiter {
  private acquired = 0;
  private readonly acquiredBy = new Map<number | string, number>();

  constructor(private readonly limits: ConcurrencyLimits) {}

  /**
   * Acquires units until they are released.
   *
   * @param owner the account, or the address of an anonymous client; without an owner only `max` applies
   * @returns releases them; only the first call does
   * @throws Failure `overloaded` when too few are free, `busy_account` when its owner holds too many
   */
  acquire(owner?: number | string, size = 1): () => void {
    const own = owner === undefined ? 0 : (this.acquiredBy.get(owner) ?? 0) + size;
    if (this.acquired + size > this.limits.max) throw new Failure('overloaded');
    if (own > this.limits.maxPerKey) throw new Failure('busy_account', retryAfter);
    this.acquired += size;
    if (owner !== undefined) this.acquiredBy.set(owner, own);
    let isAcquired = true;
    return () => {
      if (isAcquired) this.release(owner, size);
      isAcquired = false;
    };
  }

  private release(owner: number | string | undefined, size: number): void {
    this.acquired -= size;
    if (owner === undefined) return;
    const left = (this.acquiredBy.get(owner) ?? 0) - size;
    if (left > 0) this.acquiredBy.set(owner, left);
    else this.acquiredBy.delete(owner);
  }
}
