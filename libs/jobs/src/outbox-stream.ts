/** Where the relay carries what is in the outbox. */
export abstract class OutboxStream {
  abstract readonly isReachable: boolean;

  /** Resolves when the message is kept. @throws when it may not be */
  abstract publish(subject: string, messageId: string, payload: Uint8Array): Promise<void>;
}
