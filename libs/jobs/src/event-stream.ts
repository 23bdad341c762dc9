import { DiscardPolicy, jetstream, jetstreamManager, RetentionPolicy, type JetStreamClient } from '@nats-io/jetstream';
import { nanos, RequestError } from '@nats-io/transport-node';
import type { WireConnection } from '@refundry/messaging';
import { OutboxStream } from './outbox-stream.js';

/** How long other teams may be away and miss nothing. */
const longestLifeMs = 7 * 24 * 60 * 60_000;
/** Beyond it the oldest go. NATS sets so much aside for each stream. */
const mostBytes = 256 * 1024 * 1024;
const duplicateWindowMs = 2 * 60_000;
const apiTimeoutMs = 3000;

/** The stream of a service's events, for whoever wants to read them. It is made when the first is published, and when it is gone. */
export class EventStream extends OutboxStream {
  private readonly client: JetStreamClient;
  private creating: Promise<void> | undefined;

  constructor(
    private readonly connection: WireConnection,
    private readonly service: string,
  ) {
    super();
    this.client = jetstream(connection.nats, { timeout: apiTimeoutMs });
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
      await this.create();
      await send();
    }
  }

  /** Once for all that wait for it. */
  private create(): Promise<void> {
    this.creating ??= this.add().finally(() => { this.creating = undefined; });
    return this.creating;
  }

  private async add(): Promise<void> {
    const manager = await jetstreamManager(this.connection.nats, { timeout: apiTimeoutMs, checkAPI: false });
    await manager.streams.add({
      name: eventStreamName(this.service),
      subjects: [eventSubject(this.service, '>')],
      retention: RetentionPolicy.Limits,
      discard: DiscardPolicy.Old,
      max_age: nanos(longestLifeMs),
      max_bytes: mostBytes,
      duplicate_window: nanos(duplicateWindowMs),
    });
  }
}

/** There is no such stream, or no JetStream at all. */
const wasTakenByNobody = (error: unknown): boolean => error instanceof Error && error.cause instanceof RequestError && error.cause.isNoResponders();

export const eventStreamName = (service: string): string => `events_${service}`;

export const eventSubject = (service: string, type: string): string => `events.${service}.${type}`;
