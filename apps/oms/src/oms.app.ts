import { databaseApp } from '@refundry/database-app';
import { JobMeasures, WakeUps } from '@refundry/jobs';
import { OutboxMeasures, OutboxRelay } from '@refundry/outbox';
import { migrate, ReadPool } from '@refundry/persistence';
import { WebhookMeasures } from '@refundry/webhooks';
import { CancellationReasons1764000000001 } from './migrations/1-cancellation-reasons.js';
import { AddressesAndChannels1764000000002 } from './migrations/2-addresses-and-channels.js';
import { Sync1764000000003 } from './migrations/3-sync.js';
import { RowTallies1764000000004 } from './migrations/4-row-tallies.js';
import { Customers1764000000005 } from './migrations/5-customers.js';
import { LaneReadsUnasked1764000000006 } from './migrations/6-lane-reads-unasked.js';
import { Stamps1764000000007 } from './migrations/7-stamps.js';
import { ProblemsNameParents1764000000008 } from './migrations/8-problems-name-parents.js';
import { wideKeys } from './migrations/9-wide-keys.js';
import { BoundedSweeps1764000000012 } from './migrations/12-bounded-sweeps.js';
import { ThinRowTallies1764000000014 } from './migrations/14-thin-row-tallies.js';
import { EventLog1764000000015 } from './migrations/15-event-log.js';
import { Webhooks1764000000016 } from './migrations/16-webhooks.js';
import { AuditAndSettings1764000000017 } from './migrations/17-audit-and-settings.js';
import { omsConfig } from './oms.config.js';
import { OmnitronHttp } from './omnitron/omnitron-http.js';
import { OmsModule } from './oms.module.js';
import { LastSuccessAge } from './schedules/last-success-age.js';

export const omsMigrations = [
  CancellationReasons1764000000001,
  AddressesAndChannels1764000000002,
  Sync1764000000003,
  RowTallies1764000000004,
  Customers1764000000005,
  LaneReadsUnasked1764000000006,
  Stamps1764000000007,
  ProblemsNameParents1764000000008,
  BoundedSweeps1764000000012,
  ThinRowTallies1764000000014,
  EventLog1764000000015,
  Webhooks1764000000016,
  AuditAndSettings1764000000017,
];
const deferred = [wideKeys];

/** Brings the database up to date, as its owner. */
export const migrateOms = (ownerUrl: string): Promise<string[]> => migrate(ownerUrl, omsMigrations, { deferred });

export const omsApp = databaseApp({
  name: 'oms',
  readConfig: omsConfig,
  module: (config) => OmsModule.with(config),
  migrations: omsMigrations,
  deferred,
  readiness: (app) => ({ jobs: app.get(WakeUps).isReady, events: app.get(OutboxRelay).isReady }),
  metrics: (app) => [
    ...app.get(JobMeasures).all,
    ...app.get(OutboxMeasures).all,
    ...app.get(WebhookMeasures).all,
    new LastSuccessAge(app.get(ReadPool)).gauge,
    app.get(OmnitronHttp).latency,
  ],
});
