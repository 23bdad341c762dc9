import { dataSourceOf } from '@refundry/persistence';
import { accountsEntities } from '../accounts.entities.js';
import { AccountsService } from '../accounts/accounts.service.js';
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
  domains: DomainsService;
  oauthClients: OAuthClientsService;
  oauthUsers: OAuthUsersService;
  organisationTokens: OrganisationTokensService;
  usage: UsageService;
}

/** Opens the database for one piece of work and closes it again. */
export async function administer<T>(
  databaseUrl: string,
  work: (administration: Administration) => Promise<T>,
): Promise<T> {
  const dataSource = dataSourceOf(databaseUrl, accountsEntities);
  await reached('The database', dataSource.initialize());
  try {
    const accounts = new AccountsService(dataSource);
    return await work({
      accounts,
      apiTokens: new ApiTokensService(dataSource, accounts),
      domains: new DomainsService(dataSource, accounts),
      oauthClients: new OAuthClientsService(dataSource, accounts),
      oauthUsers: new OAuthUsersService(dataSource, accounts, new OAuthUsersRepository()),
      organisationTokens: new OrganisationTokensService(dataSource, accounts, new OrganisationTokensRepository()),
      usage: new UsageService(dataSource, accounts),
    });
  } finally {
    await dataSource.destroy();
  }
}
