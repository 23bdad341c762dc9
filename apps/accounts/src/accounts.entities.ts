import { Account } from './accounts/account.entity.js';
import { ApiToken } from './api-tokens/api-token.entity.js';
import { Domain } from './domains/domain.entity.js';
import { OAuthClient } from './oauth/oauth-client.entity.js';
import { OAuthUser } from './oauth/oauth-user.entity.js';
import { OrganisationToken } from './organisation-tokens/organisation-token.entity.js';

/** The tables that are read and written row by row (docs/adr/0055). */
export const accountsEntities = [Account, ApiToken, Domain, OAuthClient, OAuthUser, OrganisationToken];
