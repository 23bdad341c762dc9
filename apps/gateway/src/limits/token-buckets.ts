import { LRUCache } from 'lru-cache';

/** Size of the cache; a name that has been evicted gets a full bucket. */
const remembered = 20_000;
const microseconds = 1e6;

export interface Rate {
  readonly perSecond: number;
  /** How many requests may come at once, after a silence. */
  readonly burst: number;
}

/** The result of a request to a bucket. Times are whole seconds. */
export interface Allowance {
  readonly isGranted: boolean;
  /** How many requests a full bucket grants. */
  readonly limit: number;
  /** How many it would still grant now. */
  readonly remaining: number;
  /** Until it is full again. */
  readonly reset: number;
  /** Until it grants one, and at least 1. */
  readonly retryAfter: number;
}

/**
 * Token buckets by name, refilled all the time. Each is one number, the moment when it will be full: the generic cell
 * rate algorithm (ITU-T I.371). It counts in whole microseconds, so that a burst is neither a request shorter nor
 * longer.
 */
export class TokenBuckets {
  private readonly fullAt = new LRUCache<string, number>({ max: remembered });
  private readonly interval: number;
  private readonly capacity: number;

  /** @param now in milliseconds, by a clock that nobody sets */
  constructor(
    private readonly rate: Rate,
    private readonly now: () => number = () => performance.now(),
  ) {
    this.interval = Math.max(1, Math.round(microseconds / rate.perSecond));
    this.capacity = this.interval * rate.burst;
  }

  /** Takes a token, if there is one. */
  consume(name: string): Allowance {
    const now = this.microsecondsNow();
    const missing = this.missing(name, now);
    const isGranted = missing + this.interval <= this.capacity;
    if (isGranted) this.fullAt.set(name, now + missing + this.interval);
    return this.allowance(isGranted, isGranted ? missing + this.interval : missing);
  }

  /** Returns the result that a request would get. */
  peek(name: string): Allowance {
    const missing = this.missing(name, this.microsecondsNow());
    return this.allowance(missing + this.interval <= this.capacity, missing);
  }

  /** Returns the missing tokens, as the time in which they are refilled. */
  private missing(name: string, now: number): number {
    return Math.max((this.fullAt.get(name) ?? 0) - now, 0);
  }

  private allowance(isGranted: boolean, missing: number): Allowance {
    return {
      isGranted,
      limit: this.rate.burst,
      remaining: Math.floor((this.capacity - missing) / this.interval),
      reset: Math.ceil(missing / microseconds),
      retryAfter: Math.max(1, Math.ceil((missing + this.interval - this.capacity) / microseconds)),
    };
  }

  private microsecondsNow(): number {
    return Math.floor(this.now() * 1000);
  }
}
