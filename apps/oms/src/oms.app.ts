import { env } from 'node:process';
import type { INestMicroservice } from '@nestjs/common';
import { JobMeasures, WakeUps } from '@refundry/jobs';
import type { Measure } from '@refundry/observability';
import { DatabaseMeasures, databaseReady, ReadPool, migrate, provisionDatabase } from '@refundry/persistence';
import { databaseCommands, startService, type App } from '@refundry/service';
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
import { omsConfig, type OmsConfig } from './oms.config.js';
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
];
const deferred = [wideKeys];

/** Brings the database up to date, as its owner. @param isMaintenance nobody is served meanwhile */
export const migrateOms = (ownerUrl: string, isMaintenance = false): Promise<string[]> =>
  migrate(ownerUrl, omsMigrations, { deferred, isMaintenance });

export const omsApp: App<OmsConfig> = {
  name: 'oms',
  readConfig: () => omsConfig(env),
  serve: (config, log) =>
    startService({
      name: 'oms',
      config,
      module: OmsModule.with(config),
      log,
      waitsFor: databaseReady(config.databaseUrl, omsMigrations),
      readiness: (app) => ({ postgres: app.get(ReadPool).isUp, jobs: app.get(WakeUps).isReady }),
      measures,
    }),
  commands: {
    ...databaseCommands(env, { provision: provisionDatabase, migrate: migrateOms }),
    'migrate-offline': databaseCommands(env, {
      provision: provisionDatabase,
      migrate: (ownerUrl) => migrateOms(ownerUrl, true),
    }).migrate,
  },
};

function measures(app: INestMicroservice): Measure[] {
  return [
    ...[DatabaseMeasures, JobMeasures].flatMap((type) => app.get(type).all),
    new LastSuccessAge(app.get(ReadPool)).gauge,
    app.get(OmnitronHttp).latency,
  ];
}
