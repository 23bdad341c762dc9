export interface SemaphoreOptions {
  readonly max: number;
  /**
   * In milliseconds: a task that takes longer releases its slot and goes on, because it waits for something else than
   * the shared resource.
   */
  readonly maxHoldMs?: number;
}

/** FIFO semaphore: at most `max` tasks run at once. The queue is unbounded; callers must bound it. */
export class Semaphore {
  private running = 0;
  private readonly waiting: (() => void)[] = [];

  constructor(private readonly options: SemaphoreOptions) {}

  get isIdle(): boolean {
    return this.running === 0;
  }

  /** @throws whatever `work` throws */
  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.running < this.options.max) this.running += 1;
    else
      await new Promise<void>((begin) => {
        this.waiting.push(begin);
      });
    let isRunning = true;
    const end = (): void => {
      if (isRunning) this.releaseNext();
      isRunning = false;
    };
    const { maxHoldMs } = this.options;
    const expiry = maxHoldMs === undefined ? undefined : setTimeout(end, maxHoldMs);
    try {
      return await work();
    } finally {
      clearTimeout(expiry);
      end();
    }
  }

  /** The first waiter takes the slot over, so that no later caller overtakes it. */
  private releaseNext(): void {
    const next = this.waiting.shift();
    if (next) next();
    else this.running -= 1;
  }
}
