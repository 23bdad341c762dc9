export interface LineOptions {
  readonly atOnce: number;
  /** Work that takes longer, in milliseconds, goes on beside what comes next: it waits for something else than what is shared here. */
  readonly longestMs?: number;
}

/** Lets so much be done at once. What is more waits, in the order it came; how much may wait is the user's affair. */
export class Line {
  private running = 0;
  private readonly waiting: (() => void)[] = [];

  constructor(private readonly options: LineOptions) {}

  get isIdle(): boolean {
    return this.running === 0;
  }

  /** @throws whatever `work` throws */
  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.running < this.options.atOnce) this.running += 1;
    else await new Promise<void>((begin) => { this.waiting.push(begin); });
    let isRunning = true;
    const end = (): void => {
      if (isRunning) this.passOn();
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

  /** Whoever waits takes the place over, so nobody who comes meanwhile gets before them. */
  private passOn(): void {
    const next = this.waiting.shift();
    if (next) next();
    else this.running -= 1;
  }
}
