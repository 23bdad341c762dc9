interface RateLimitedQueueOptions<T> {
  /** How many are taken in each turn. */
  readonly batchSize: number;
  readonly intervalMs: number;
  readonly process: (item: T) => void;
}

/** Takes so many items a turn, at once where the turn has had fewer; the rest waits, in the order it came. */
export class RateLimitedQueue<T> {
  private readonly queue = new Set<T>();
  private remaining: number;
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly options: RateLimitedQueueOptions<T>) {
    this.remaining = options.batchSize;
  }

  get size(): number {
    return this.queue.size;
  }

  add(item: T): void {
    this.queue.add(item);
    this.processBatch();
    this.timer ??= setInterval(() => {
      this.endInterval();
    }, this.options.intervalMs);
  }

  /** Gives the first of those that wait, which is then not taken. */
  shift(): T | undefined {
    const [first] = this.queue;
    if (first !== undefined) this.queue.delete(first);
    return first;
  }

  private processBatch(): void {
    for (const item of this.queue) {
      if (this.remaining === 0) break;
      this.remaining -= 1;
      this.queue.delete(item);
      this.options.process(item);
    }
  }

  private endInterval(): void {
    if (this.remaining === this.options.batchSize) {
      clearInterval(this.timer);
      this.timer = undefined;
    }
    this.remaining = this.options.batchSize;
    this.processBatch();
  }
}
