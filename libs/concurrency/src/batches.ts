interface BatchesOptions<T> {
  /** In a batch. */
  readonly max: number;
  /** @param items of one account, in the order in which they were added */
  readonly work: (account: number, items: readonly T[]) => Promise<void>;
}

interface Entry<T> {
  readonly item: T;
  readonly done: () => void;
  readonly failed: (error: Error) => void;
}

/**
 * Work that is cheaper together: what is added while an account's batch is worked on makes its next batch. Nothing
 * waits for company. The queue is unbounded; callers must bound it.
 */
export class Batches<T> {
  private readonly queues = new Map<number, Entry<T>[]>();

  constructor(private readonly options: BatchesOptions<T>) {}

  /** Resolves when the batch that the item came into is done. @throws whatever its work throws */
  add(account: number, item: T): Promise<void> {
    return new Promise((done, failed) => {
      const entry = { item, done, failed };
      const queue = this.queues.get(account);
      if (queue) queue.push(entry);
      else {
        this.queues.set(account, [entry]);
        void this.workOff(account);
      }
    });
  }

  private async workOff(account: number): Promise<void> {
    const queue = this.queues.get(account) ?? [];
    while (queue.length > 0) await this.workOn(account, queue.splice(0, this.options.max));
    this.queues.delete(account);
  }

  private async workOn(account: number, batch: readonly Entry<T>[]): Promise<void> {
    try {
      await this.options.work(
        account,
        batch.map(({ item }) => item),
      );
      for (const { done } of batch) done();
    } catch (error) {
      for (const { failed } of batch) failed(error as Error);
    }
  }
}
