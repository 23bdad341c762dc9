import { Inject, Module, type DynamicModule, type OnApplicationShutdown } from '@nestjs/common';
import { WireConnection } from '@refundry/messaging';
import { EventStream } from './event-stream.js';
import { OutboxMeasures } from './outbox-measures.js';
import { OutboxRelay } from './outbox-relay.js';
import { OutboxStream } from './outbox-stream.js';

const connectionToken = Symbol('the connection to JetStream');

interface EventsOptions {
  /** The service whose events these are. */
  readonly service: string;
  /** Where NATS is, with the service's user. */
  readonly natsUrl: string;
}

/** The events of a service without jobs: left in its outbox by `leaveEvent`, carried to JetStream by whichever replica comes first. */
@Module({})
export class EventsModule implements OnApplicationShutdown {
  constructor(@Inject(connectionToken) private readonly connection: WireConnection) {}

  static forRoot({ service, natsUrl }: EventsOptions): DynamicModule {
    return {
      module: EventsModule,
      providers: [
        { provide: connectionToken, useFactory: () => WireConnection.open(natsUrl, `${service} events`) },
        { provide: OutboxStream, useFactory: (connection: WireConnection) => new EventStream(connection, service), inject: [connectionToken] },
        OutboxRelay,
        OutboxMeasures,
      ],
      exports: [OutboxMeasures],
    };
  }

  async onApplicationShutdown(): Promise<void> {
    await this.connection.close();
  }
}
