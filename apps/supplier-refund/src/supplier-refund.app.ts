import { databaseApp, readDatabaseConfig } from '@refundry/database-app';
import { OutboxMeasures, OutboxRelay } from '@refundry/outbox';
import { SupplierRefunds1764000000001 } from './migrations/1-supplier-refunds.js';
import { LaneReadsUnasked1764000000002 } from './migrations/2-lane-reads-unasked.js';
import { BoundedSweeps1764000000012 } from './migrations/12-bounded-sweeps.js';
import { ThinRowTallies1764000000014 } from './migrations/14-thin-row-tallies.js';
import { EventLog1764000000015 } from './migrations/15-event-log.js';
import { SupplierRefundModule } from './supplier-refund.module.js';

export const supplierRefundMigrations = [
  SupplierRefunds1764000000001,
  LaneReadsUnasked1764000000002,
  BoundedSweeps1764000000012,
  ThinRowTallies1764000000014,
  EventLog1764000000015,
];

export const supplierRefundApp = databaseApp({
  name: 'supplier-refund',
  readConfig: readDatabaseConfig,
  module: (config) => SupplierRefundModule.with(config),
  migrations: supplierRefundMigrations,
  readiness: (app) => ({ events: app.get(OutboxRelay).isReady }),
  metrics: (app) => app.get(OutboxMeasures).all,
});
