import { databaseApp } from '@refundry/database-app';
import { JobMeasures, WakeUps } from '@refundry/jobs';
import { OutboxMeasures, OutboxRelay } from '@refundry/outbox';
import { WebhookMeasures } from '@refundry/webhooks';
import { ManualQuoteMeasures } from './manual-quotes/manual-quote-measures.js';
import { ReservationRefunds1764000000001 } from './migrations/1-reservation-refunds.js';
import { LaneReadsUnasked1764000000002 } from './migrations/2-lane-reads-unasked.js';
import { ComparisonKeys1764000000003 } from './migrations/3-comparison-keys.js';
import { ListedRefunds1764000000004 } from './migrations/4-listed-refunds.js';
import { Stamps1764000000005 } from './migrations/5-stamps.js';
import { BoundedSweeps1764000000012 } from './migrations/12-bounded-sweeps.js';
import { ThinRowTallies1764000000014 } from './migrations/14-thin-row-tallies.js';
import { EventLog1764000000015 } from './migrations/15-event-log.js';
import { Webhooks1764000000016 } from './migrations/16-webhooks.js';
import { AuditAndSettings1764000000017 } from './migrations/17-audit-and-settings.js';
import { PartialRefunds1764000000018 } from './migrations/18-partial-refunds.js';
import { RuleDrafts1764000000021 } from './migrations/21-rule-drafts.js';
import { Waivers1764000000020 } from './migrations/20-waivers.js';
import { ManualQuotes1764000000019 } from './migrations/19-manual-quotes.js';
import { PassengerTypes1764000000022 } from './migrations/22-passenger-types.js';
import { reservationRefundConfig } from './reservation-refund.config.js';
import { ReservationRefundModule } from './reservation-refund.module.js';
import { RulesMeasures } from './rules/rules-measures.js';

export const reservationRefundMigrations = [
  ReservationRefunds1764000000001,
  LaneReadsUnasked1764000000002,
  ComparisonKeys1764000000003,
  ListedRefunds1764000000004,
  Stamps1764000000005,
  BoundedSweeps1764000000012,
  ThinRowTallies1764000000014,
  EventLog1764000000015,
  Webhooks1764000000016,
  AuditAndSettings1764000000017,
  PartialRefunds1764000000018,
  RuleDrafts1764000000021,
  PassengerTypes1764000000022,
  Waivers1764000000020,
  ManualQuotes1764000000019,
];

export const reservationRefundApp = databaseApp({
  name: 'reservation-refund',
  readConfig: reservationRefundConfig,
  module: (config) => ReservationRefundModule.with(config),
  migrations: reservationRefundMigrations,
  readiness: (app) => ({ jobs: app.get(WakeUps).isReady, events: app.get(OutboxRelay).isReady }),
  metrics: (app) => [
    ...app.get(JobMeasures).all,
    ...app.get(OutboxMeasures).all,
    ...app.get(WebhookMeasures).all,
    ...app.get(RulesMeasures).all,
    ...app.get(ManualQuoteMeasures).all,
  ],
});
