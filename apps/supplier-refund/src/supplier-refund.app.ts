import { env } from 'node:process';
import { OutboxMeasures, OutboxRelay } from '@refundry/outbox';
import { DatabaseMeasures, databaseReady, ReadPool, migrate, provisionDatabase } from '@refundry/persistence';
import { databaseCommands, startService, type App } from '@refundry/service';
import { SupplierRefunds1764000000001 } from './migrations/1-supplier-refunds.js';
import { LaneReadsUnasked1764000000002 } from './migrations/2-lane-reads-unasked.js';
import { BoundedSweeps1764000000012 } from './migrations/12-bounded-sweeps.js';
import { ThinRowTallies1764000000014 } from './migrations/14-thin-row-tallies.js';
import { supplierRefundConfig, type SupplierRefundConfig } from './supplier-refund.config.js';
import { SupplierRefundModule } from './supplier-refund.module.js';

export const supplierRefundMigrations = [
  SupplierRefunds1764000000001,
  LaneReadsUnasked1764000000002,
  BoundedSweeps1764000000012,
  ThinRowTallies1764000000014,
];

export const supplierRefundApp: App<SupplierRefundConfig> = {
  name: 'supplier-refund',
  readConfig: () => supplierRefundConfig(env),
  serve: (config, log) =>
    startService({
      name: 'supplier-refund',
      config,
      module: SupplierRefundModule.with(config),
      log,
      waitsFor: databaseReady(config.databaseUrl, supplierRefundMigrations),
      readiness: (app) => ({ postgres: app.get(ReadPool).isUp, events: app.get(OutboxRelay).isReady }),
      measures: (app) => [...app.get(DatabaseMeasures).all, ...app.get(OutboxMeasures).all],
    }),
  commands: databaseCommands(env, {
    provision: provisionDatabase,
    migrate: (ownerUrl) => migrate(ownerUrl, supplierRefundMigrations),
  }),
};
