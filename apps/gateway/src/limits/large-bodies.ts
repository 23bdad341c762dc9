import type { IncomingMessage, ServerResponse } from 'node:http';
import { KeyedSemaphore, Semaphore } from '@refundry/concurrency';
import { Failure } from '@refundry/errors';
import { onFinished } from './on-finished.js';

/**
 * In milliseconds. A client that takes longer for its body, or a service that takes longer for its answer, keeps our
 * processors free.
 */
const maxHoldMs = 3000;
/** In milliseconds: nobody waits longer for a turn. */
const maxWaitMs = 30_000;

/**
 * Queue of bodies of more than a mebibyte: one at a time is read, forwarded and answered, by turns of the accounts. The
 * others stay with their clients, which the connection keeps from sending more. Several at once took all of the
 * gateway's time, and no body came sooner.
 */
export class LargeBodies {
  private readonly all = new Semaphore({ max: 1, maxHoldMs });
  private readonly ofAccounts = new KeyedSemaphore({ max: 1, maxHoldMs });

  /** Waits for a request's turn, which ends with its answer. @throws Failure `overloaded` when that takes too long */
  turn(account: number | undefined, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const over = Promise.withResolvers<void>();
    onFinished(request, response, over.resolve);
    const begun = Promise.withResolvers<void>();
    const timer = setTimeout(() => {
      over.resolve();
      begun.reject(new Failure('overloaded'));
    }, maxWaitMs);
    void this.ofAccounts.run(account ?? 0, () =>
      this.all.run(() => {
        clearTimeout(timer);
        begun.resolve();
        return over.promise;
      }),
    );
    return begun.promise;
  }
}
