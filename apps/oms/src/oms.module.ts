import { Module, type DynamicModule } from '@nestjs/common';
import { auditController } from '@refundry/audit';
import { Encrypter } from '@refundry/auth';
import { eventTypes, omsAudit, omsEvents, omsSettings, omsWebhookDecisions, omsWebhooks } from '@refundry/contracts';
import { JobsModule } from '@refundry/jobs';
import { EventsModule } from '@refundry/outbox';
import { DatabaseModule } from '@refundry/persistence';
import { settingsController } from '@refundry/settings';
import { eventDeliveries, WebhooksModule } from '@refundry/webhooks';
import { addressControllers } from './addresses/addresses.controllers.js';
import { CancellationReasonsController } from './cancellation-reasons/cancellation-reasons.controller.js';
import { CancellationReasonsLevel } from './cancellation-reasons/cancellation-reasons.level.js';
import { CancellationReasonsPull } from './cancellation-reasons/cancellation-reasons.pull.js';
import { CancellationReasonsReader } from './cancellation-reasons/cancellation-reasons.reader.js';
import { PullsRepository } from './cancellation-reasons/pulls.repository.js';
import { ChannelsController } from './channels/channels.controller.js';
import { CustomersController } from './customers/customers.controller.js';
import { OmnitronConnectionsController } from './omnitron-connections/omnitron-connections.controller.js';
import { OmnitronConnectionsRepository } from './omnitron-connections/omnitron-connections.repository.js';
import { OmnitronConnectionsService } from './omnitron-connections/omnitron-connections.service.js';
import { LoginTest } from './omnitron/login-test.js';
import { OmnitronHttp } from './omnitron/omnitron-http.js';
import { OmnitronKeys } from './omnitron/omnitron-keys.js';
import { Omnitron } from './omnitron/omnitron.js';
import { omsConfigToken, type OmsConfig } from './oms.config.js';
import { omsEntities } from './oms.entities.js';
import { Scheduler } from './schedules/scheduler.js';
import { SchedulesController } from './schedules/schedules.controller.js';
import { SchedulesRepository } from './schedules/schedules.repository.js';
import { SchedulesService } from './schedules/schedules.service.js';
import { publishSetupEnd } from './sync/setup-events.js';
import { setupControllers } from './sync/setup.controllers.js';
import { SetupService } from './sync/setup.service.js';
import { SyncProblems } from './sync/sync-problems.sql.js';
import { SyncRunner } from './sync/sync-runner.js';
import { SyncSteps } from './sync/sync-steps.js';
import { SyncController } from './sync/sync.controller.js';
import { Watermarks } from './sync/watermarks.sql.js';

/**
 * Exports and pulls hold a connection while others answer or read, jobs write two pages at a time, and callers must
 * find some left.
 */
const poolSize = 26;

@Module({})
export class OmsModule {
  static with(config: OmsConfig): DynamicModule {
    const {
      databaseUrl,
      secretKey,
      upstreamTimeoutMs,
      allowsPrivateOmnitron,
      allowsPlainWebhooks: allowsPlain,
      natsUrl,
      jobLeaseMs: leaseMs,
      readyAfterMs,
      exportsOfAccount,
    } = config;
    const events = EventsModule.forRoot({
      service: 'oms',
      natsUrl,
      types: eventTypes,
      endpoints: omsEvents,
      deliveries: eventDeliveries,
    });
    return {
      module: OmsModule,
      imports: [
        DatabaseModule.forRoot({
          service: 'oms',
          url: databaseUrl,
          entities: omsEntities,
          poolSize,
          exportsOfAccount,
        }),
        JobsModule.forRoot({ service: 'oms', natsUrl, leaseMs, readyAfterMs, onEnd: publishSetupEnd }),
        events,
        WebhooksModule.forRoot(events, {
          endpoints: omsWebhooks,
          decisions: omsWebhookDecisions,
          settings: omsSettings,
          types: eventTypes,
          secretKey,
          allowsPlain,
        }),
      ],
      controllers: [
        CancellationReasonsController,
        ChannelsController,
        CustomersController,
        ...addressControllers,
        ...setupControllers,
        SyncController,
        SchedulesController,
        OmnitronConnectionsController,
        auditController(omsAudit),
        settingsController(omsSettings),
      ],
      providers: [
        { provide: omsConfigToken, useValue: config },
        { provide: Encrypter, useFactory: () => new Encrypter(secretKey) },
        {
          provide: OmnitronHttp,
          useFactory: () =>
            new OmnitronHttp({ timeoutMs: upstreamTimeoutMs, allowsPrivateAddresses: allowsPrivateOmnitron }),
        },
        OmnitronKeys,
        Omnitron,
        LoginTest,
        OmnitronConnectionsRepository,
        OmnitronConnectionsService,
        CancellationReasonsReader,
        PullsRepository,
        CancellationReasonsPull,
        CancellationReasonsLevel,
        Watermarks,
        SyncProblems,
        SyncSteps,
        SyncRunner,
        SetupService,
        SchedulesRepository,
        SchedulesService,
        Scheduler,
      ],
    };
  }
}
