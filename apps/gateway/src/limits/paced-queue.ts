interface PacedQueueOptions<T> {
  /** How many are taken in each turn. */
  readonly inTurn: number;
  readonly turnMs: number;
  readonly take: (item: T) => void;
}

/** Takes so many items a turn, at once where the turn has had fewer; the rest waits, in the order it came. */
export class PacedQueue<T> {
  private readonly queue = new Set<T>();
  private left: number;
  private turns: NodeJS.Timeout | undefined;

  constructor(private readonly options: PacedQueueOptions<T>) {
    this.left = options.inTurn;
  }

  get size(): number {
    return this.queue.size;
  }

  add(item: T): void {
    this.queue.add(item);
    this.takeSome();
    this.turns ??= setInterval(() => { this.endTurn(); }, this.options.turnMs);
  }

  /** Gives the first of those that wait, which is then not taken. */
  shift(): T | undefined {
    const [first] = this.queue;
    if (first !== undefined) this.queue.delete(first);
    return first;
  }

  private takeSome(): void {
    for (const item of this.queue) {
      if (this.left === 0) break;
      this.left -= 1;
      this.queue.delete(item);
      this.options.take(item);
    }
  }

  private endTurn(): void {
    if (this.left === this.options.inTurn) {
      clearInterval(this.turns);
      this.turns = undefined;
    }
    this.left = this.options.inTurn;
    this.takeSome();
  }
}
