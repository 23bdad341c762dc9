/**
 * Lets each account do so much at once. What is more waits in a line of the account's own, so that it keeps nobody else
 * waiting and is refused by nobody.
 */
export class AccountLines {
  private readonly running = new Map<number, number>();
  private readonly waiting = new Map<number, (() => void)[]>();

  /** @param atOnce of each account */
  constructor(private readonly atOnce: number) {}

  /** @throws whatever `work` throws */
  async run<T>(account: number, work: () => Promise<T>): Promise<T> {
    if (!this.enter(account)) await this.inLine(account);
    try {
      return await work();
    } finally {
      this.passOn(account);
    }
  }

  private enter(account: number): boolean {
    const running = this.running.get(account) ?? 0;
    if (running >= this.atOnce) return false;
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
