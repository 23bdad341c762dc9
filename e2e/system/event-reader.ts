import { AckPolicy, DeliverPolicy, jetstream, jetstreamManager } from '@nats-io/jetstream';
import { RpcConnection } from '@refundry/messaging';

/** An event as it is on the stream. */
export interface Event {
  readonly id: string;
  readonly type: string;
  readonly version: number;
  readonly occurred: string;
  readonly account: number;
}

/** Another team, that reads a service's events. */
export class EventReader {
  private constructor(
    private readonly connection: RpcConnection,
    private readonly stream: string,
  ) {}

  static async open(natsUrl: string, service: string): Promise<EventReader> {
    return new EventReader(await RpcConnection.open(natsUrl, 'another team'), `events_${service}`);
  }

  /** All the events there are, in the order of the stream. @throws when there is no stream */
  async events<E extends Event>(): Promise<E[]> {
    const manager = await jetstreamManager(this.connection.nats, { checkAPI: false });
    const { state } = await manager.streams.info(this.stream);
    if (state.messages === 0) return [];
    const { name } = await manager.consumers.add(this.stream, {
      ack_policy: AckPolicy.None,
      deliver_policy: DeliverPolicy.All,
    });
    const consumer = await jetstream(this.connection.nats).consumers.get(this.stream, name);
    const events: E[] = [];
    for await (const message of await consumer.fetch({ max_messages: state.messages })) events.push(message.json<E>());
    return events;
  }

  close(): Promise<void> {
    return this.connection.close();
  }
}
