import { DiscardPolicy, jetstream, RetentionPolicy, type JetStreamClient } from '@nats-io/jetstream';
import { nanos, RequestError } from '@nats-io/transport-node';
import type { WireConnection } from '@refundry/messaging';
import { JetStreamDeclaration } from './jetstream-declaration.js';
import { OutboxStream } from './outbox-stream.js';

/** How long other teams may be away and miss nothing. */
const longestLifeMs = 7 * 24 * 60 * 60_000;
/** Beyond it the oldest go. NATS sets so much aside for each stream. */
const mostBytes = 256 * 1024 * 1024;
const duplicateWindowMs = 2 * 60_000;
const apiTimeoutMs = 3000;

/** The stream of a service's events, for whoever wants to read them. It is made at every connection, and when it is gone. */
export class EventStream extends OutboxStream {
  private readonly client: JetStreamClient;
  private readonly declaration: JetStreamDeclaration;

  constructor(
    private readonly connection: WireConnection,
    service: string,
  ) {
    super();
    this.client = jetstream(connection.nats, { timeout: apiTimeoutMs });
    this.declaration = new JetStreamDeclaration(connection, { stream: {
      name: eventStreamName(service),
      subjects: [eventSubject(service, '>')],
      retention: RetentionPolicy.Limits,
      discard: DiscardPolicy.Old,
      max_age: nanos(longestLifeMs),
      max_bytes: mostBytes,
      duplicate_window: nanos(duplicateWindowMs),
    } });
  }

  get isReachable(): boolean {
    return this.connection.isUp;
  }

  /** @throws when JetStream is away */
  async publish(subject: string, messageId: string, payload: Uint8Array): Promise<void> {
    const send = (): Promise<unknown> => this.client.publish(subject, payload, { msgID: messageId, timeout: apiTimeoutMs, retries: 0 });
    try {
      await send();
    } catch (error) {
      if (!wasTakenByNobody(error)) throw error;
      await this.declaration.make();
      await send();
    }
  }
}

/** There is no such stream, or no JetStream at all. */
const wasTakenByNobody = (error: unknown): boolean => error instanceof Error && error.cause instanceof RequestError && error.cause.isNoResponders();

export const eventStreamName = (service: string): string => `events_${service}`;

export const eventSubject = (service: string, type: string): string => `events.${service}.${type}`;
