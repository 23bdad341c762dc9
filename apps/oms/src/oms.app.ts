import { env } from 'node:process';
import { Lane, migrate } from '@refundry/persistence';
import { databaseOwnerUrl, startService, type App } from '@refundry/service';
import { CancellationReasons1764000000001 } from './migrations/1-cancellation-reasons.js';
import { omsConfig, type OmsConfig } from './oms.config.js';
import { OmsModule } from './oms.module.js';

export const omsMigrations = [CancellationReasons1764000000001];

export const omsApp: App<OmsConfig> = {
  name: 'oms',
  readConfig: () => omsConfig(env),
  serve: (config, log) => startService({ name: 'oms', config, module: OmsModule.with(config), log, readiness: (app) => ({ postgres: app.get(Lane).isUp }) }),
  commands: {
    migrate: async (log) => {
      log.info({ migrations: await migrate(databaseOwnerUrl(env), omsMigrations) }, 'migrated');
    },
  },
};
