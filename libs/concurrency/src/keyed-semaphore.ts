import { Semaphore, type SemaphoreOptions } from './semaphore.js';

/**
 * FIFO semaphore for each account: at most `max` tasks of an account run at once; further ones are queued and delay no
 * other account.
 */
export class KeyedSemaphore {
  private readonly semaphores = new Map<number, Semaphore>();

  /** @param options of each account's semaphore */
  constructor(private readonly options: SemaphoreOptions) {}

  /** @throws whatever `work` throws */
  async run<T>(account: number, work: () => Promise<T>): Promise<T> {
    try {
      return await this.semaphoreOf(account).run(work);
    } finally {
      // A task that has released its slot may outlast the semaphore.
      if (this.semaphores.get(account)?.isIdle) this.semaphores.delete(account);
    }
  }

  private semaphoreOf(account: number): Semaphore {
    const semaphore = this.semaphores.get(account);
    if (semaphore) return semaphore;
    const fresh = new Semaphore(this.options);
    this.semaphores.set(account, fresh);
    return fresh;
  }
}
