import { Line, type LineOptions } from './line.js';

/**
 * Lets each account do so much at once. What is more waits in a line of the account's own: it keeps nobody else waiting, and
 * is not refused.
 */
export class AccountLines {
  private readonly lines = new Map<number, Line>();

  /** @param options of each account's line */
  constructor(private readonly options: LineOptions) {}

  /** @throws whatever `work` throws */
  async run<T>(account: number, work: () => Promise<T>): Promise<T> {
    try {
      return await this.lineOf(account).run(work);
    } finally {
      // Work that left its line may outlast it.
      if (this.lines.get(account)?.isIdle) this.lines.delete(account);
    }
  }

  private lineOf(account: number): Line {
    const line = this.lines.get(account);
    if (line) return line;
    const fresh = new Line(this.options);
    this.lines.set(account, fresh);
    return fresh;
  }
}
