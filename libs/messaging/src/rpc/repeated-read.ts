import { HeartbeatTimeout } from './multiplexer.js';

/**
 * Asks once more where the replica that was asked has died, and it was asked for nothing but a look. What was away before it was
 * asked stays refused at once.
 *
 * @throws whatever asking throws, the second time if there is one
 */
export async function repeatingReads<T>({ isRead }: { isRead: boolean }, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (failure) {
    if (!isRead || !(failure instanceof HeartbeatTimeout)) throw failure;
    return ask();
  }
}
