import { Module, type DynamicModule } from '@nestjs/common';
import { ConcurrencyLimiter } from '@refundry/concurrency';
import { Egress } from '@refundry/egress';
import { DeliveryClaims } from './delivery-claims.js';
import { DeliveryFanOut } from './delivery-fan-out.js';
import { DeliveryOutcomes, randomToken } from './delivery-outcomes.js';
import { DeliveryPurge } from './delivery-purge.js';
import { attemptSlots, DeliveryWorker } from './delivery-worker.js';
import { Pings } from './pings.js';
import { Replays } from './replays.js';
import { SecretResealing } from './secret-resealing.js';
import { WebhookMeasures } from './webhook-measures.js';
import { WebhookSecrets } from './webhook-secrets.js';
import { attemptMs, WebhookSender } from './webhook-sender.js';
import { webhooksOptionsToken, type WebhooksOptions } from './webhooks-options.js';
import { webhooksControllers } from './webhooks.controller.js';
import { WebhooksReader } from './webhooks.reader.js';
import { WebhooksService } from './webhooks.service.js';

/** The webhooks of a service: sent from its event log, which `events` provides, by the replica that logs the events. */
@Module({})
export class WebhooksModule {
  /** @param events the service's `EventsModule`, by the same call */
  static forRoot(events: DynamicModule, options: WebhooksOptions): DynamicModule {
    const { endpoints, secretKey, allowsPlain } = options;
    return {
      module: WebhooksModule,
      imports: [events],
      controllers: webhooksControllers(endpoints),
      providers: [
        { provide: webhooksOptionsToken, useValue: options },
        { provide: randomToken, useValue: Math.random },
        { provide: WebhookSecrets, useFactory: () => new WebhookSecrets(secretKey) },
        {
          provide: WebhookSender,
          useFactory: () =>
            new WebhookSender(new Egress({ timeoutMs: attemptMs, allowsPrivateAddresses: allowsPlain })),
        },
        { provide: ConcurrencyLimiter, useFactory: () => new ConcurrencyLimiter(attemptSlots) },
        DeliveryClaims,
        DeliveryFanOut,
        DeliveryOutcomes,
        DeliveryPurge,
        DeliveryWorker,
        Pings,
        Replays,
        SecretResealing,
        WebhookMeasures,
        WebhooksReader,
        WebhooksService,
      ],
      exports: [WebhookMeasures],
    };
  }
}
