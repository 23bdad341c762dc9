import { Failure } from '@refundry/errors';

interface StatementQueueLimits {
  /** Statements that run at the same time. */
  readonly max: number;
  /** Those of one account among them. */
  readonly maxPerAccount: number;
  readonly maxWaiting: number;
  /** The wait alone: how long a statement runs is not counted here. */
  readonly maxWaitMs: number;
}

type Account = number | 'any';

interface QueuedStatement {
  readonly account: Account;
  readonly start: () => void;
}

/**
 * Fair queue: a place that becomes free goes to the account that has fewest of them, and among its statements to the
 * first.
 */
export class StatementQueue {
  private running = 0;
  private readonly runningOf = new Map<Account, number>();
  private readonly waiting = new Set<QueuedStatement>();

  constructor(private readonly limits: StatementQueueLimits) {}

  /** @throws Failure `overloaded` when too many wait, or when it has waited for too long; whatever `work` throws */
  async run<T>(account: Account, work: () => Promise<T>): Promise<T> {
    if (this.hasPlaceFor(account)) this.count(account, 1);
    else await this.wait(account);
    try {
      return await work();
    } finally {
      this.count(account, -1);
      this.startNext();
    }
  }

  private hasPlaceFor(account: Account): boolean {
    return this.running < this.limits.max && this.of(account) < this.limits.maxPerAccount;
  }

  private of(account: Account): number {
    return this.runningOf.get(account) ?? 0;
  }

  private count(account: Account, change: 1 | -1): void {
    this.running += change;
    const running = this.of(account) + change;
    if (running > 0) this.runningOf.set(account, running);
    else this.runningOf.delete(account);
  }

  private wait(account: Account): Promise<void> {
    if (this.waiting.size >= this.limits.maxWaiting) throw new Failure('overloaded');
    return new Promise((resolve, reject) => {
      const entry: QueuedStatement = {
        account,
        start: () => {
          clearTimeout(timer);
          resolve();
        },
      };
      const timer = setTimeout(() => {
        this.waiting.delete(entry);
        reject(new Failure('overloaded'));
      }, this.limits.maxWaitMs);
      this.waiting.add(entry);
    });
  }

  private startNext(): void {
    let next: QueuedStatement | undefined;
    for (const entry of this.waiting)
      if (this.hasPlaceFor(entry.account) && (!next || this.of(entry.account) < this.of(next.account))) next = entry;
    if (!next) return;
    this.waiting.delete(next);
    this.count(next.account, 1);
    next.start();
  }
}
