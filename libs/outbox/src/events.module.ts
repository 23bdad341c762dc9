import { Inject, Module, type DynamicModule, type OnApplicationShutdown } from '@nestjs/common';
import { RpcConnection } from '@refundry/messaging';
import type { EventType } from '@refundry/resource';
import { EventLogger, eventTypesToken } from './event-logger.js';
import { EventPurge } from './event-purge.js';
import { EventStream } from './event-stream.js';
import { eventsController, noDeliveries, type EventDeliveries, type EventLogEndpoints } from './events.controller.js';
import { logController } from './log.controller.js';
import { eventConnectionToken, eventServiceToken, LoggedNotices } from './logged-notices.js';
import { OutboxMeasures } from './outbox-measures.js';
import { OutboxRelay } from './outbox-relay.js';

interface EventsOptions {
  /** The service whose events these are. */
  readonly service: string;
  /** The address of NATS, with the service's user. */
  readonly natsUrl: string;
  /** The catalogue; those of the service are taken from it. */
  readonly types: readonly EventType[];
  /** The endpoints of its event log. */
  readonly endpoints: EventLogEndpoints;
  /** Those to the webhooks of the service, if it has any. */
  readonly deliveries?: EventDeliveries;
}

/**
 * The events of a service: left in its outbox by `publishEvent`, moved into its log and published to JetStream by the
 * replica that holds the account's shard.
 */
@Module({})
export class EventsModule implements OnApplicationShutdown {
  constructor(@Inject(eventConnectionToken) private readonly connection: RpcConnection) {}

  static forRoot({ service, natsUrl, types, endpoints, deliveries = noDeliveries }: EventsOptions): DynamicModule {
    const ownTypes = types.filter((type) => type.service === service);
    return {
      module: EventsModule,
      controllers: [eventsController({ endpoints, types: ownTypes, deliveries }), logController(service)],
      providers: [
        { provide: eventConnectionToken, useFactory: () => RpcConnection.open(natsUrl, `${service} events`) },
        { provide: eventServiceToken, useValue: service },
        { provide: eventTypesToken, useValue: ownTypes },
        {
          provide: EventStream,
          useFactory: (connection: RpcConnection) => new EventStream(connection, service),
          inject: [eventConnectionToken],
        },
        EventLogger,
        EventPurge,
        LoggedNotices,
        OutboxRelay,
        OutboxMeasures,
      ],
      exports: [EventLogger, OutboxMeasures, OutboxRelay],
    };
  }

  async onApplicationShutdown(): Promise<void> {
    await this.connection.close();
  }
}
