import { Inject, Module, type DynamicModule, type OnApplicationShutdown } from '@nestjs/common';
import { WireConnection } from '@refundry/messaging';
import { JobBacklog } from './job-backlog.js';
import { JobClaims } from './job-claims.js';
import { JobDispatcher } from './job-dispatcher.js';
import { JobMeasures } from './job-measures.js';
import { JobWorker } from './job-worker.js';
import { Jobs } from './jobs.js';
import { jobsOptionsToken, type JobsOptions } from './jobs-options.js';
import { OutboxMeasures } from './outbox-measures.js';
import { OutboxRelay } from './outbox-relay.js';
import { OutboxStream } from './outbox-stream.js';
import { WakeUpStream } from './wake-up-stream.js';

const connectionToken = Symbol('the connection to JetStream');

/** The jobs of a service: ordered in PostgreSQL, announced by JetStream, done by whichever replica takes them. */
@Module({})
export class JobsModule implements OnApplicationShutdown {
  constructor(@Inject(connectionToken) private readonly connection: WireConnection) {}

  static forRoot(options: JobsOptions): DynamicModule {
    const { service, natsUrl, leaseMs } = options;
    return {
      module: JobsModule,
      global: true,
      providers: [
        { provide: jobsOptionsToken, useValue: options },
        { provide: connectionToken, useFactory: () => WireConnection.open(natsUrl, `${service} jobs`) },
        { provide: WakeUpStream, useFactory: (connection: WireConnection) => new WakeUpStream(connection, service, leaseMs), inject: [connectionToken] },
        { provide: OutboxStream, useExisting: WakeUpStream },
        OutboxRelay,
        OutboxMeasures,
        Jobs,
        JobMeasures,
        JobClaims,
        JobBacklog,
        JobWorker,
        JobDispatcher,
      ],
      exports: [JobMeasures, Jobs, JobWorker, OutboxMeasures],
    };
  }

  async onApplicationShutdown(): Promise<void> {
    await this.connection.close();
  }
}
