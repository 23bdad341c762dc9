import { env } from 'node:process';
import { OutboxMeasures, OutboxRelay } from '@refundry/outbox';
import { DatabaseMeasures, databaseReady, ReadPool, migrate, provisionDatabase } from '@refundry/persistence';
import { databaseCommands, startService, type App } from '@refundry/service';
import { ReservationRefunds1764000000001 } from './migrations/1-reservation-refunds.js';
import { LaneReadsUnasked1764000000002 } from './migrations/2-lane-reads-unasked.js';
import { ComparisonKeys1764000000003 } from './migrations/3-comparison-keys.js';
import { ListedRefunds1764000000004 } from './migrations/4-listed-refunds.js';
import { Stamps1764000000005 } from './migrations/5-stamps.js';
import { BoundedSweeps1764000000012 } from './migrations/12-bounded-sweeps.js';
import { ThinRowTallies1764000000014 } from './migrations/14-thin-row-tallies.js';
import { reservationRefundConfig, type ReservationRefundConfig } from './reservation-refund.config.js';
import { ReservationRefundModule } from './reservation-refund.module.js';

export const reservationRefundMigrations = [
  ReservationRefunds1764000000001,
  LaneReadsUnasked1764000000002,
  ComparisonKeys1764000000003,
  ListedRefunds1764000000004,
  Stamps1764000000005,
  BoundedSweeps1764000000012,
  ThinRowTallies1764000000014,
];

export const reservationRefundApp: App<ReservationRefundConfig> = {
  name: 'reservation-refund',
  readConfig: () => reservationRefundConfig(env),
  serve: (config, log) =>
    startService({
      name: 'reservation-refund',
      config,
      module: ReservationRefundModule.with(config),
      log,
      waitsFor: databaseReady(config.databaseUrl, reservationRefundMigrations),
      readiness: (app) => ({ postgres: app.get(ReadPool).isUp, events: app.get(OutboxRelay).isReady }),
      measures: (app) => [...app.get(DatabaseMeasures).all, ...app.get(OutboxMeasures).all],
    }),
  commands: databaseCommands(env, {
    provision: provisionDatabase,
    migrate: (ownerUrl) => migrate(ownerUrl, reservationRefundMigrations),
  }),
};
