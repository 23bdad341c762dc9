import {
  DiscardPolicy,
  jetstream,
  JetStreamApiError,
  jetstreamManager,
  RetentionPolicy,
  type JetStreamClient,
  type JetStreamManager,
  type StreamConfig,
  type StreamInfo,
} from '@nats-io/jetstream';
import { nanos, RequestError } from '@nats-io/transport-node';
import type { RpcConnection } from '@refundry/messaging';
import { SingleFlight, mebibyte } from '@refundry/concurrency';

/** An event is smaller, so that a number of them is a number of bytes. */
export const maxEventBytes = 8192;
/**
 * Of an account and type; the oldest go first. Of the two types of supplier-refund an account has a sixteenth of the
 * stream at most.
 */
const maxEventsPerSubject = 1000;
/** How long other teams may be away and miss nothing, unless an account had more events than that. */
const maxAgeMs = 7 * 24 * 60 * 60_000;
/** Beyond it the oldest go. NATS sets so much aside for each stream. */
const maxBytes = 256 * mebibyte;
const duplicateWindowMs = 2 * 60_000;
const apiTimeoutMs = 3000;
/** How long the stream is taken to be as it was found: an operator may change it, or make it anew. */
const defaultTrustMs = 30_000;

type DeclaredStream = Partial<StreamConfig> & Pick<StreamConfig, 'name'>;

/**
 * The stream of a service's events, a copy for other teams that may be lost. It is kept as this version declares it.
 */
export class EventStream {
  private readonly client: JetStreamClient;
  private readonly declared: DeclaredStream;
  private readonly declaring = new SingleFlight(() => this.makeOrChange());
  private found = false;
  private trustedUntil = 0;

  constructor(
    private readonly connection: RpcConnection,
    service: string,
    private readonly trustMs = defaultTrustMs,
  ) {
    this.client = jetstream(connection.nats, { timeout: apiTimeoutMs });
    this.declared = {
      name: eventStreamName(service),
      subjects: [eventSubject(service, '>')],
      retention: RetentionPolicy.Limits,
      discard: DiscardPolicy.Old,
      max_age: nanos(maxAgeMs),
      max_bytes: maxBytes,
      max_msgs_per_subject: maxEventsPerSubject,
      duplicate_window: nanos(duplicateWindowMs),
    };
    connection.onUp(() => {
      this.trustedUntil = 0;
    });
  }

  get isConnected(): boolean {
    return this.connection.isUp;
  }

  /** Whether there is something to publish to. */
  get isThere(): boolean {
    return this.isConnected && this.found;
  }

  /**
   * Makes the stream, or changes it where it differs, unless that was seen to a moment ago. @throws when JetStream is
   * away or refuses
   */
  async reconcile(): Promise<void> {
    if (!this.found || performance.now() >= this.trustedUntil) await this.declaring.run();
  }

  /** Resolves when the stream has the message. @throws when it may not */
  async publish(subject: string, messageId: string, payload: Uint8Array): Promise<void> {
    const send = (): Promise<unknown> =>
      this.client.publish(subject, payload, { msgID: messageId, timeout: apiTimeoutMs, retries: 0 });
    try {
      await send();
    } catch (error) {
      if (!hasNoResponders(error)) throw error;
      await this.declaring.run();
      await send();
    }
  }

  /** Only what is declared is changed: what an operator has set beside it stays. */
  private async makeOrChange(): Promise<void> {
    this.found = false;
    const { streams } = await jetstreamManager(this.connection.nats, { timeout: apiTimeoutMs, checkAPI: false });
    const existing = await existingStream(streams, this.declared.name);
    if (!existing) await streams.add({ ...this.declared });
    this.found = true;
    if (existing && differs(existing.config, this.declared))
      await streams.update(this.declared.name, { ...this.declared });
    this.trustedUntil = performance.now() + this.trustMs;
  }
}

const streamNotFound = 10_059;

async function existingStream(streams: JetStreamManager['streams'], name: string): Promise<StreamInfo | undefined> {
  try {
    return await streams.info(name);
  } catch (error) {
    if (error instanceof JetStreamApiError && error.code === streamNotFound) return undefined;
    throw error;
  }
}

const differs = (config: StreamConfig, declared: DeclaredStream): boolean =>
  Object.entries(declared).some(
    ([name, value]) => JSON.stringify(config[name as keyof StreamConfig]) !== JSON.stringify(value),
  );

/** There is no such stream, or no JetStream at all. */
const hasNoResponders = (error: unknown): boolean =>
  error instanceof Error && error.cause instanceof RequestError && error.cause.isNoResponders();

export const eventStreamName = (service: string): string => `events_${service}`;

export const eventSubject = (service: string, type: string): string => `events.${service}.${type}`;
