import { randomUUID } from 'node:crypto';
import { dataSourceOf } from '@refundry/persistence';
import type { CommandConfig } from '../accounts.config.js';
import { accountsEntities } from '../accounts.entities.js';
import { AccountsService } from '../accounts/accounts.service.js';
import { AuditReader } from '../audit/audit-reader.js';
import { OperatorDecisions } from '../audit/operator-decisions.js';
import { ApiTokensService } from '../api-tokens/api-tokens.service.js';
import { DomainsService } from '../domains/domains.service.js';
import { OAuthClientsService } from '../oauth/oauth-clients.service.js';
import { OAuthUsersRepository } from '../oauth/oauth-users.repository.js';
import { OAuthUsersService } from '../oauth/oauth-users.service.js';
import { OrganisationTokensRepository } from '../organisation-tokens/organisation-tokens.repository.js';
import { OrganisationTokensService } from '../organisation-tokens/organisation-tokens.service.js';
import { UsageService } from '../usage/usage.service.js';
import { reached } from './reached.js';

export interface Administration {
  accounts: AccountsService;
  apiTokens: ApiTokensService;
  audit: AuditReader;
  domains: DomainsService;
  oauthClients: OAuthClientsService;
  oauthUsers: OAuthUsersService;
  organisationTokens: OrganisationTokensService;
  usage: UsageService;
}

/** Opens the database for one piece of work and closes it again. */
export async function administer<T>(
  { databaseUrl, operator: name }: Pick<CommandConfig, 'databaseUrl' | 'operator'>,
  work: (administration: Administration) => Promise<T>,
): Promise<T> {
  const dataSource = dataSourceOf(databaseUrl, accountsEntities);
  await reached('The database', dataSource.initialize());
  try {
    const decisions = new OperatorDecisions({ name, requestId: randomUUID() });
    const accounts = new AccountsService(dataSource, decisions);
    return await work({
      accounts,
      apiTokens: new ApiTokensService(dataSource, accounts, decisions),
      audit: new AuditReader(dataSource, accounts),
      domains: new DomainsService(dataSource, accounts, decisions),
      oauthClients: new OAuthClientsService(dataSource, accounts, decisions),
      oauthUsers: new OAuthUsersService(dataSource, accounts, new OAuthUsersRepository(), decisions),
      organisationTokens: new OrganisationTokensService(
        dataSource,
        accounts,
        new OrganisationTokensRepository(),
        decisions,
      ),
      usage: new UsageService(dataSource, accounts),
    });
  } finally {
    await dataSource.destroy();
  }
}
