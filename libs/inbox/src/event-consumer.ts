import type { EventType } from '@refundry/resource';
import type { EntityManager } from 'typeorm';

/** An event of another service, as its consumer gets it. */
export interface ConsumedEvent<T extends object = object> {
  readonly id: string;
  readonly account: number;
  /** A later event of the account has a higher one. */
  readonly position: number;
  readonly version: number;
  /** A timestamp with microseconds. */
  readonly occurred: string;
  /** The path of what it happened to, below the address of its family. */
  readonly subject: string | null;
  readonly content: T;
}

/** The handler of a type of events of another service. */
export interface EventConsumer<T extends object = object> {
  /** In kebab-case. Under this name the inbox knows what was read: another one begins with the log's first event. */
  readonly name: string;
  readonly type: EventType<T>;
  /** The versions of the content that it understands. Events of others wait for a release that does. */
  readonly versions: readonly number[];
  /**
   * Does what follows from the event. Writes by `transaction` are committed together with the record that the event was
   * handled, and so once; anything else it does may be done again.
   *
   * @throws whatever keeps it from doing so: the event is handled again, after a pause
   */
  handle(event: ConsumedEvent<T>, transaction: EntityManager): Promise<void>;
}
