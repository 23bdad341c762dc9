import { env } from 'node:process';
import { DatabaseMeasures, databaseReady, ReadPool, migrate, provisionDatabase } from '@refundry/persistence';
import { databaseCommands, startService, type App } from '@refundry/service';
import { accountsConfig, type AccountsConfig } from './accounts.config.js';
import { AccountsModule } from './accounts.module.js';
import { AccountsAndApiTokens1764000000001 } from './migrations/1-accounts-and-api-tokens.js';
import { OAuth1764000000002 } from './migrations/2-oauth.js';
import { Domains1764000000003 } from './migrations/3-domains.js';
import { NamedOrganisationTokens1764000000004 } from './migrations/4-named-organisation-tokens.js';

export const accountsMigrations = [
  AccountsAndApiTokens1764000000001,
  OAuth1764000000002,
  Domains1764000000003,
  NamedOrganisationTokens1764000000004,
];

export const accountsApp: App<AccountsConfig> = {
  name: 'accounts',
  readConfig: () => accountsConfig(env),
  serve: (config, log) =>
    startService({
      name: 'accounts',
      config,
      module: AccountsModule.with(config),
      log,
      waitsFor: databaseReady(config.databaseUrl, accountsMigrations),
      readiness: (app) => ({ postgres: app.get(ReadPool).isUp }),
      measures: (app) => [...app.get(DatabaseMeasures).all],
    }),
  commands: databaseCommands(env, {
    provision: provisionDatabase,
    migrate: (ownerUrl) => migrate(ownerUrl, accountsMigrations),
  }),
};
