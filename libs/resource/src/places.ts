import { Failure } from './failure.js';

interface PlacesLimits {
  /** For everybody together. */
  readonly inAll: number;
  /** For each owner. */
  readonly each: number;
}

/** In seconds: a place that is taken is soon free again. */
const retryAfter = '1';

/**
 * Room for so much work at once, of which one owner has no more than a share: whatever an account does, others find room.
 * Who finds none is refused at once. What a place is, a request or a byte of a body, is the user's affair.
 */
export class Places {
  private taken = 0;
  private readonly takenBy = new Map<number | string, number>();

  constructor(private readonly limits: PlacesLimits) {}

  /**
   * Takes places until they are given back.
   *
   * @param owner the account, or the address of who needs none; what belongs to nobody has no share to exceed
   * @returns gives them back; only the first call does
   * @throws Failure `overloaded` when there are too few, `busy_account` when its owner has taken too many of them
   */
  take(owner?: number | string, size = 1): () => void {
    const own = owner === undefined ? 0 : (this.takenBy.get(owner) ?? 0) + size;
    if (this.taken + size > this.limits.inAll) throw new Failure('overloaded');
    if (own > this.limits.each) throw new Failure('busy_account', retryAfter);
    this.taken += size;
    if (owner !== undefined) this.takenBy.set(owner, own);
    let isTaken = true;
    return () => {
      if (isTaken) this.giveBack(owner, size);
      isTaken = false;
    };
  }

  private giveBack(owner: number | string | undefined, size: number): void {
    this.taken -= size;
    if (owner === undefined) return;
    const left = (this.takenBy.get(owner) ?? 0) - size;
    if (left > 0) this.takenBy.set(owner, left);
    else this.takenBy.delete(owner);
  }
}
