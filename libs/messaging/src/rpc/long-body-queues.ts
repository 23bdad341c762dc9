import { KeyedSemaphore, Semaphore, kibibyte } from '@refundry/concurrency';

/** Bodies of more bytes than `over`: how many are worked on at the same time. */
interface Queue {
  readonly over: number;
  readonly all: Semaphore;
  readonly ofAccounts: KeyedSemaphore;
}

/** Work that takes longer, in milliseconds, waits for PostgreSQL and keeps nobody else waiting. */
const maxHoldMs = 10_000;

const queue = (over: number, atOnce: number): Queue => ({
  over,
  all: new Semaphore({ max: atOnce, maxHoldMs }),
  ofAccounts: new KeyedSemaphore({ max: Math.ceil(atOnce / 2), maxHoldMs }),
});

/** From this length on a body counts among those a replica holds. */
export const longBody = 64 * kibibyte;

/**
 * Queues of requests whose bodies are long: parsed and validated, a body takes ten times its length. An account has
 * half of the places at most, so that others wait for a few of its requests, however many it sends. Short bodies pass.
 */
export class LongBodyQueues {
  private readonly queues: readonly Queue[] = [queue(1024 * kibibyte, 1), queue(longBody, 4)];

  /** @throws whatever `work` throws */
  run<T>(account: number | undefined, length: number, work: () => Promise<T>): Promise<T> {
    const found = this.queues.find(({ over }) => length > over);
    return found ? found.ofAccounts.run(account ?? 0, () => found.all.run(work)) : work();
  }
}
