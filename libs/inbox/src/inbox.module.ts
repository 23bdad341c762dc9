import {
  Inject,
  Module,
  type DynamicModule,
  type ModuleMetadata,
  type OnApplicationShutdown,
  type Type,
} from '@nestjs/common';
import { Consumers } from './consumers.js';
import type { EventConsumer } from './event-consumer.js';
import { FailedEventsService } from './failed-events.service.js';
import { InboxMeasures } from './inbox-measures.js';
import { InboxPurge } from './inbox-purge.js';
import { InboxReader } from './inbox-reader.js';
import { InboxRows } from './inbox-rows.js';
import { InboxWorker, retryPausesToken } from './inbox-worker.js';
import { inboxController } from './inbox.controller.js';
import { LogComparison } from './log-comparison.js';
import { PublisherLogs } from './publisher-logs.js';
import { defaultPausesMs } from './retry-schedule.js';

interface InboxOptions {
  /** The service that consumes. */
  readonly service: string;
  /** The address of NATS, with the service's user. */
  readonly natsUrl: string;
  /** Classes that may have dependencies of Nest's. */
  readonly consumers: readonly Type<EventConsumer>[];
  /** The modules that those need, beside that of the database. */
  readonly imports?: ModuleMetadata['imports'];
  /** The pauses before further attempts, in milliseconds. */
  readonly retryPausesMs?: readonly number[];
}

/**
 * The inbox of a service: events of other services are read from their logs at least once, and handled once, in the
 * transaction that records it.
 */
@Module({})
export class InboxModule implements OnApplicationShutdown {
  constructor(@Inject(PublisherLogs) private readonly logs: PublisherLogs) {}

  static forRoot({
    service,
    natsUrl,
    consumers,
    imports = [],
    retryPausesMs = defaultPausesMs,
  }: InboxOptions): DynamicModule {
    return {
      module: InboxModule,
      imports,
      controllers: [inboxController(service)],
      providers: [
        ...consumers,
        {
          provide: Consumers,
          useFactory: (...all: EventConsumer[]) => new Consumers(all),
          inject: [...consumers],
        },
        { provide: PublisherLogs, useFactory: () => PublisherLogs.open(natsUrl, service) },
        { provide: retryPausesToken, useValue: retryPausesMs },
        FailedEventsService,
        InboxMeasures,
        InboxPurge,
        InboxReader,
        InboxRows,
        InboxWorker,
        LogComparison,
      ],
      exports: [InboxMeasures, InboxReader],
    };
  }

  async onApplicationShutdown(): Promise<void> {
    await this.logs.close();
  }
}
