import { dataSourceOf } from '@refundry/persistence';
import { Account } from '../accounts/account.entity.js';
import { AccountsService } from '../accounts/accounts.service.js';
import { ApiToken } from '../api-tokens/api-token.entity.js';
import { ApiTokensService } from '../api-tokens/api-tokens.service.js';
import { Domain } from '../domains/domain.entity.js';
import { DomainsService } from '../domains/domains.service.js';
import { OAuthClient } from '../oauth/oauth-client.entity.js';
import { OAuthClientsService } from '../oauth/oauth-clients.service.js';
import { OAuthUser } from '../oauth/oauth-user.entity.js';
import { OAuthUsersService } from '../oauth/oauth-users.service.js';
import { OrganisationToken } from '../organisation-tokens/organisation-token.entity.js';
import { OrganisationTokensService } from '../organisation-tokens/organisation-tokens.service.js';
import { reached } from './reached.js';

export interface Administration {
  accounts: AccountsService;
  apiTokens: ApiTokensService;
  domains: DomainsService;
  oauthClients: OAuthClientsService;
  oauthUsers: OAuthUsersService;
  organisationTokens: OrganisationTokensService;
}

/** Opens the database for one piece of work and closes it again. */
export async function administer<T>(
  databaseUrl: string,
  work: (administration: Administration) => Promise<T>,
): Promise<T> {
  const dataSource = dataSourceOf(databaseUrl, [Account, ApiToken, Domain, OAuthClient, OAuthUser, OrganisationToken]);
  await reached('The database', dataSource.initialize());
  try {
    const accounts = new AccountsService(dataSource);
    return await work({
      accounts,
      apiTokens: new ApiTokensService(dataSource, accounts),
      domains: new DomainsService(dataSource, accounts),
      oauthClients: new OAuthClientsService(dataSource, accounts),
      oauthUsers: new OAuthUsersService(dataSource, accounts),
      organisationTokens: new OrganisationTokensService(dataSource, accounts),
    });
  } finally {
    await dataSource.destroy();
  }
}
