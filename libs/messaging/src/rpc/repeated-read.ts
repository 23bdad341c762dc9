import { HeartbeatTimeout } from './multiplexer.js';

/**
 * Repeats a read once when its replica has died. A service that was away before stays refused at once.
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
