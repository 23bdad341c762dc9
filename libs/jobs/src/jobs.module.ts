import { Inject, Module, type DynamicModule, type OnApplicationShutdown } from '@nestjs/common';
import { RpcConnection } from '@refundry/messaging';
import { JobBacklog } from './job-backlog.js';
import { JobClaims } from './job-claims.js';
import { JobDispatcher } from './job-dispatcher.js';
import { JobMeasures } from './job-measures.js';
import { JobWorker } from './job-worker.js';
import { Jobs } from './jobs.js';
import { jobsOptionsToken, type JobsOptions } from './jobs-options.js';
import { WakeUps } from './wake-ups.js';

const connectionToken = Symbol('the connection of jobs to NATS');

/** The jobs of a service: ordered in PostgreSQL, announced by NATS, done by whichever replica takes them. */
@Module({})
export class JobsModule implements OnApplicationShutdown {
  constructor(@Inject(connectionToken) private readonly connection: RpcConnection) {}

  static forRoot(options: JobsOptions): DynamicModule {
    const { service, natsUrl } = options;
    return {
      module: JobsModule,
      global: true,
      providers: [
        { provide: jobsOptionsToken, useValue: options },
        { provide: connectionToken, useFactory: () => RpcConnection.open(natsUrl, `${service} jobs`) },
        {
          provide: WakeUps,
          useFactory: (connection: RpcConnection) => new WakeUps(connection, service),
          inject: [connectionToken],
        },
        Jobs,
        JobMeasures,
        JobClaims,
        JobBacklog,
        JobWorker,
        JobDispatcher,
      ],
      exports: [JobMeasures, Jobs, JobWorker, WakeUps],
    };
  }

  async onApplicationShutdown(): Promise<void> {
    await this.connection.close();
  }
}
