import { databaseApp } from '@refundry/database-app';
import { OutboxMeasures, OutboxRelay } from '@refundry/outbox';
import { WebhookMeasures } from '@refundry/webhooks';
import { SupplierRefunds1764000000001 } from './migrations/1-supplier-refunds.js';
import { LaneReadsUnasked1764000000002 } from './migrations/2-lane-reads-unasked.js';
import { BoundedSweeps1764000000012 } from './migrations/12-bounded-sweeps.js';
import { ThinRowTallies1764000000014 } from './migrations/14-thin-row-tallies.js';
import { EventLog1764000000015 } from './migrations/15-event-log.js';
import { Webhooks1764000000016 } from './migrations/16-webhooks.js';
import { AuditAndSettings1764000000017 } from './migrations/17-audit-and-settings.js';
import { supplierRefundConfig } from './supplier-refund.config.js';
import { SupplierRefundModule } from './supplier-refund.module.js';

export const supplierRefundMigrations = [
  SupplierRefunds1764000000001,
  LaneReadsUnasked1764000000002,
  BoundedSweeps1764000000012,
  ThinRowTallies1764000000014,
  EventLog1764000000015,
  Webhooks1764000000016,
  AuditAndSettings1764000000017,
];

export const supplierRefundApp = databaseApp({
  name: 'supplier-refund',
  readConfig: supplierRefundConfig,
  module: (config) => SupplierRefundModule.with(config),
  migrations: supplierRefundMigrations,
  readiness: (app) => ({ events: app.get(OutboxRelay).isReady }),
  metrics: (app) => [...app.get(OutboxMeasures).all, ...app.get(WebhookMeasures).all],
});
