import { Inject, Module, type DynamicModule, type OnApplicationShutdown } from '@nestjs/common';
import { RpcConnection } from '@refundry/messaging';
import { EventStream } from './event-stream.js';
import { OutboxMeasures } from './outbox-measures.js';
import { OutboxRelay } from './outbox-relay.js';

const connectionToken = Symbol('the connection to JetStream');

interface EventsOptions {
  /** The service whose events these are. */
  readonly service: string;
  /** The address of NATS, with the service's user. */
  readonly natsUrl: string;
}

/**
 * The events of a service: left in its outbox by `publishEvent`, published to JetStream by the replica that holds the
 * account's shard.
 */
@Module({})
export class EventsModule implements OnApplicationShutdown {
  constructor(@Inject(connectionToken) private readonly connection: RpcConnection) {}

  static forRoot({ service, natsUrl }: EventsOptions): DynamicModule {
    return {
      module: EventsModule,
      providers: [
        { provide: connectionToken, useFactory: () => RpcConnection.open(natsUrl, `${service} events`) },
        {
          provide: EventStream,
          useFactory: (connection: RpcConnection) => new EventStream(connection, service),
          inject: [connectionToken],
        },
        OutboxRelay,
        OutboxMeasures,
      ],
      exports: [OutboxMeasures, OutboxRelay],
    };
  }

  async onApplicationShutdown(): Promise<void> {
    await this.connection.close();
  }
}
