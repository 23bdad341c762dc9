import { Module, type DynamicModule } from '@nestjs/common';
import { auditController } from '@refundry/audit';
import {
  eventTypes,
  reservationAudit,
  reservationEvents,
  reservationSettings,
  reservationWebhookDecisions,
  reservationWebhooks,
} from '@refundry/contracts';
import { JobsModule } from '@refundry/jobs';
import { EventsModule } from '@refundry/outbox';
import { DatabaseModule, IdempotentRequests } from '@refundry/persistence';
import { settingsController } from '@refundry/settings';
import { eventDeliveries, WebhooksModule } from '@refundry/webhooks';
import { ManualQuoteMeasures } from './manual-quotes/manual-quote-measures.js';
import { ManualQuoteMoves } from './manual-quotes/manual-quote-moves.js';
import { ManualQuoteSweep } from './manual-quotes/manual-quote-sweep.js';
import { ManualQuotesController } from './manual-quotes/manual-quotes.controller.js';
import { ManualQuotesReader } from './manual-quotes/manual-quotes.reader.js';
import { ManualQuotesRepository } from './manual-quotes/manual-quotes.repository.js';
import { ManualQuotesService } from './manual-quotes/manual-quotes.service.js';
import { checkOfficeHours } from './manual-quotes/office-hours.js';
import { QuoteOpener } from './manual-quotes/quote-opener.js';
import { PublishedErrorsController } from './published-errors/published-errors.controller.js';
import { QuotesController } from './quotes/quotes.controller.js';
import { QuotesService } from './quotes/quotes.service.js';
import { RefundsController } from './refunds/refunds.controller.js';
import { RefundsReader } from './refunds/refunds.reader.js';
import { RefundsRepository } from './refunds/refunds.repository.js';
import { RefundsService } from './refunds/refunds.service.js';
import type { ReservationRefundConfig } from './reservation-refund.config.js';
import { reservationRefundEntities } from './reservation-refund.entities.js';
import { ReservationLookup } from './reservations/reservation-lookup.js';
import { ReservationsController } from './reservations/reservations.controller.js';
import { ReservationsReader } from './reservations/reservations.reader.js';
import { ReservationsRepository } from './reservations/reservations.repository.js';
import { ReservationsService } from './reservations/reservations.service.js';
import { RefundRulesController } from './rules/refund-rules.controller.js';
import { RefundRulesReader } from './rules/refund-rules.reader.js';
import { RefundRulesRepository } from './rules/refund-rules.repository.js';
import { RefundRulesService } from './rules/refund-rules.service.js';
import { RulesChangesController } from './rules/rules-changes.controller.js';
import { RulesChangesReader } from './rules/rules-changes.reader.js';
import { RulesCsvController } from './rules/rules-csv.controller.js';
import { RulesCsvService } from './rules/rules-csv.service.js';
import { RulesDraftsController } from './rules/rules-drafts.controller.js';
import { RulesDraftsReader } from './rules/rules-drafts.reader.js';
import { RulesDraftsRepository } from './rules/rules-drafts.repository.js';
import { RulesDraftsService } from './rules/rules-drafts.service.js';
import { ImpactPurge } from './rules/impact-purge.js';
import { ImpactRunner } from './rules/impact-runner.js';
import { RulesImpactController } from './rules/rules-impact.controller.js';
import { RulesImpactReader } from './rules/rules-impact.reader.js';
import { RulesImpactRepository } from './rules/rules-impact.repository.js';
import { endImpact, RulesImpactService } from './rules/rules-impact.service.js';
import { RulesMeasures } from './rules/rules-measures.js';
import { RulesPublisher } from './rules/rules-publisher.js';
import { ScheduledPublications } from './rules/scheduled-publications.js';
import { WaiverCodesRepository } from './waivers/waiver-codes.repository.js';
import { WaiverCodesService } from './waivers/waiver-codes.service.js';
import { WaiverExpiry } from './waivers/waiver-expiry.js';
import { WaiversController } from './waivers/waivers.controller.js';
import { WaiversReader } from './waivers/waivers.reader.js';
import { WaiversRepository } from './waivers/waivers.repository.js';
import { WaiversService } from './waivers/waivers.service.js';

/** Requests for one reservation wait for each other, and others must find connections left. */
const poolSize = 20;
/** How long a worker that falls silent keeps its job. */
const leaseMs = 15_000;

type ReservationRefundModuleConfig = Pick<
  ReservationRefundConfig,
  'databaseUrl' | 'natsUrl' | 'secretKey' | 'allowsPlainWebhooks'
>;

@Module({})
export class ReservationRefundModule {
  static with({
    databaseUrl,
    natsUrl,
    secretKey,
    allowsPlainWebhooks: allowsPlain,
  }: ReservationRefundModuleConfig): DynamicModule {
    const events = EventsModule.forRoot({
      service: 'reservation-refund',
      natsUrl,
      types: eventTypes,
      endpoints: reservationEvents,
      deliveries: eventDeliveries,
    });
    return {
      module: ReservationRefundModule,
      imports: [
        DatabaseModule.forRoot({
          service: 'reservation-refund',
          url: databaseUrl,
          entities: reservationRefundEntities,
          poolSize,
        }),
        JobsModule.forRoot({ service: 'reservation-refund', natsUrl, leaseMs, readyAfterMs: 0, onEnd: endImpact }),
        events,
        WebhooksModule.forRoot(events, {
          endpoints: reservationWebhooks,
          decisions: reservationWebhookDecisions,
          settings: reservationSettings,
          types: eventTypes,
          secretKey,
          allowsPlain,
        }),
      ],
      controllers: [
        ManualQuotesController,
        QuotesController,
        RefundsController,
        RefundRulesController,
        RulesChangesController,
        RulesCsvController,
        RulesDraftsController,
        RulesImpactController,
        ReservationsController,
        WaiversController,
        PublishedErrorsController,
        auditController(reservationAudit),
        settingsController(reservationSettings, checkOfficeHours),
      ],
      providers: [
        IdempotentRequests,
        ManualQuoteMeasures,
        ManualQuoteMoves,
        ManualQuoteSweep,
        ManualQuotesReader,
        ManualQuotesRepository,
        ManualQuotesService,
        QuoteOpener,
        ReservationLookup,
        QuotesService,
        RefundsReader,
        RefundsRepository,
        RefundsService,
        RefundRulesReader,
        RefundRulesRepository,
        RefundRulesService,
        RulesChangesReader,
        RulesCsvService,
        RulesDraftsReader,
        RulesDraftsRepository,
        RulesDraftsService,
        RulesImpactReader,
        RulesImpactRepository,
        RulesImpactService,
        ImpactPurge,
        ImpactRunner,
        RulesMeasures,
        RulesPublisher,
        ScheduledPublications,
        ReservationsReader,
        ReservationsRepository,
        ReservationsService,
        WaiverCodesRepository,
        WaiverCodesService,
        WaiverExpiry,
        WaiversReader,
        WaiversRepository,
        WaiversService,
      ],
    };
  }
}
