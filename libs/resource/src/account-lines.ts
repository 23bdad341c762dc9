interface LinesOptions {
  /** Of each account. */
  readonly atOnce: number;
  /** Work that takes longer, in milliseconds, goes on beside what comes next: it waits for something else than what is shared here. */
  readonly longestMs?: number;
}

/**
 * Lets each account do so much at once. What is more waits in a line of the account's own: it keeps nobody else waiting, and
 * is not refused.
 */
export class AccountLines {
  private readonly running = new Map<number, number>();
  private readonly waiting = new Map<number, (() => void)[]>();

  constructor(private readonly options: LinesOptions) {}

  /** @throws whatever `work` throws */
  async run<T>(account: number, work: () => Promise<T>): Promise<T> {
    if (!this.enter(account)) await this.inLine(account);
    let isRunning = true;
    const end = (): void => {
      if (isRunning) this.passOn(account);
      isRunning = false;
    };
    const { longestMs } = this.options;
    const expiry = longestMs === undefined ? undefined : setTimeout(end, longestMs);
    try {
      return await work();
    } finally {
      clearTimeout(expiry);
      end();
    }
  }

  private enter(account: number): boolean {
    const running = this.running.get(account) ?? 0;
    if (running >= this.options.atOnce) return false;
    this.running.set(account, running + 1);
    return true;
  }

  private inLine(account: number): Promise<void> {
    const line = this.waiting.get(account) ?? [];
    this.waiting.set(account, line);
    return new Promise((begin) => { line.push(begin); });
  }

  /** Whoever waits takes the place over, so nobody who comes meanwhile gets before them. */
  private passOn(account: number): void {
    const next = this.waiting.get(account)?.shift();
    if (next) {
      next();
      return;
    }
    this.waiting.delete(account);
    const running = (this.running.get(account) ?? 1) - 1;
    if (running > 0) this.running.set(account, running);
    else this.running.delete(account);
  }
}
