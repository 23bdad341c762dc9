import type { EventType } from '@refundry/resource';
import type { EntityManager } from 'typeorm';
import { publishEvents } from './publish-event.js';

/** Bytes of JSON: an event has 8 KiB at most, and its other fields find room. */
const maxKeysBytes = 6000;

/** Keys that events are to name. */
export interface KeysToPublish<T extends object, K> {
  readonly account: number;
  readonly type: EventType<T>;
  readonly keys: readonly K[];
  /** Of one event. */
  readonly maxKeys?: number;
  /** The content that names these keys and has little else. */
  readonly contentOf: (keys: readonly K[]) => T;
}

/** Leaves events that name the keys in their order, as many as one holds; of no keys it leaves none. */
export const publishKeys = <T extends object, K extends string | number>(
  transaction: EntityManager,
  { account, type, keys, maxKeys = Infinity, contentOf }: KeysToPublish<T, K>,
): Promise<void> =>
  publishEvents(transaction, { account, type, contents: [...eventfuls(keys, maxKeys)].map((some) => contentOf(some)) });

/** Of the keys in their order, as many at a time as an event holds. */
function* eventfuls<K>(all: readonly K[], maxKeys: number): Generator<K[]> {
  let [keys, bytes]: [K[], number] = [[], 0];
  for (const key of all) {
    const size = Buffer.byteLength(JSON.stringify(key)) + 1;
    if (keys.length === maxKeys || (keys.length > 0 && bytes + size > maxKeysBytes)) {
      yield keys;
      [keys, bytes] = [[], 0];
    }
    keys.push(key);
    bytes += size;
  }
  if (keys.length > 0) yield keys;
}
