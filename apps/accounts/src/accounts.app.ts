import { databaseApp } from '@refundry/database-app';
import { accountsConfig } from './accounts.config.js';
import { AccountsModule } from './accounts.module.js';
import { AccountsAndApiTokens1764000000001 } from './migrations/1-accounts-and-api-tokens.js';
import { OAuth1764000000002 } from './migrations/2-oauth.js';
import { Domains1764000000003 } from './migrations/3-domains.js';
import { NamedOrganisationTokens1764000000004 } from './migrations/4-named-organisation-tokens.js';
import { Usage1764000000005 } from './migrations/5-usage.js';
import { Audit1764000000006 } from './migrations/6-audit.js';

export const accountsMigrations = [
  AccountsAndApiTokens1764000000001,
  OAuth1764000000002,
  Domains1764000000003,
  NamedOrganisationTokens1764000000004,
  Usage1764000000005,
  Audit1764000000006,
];

export const accountsApp = databaseApp({
  name: 'accounts',
  readConfig: accountsConfig,
  module: (config) => AccountsModule.with(config),
  migrations: accountsMigrations,
});
