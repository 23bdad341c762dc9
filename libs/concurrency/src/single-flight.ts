import { Failure } from '@refundry/errors';

/** Shares one call among all that are made with the same arguments while it is in flight. */
export class SingleFlight<A extends readonly (string | number)[], T> {
  private readonly inFlight = new Map<string, Promise<T>>();

  /** @param max calls in flight at once */
  constructor(
    private readonly call: (...args: A) => Promise<T>,
    private readonly max = Infinity,
  ) {}

  /** @throws whatever the call throws; Failure `overloaded` when too many others are in flight */
  run(...args: A): Promise<T> {
    const key = JSON.stringify(args);
    const known = this.inFlight.get(key);
    if (known) return known;
    if (this.inFlight.size >= this.max) return Promise.reject(new Failure('overloaded'));
    const begun = this.call(...args).finally(() => this.inFlight.delete(key));
    this.inFlight.set(key, begun);
    return begun;
  }
}
