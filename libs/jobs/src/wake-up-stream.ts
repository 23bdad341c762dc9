import { AckPolicy, jetstream, RetentionPolicy, type ConsumerMessages, type JetStreamClient } from '@nats-io/jetstream';
import { nanos } from '@nats-io/transport-node';
import type { WireConnection } from '@refundry/messaging';
import { JetStreamDeclaration } from './jetstream-declaration.js';
import { OutboxStream } from './outbox-stream.js';

/** A wake-up that lay about for so long wakes nobody: the sweeper has found its job long ago. */
const longestLifeMs = 60 * 60_000;
const duplicateWindowMs = 2 * 60_000;
const apiTimeoutMs = 3000;
const mostDeliveries = 10;

/** The stream of a service's wake-ups and its one consumer; every replica takes from it in turn. */
export class WakeUpStream extends OutboxStream {
  readonly subject: string;
  private readonly name: string;
  private readonly client: JetStreamClient;
  private readonly declaration: JetStreamDeclaration;

  constructor(
    private readonly connection: WireConnection,
    service: string,
    leaseMs: number,
  ) {
    super();
    this.subject = wakeUpSubject(service);
    this.name = `jobs_${service}`;
    this.client = jetstream(connection.nats, { timeout: apiTimeoutMs });
    this.declaration = new JetStreamDeclaration(connection, {
      stream: { name: this.name, subjects: [this.subject], retention: RetentionPolicy.Workqueue, max_age: nanos(longestLifeMs), duplicate_window: nanos(duplicateWindowMs) },
      consumer: { durable_name: 'workers', ack_policy: AckPolicy.Explicit, ack_wait: nanos(leaseMs), max_deliver: mostDeliveries },
    });
  }

  get isReachable(): boolean {
    return this.connection.isUp;
  }

  /** @throws when JetStream is away, or has lost the stream */
  async publish(subject: string, messageId: string, payload: Uint8Array): Promise<void> {
    await this.client.publish(subject, payload, { msgID: messageId, timeout: apiTimeoutMs, retries: 0 });
  }

  /** The wake-ups, after making sure that there is something they can come from. */
  async consume(atOnce: number): Promise<ConsumerMessages> {
    await this.declaration.make();
    const consumer = await this.client.consumers.get(this.name, 'workers');
    return consumer.consume({ max_messages: atOnce, abort_on_missing_resource: true });
  }
}

export const wakeUpSubject = (service: string): string => `jobs.${service}.wake-up`;
