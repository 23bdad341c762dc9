import { Module, type DynamicModule } from '@nestjs/common';
import { Encrypter } from '@refundry/auth';
import { omsUsage, reservationUsage, supplierRefundUsage } from '@refundry/contracts';
import { DatabaseModule } from '@refundry/persistence';
import { DataSource } from 'typeorm';
import { ApiKeyVerifier } from './api-tokens/api-key-verifier.js';
import type { AccountsConfig } from './accounts.config.js';
import { accountsEntities } from './accounts.entities.js';
import { CredentialsPurge } from './credentials/credentials-purge.js';
import { CredentialsController } from './credentials/credentials.controller.js';
import { DomainVerifier } from './domains/domain-verifier.js';
import { DomainsController } from './domains/domains.controller.js';
import { AccessTokenVerifier } from './oauth/access-token-verifier.js';
import { LoginAttempts } from './oauth/login-attempts.js';
import { Logins } from './oauth/logins.js';
import { OAuthClientAuthentication } from './oauth/oauth-client-authentication.js';
import { OAuthUsersRepository } from './oauth/oauth-users.repository.js';
import { OAuthController } from './oauth/oauth.controller.js';
import { TokenEndpoint } from './oauth/token-endpoint.js';
import { TokenFamilies } from './oauth/token-families.js';
import { UsagePurge } from './usage/usage-purge.js';
import { UsageRecordsController } from './usage/usage-records.controller.js';
import { usageController } from './usage/usage.controller.js';

/** Few, because the pool is that of logins too, and an export holds a connection for as long as its client reads. */
const maxExports = 4;
const exportsOfAccount = 2;

@Module({})
export class AccountsModule {
  static with({ databaseUrl, secretKey, keepEndedCredentialsDays }: AccountsConfig): DynamicModule {
    return {
      module: AccountsModule,
      imports: [
        DatabaseModule.forRoot({
          service: 'accounts',
          url: databaseUrl,
          entities: accountsEntities,
          maxExports,
          exportsOfAccount,
        }),
      ],
      controllers: [
        CredentialsController,
        DomainsController,
        OAuthController,
        UsageRecordsController,
        ...[omsUsage, supplierRefundUsage, reservationUsage].map(usageController),
      ],
      providers: [
        { provide: Encrypter, useValue: new Encrypter(secretKey) },
        {
          provide: CredentialsPurge,
          useFactory: (dataSource: DataSource) => new CredentialsPurge(dataSource, keepEndedCredentialsDays),
          inject: [DataSource],
        },
        UsagePurge,
        ApiKeyVerifier,
        AccessTokenVerifier,
        DomainVerifier,
        OAuthClientAuthentication,
        LoginAttempts,
        OAuthUsersRepository,
        TokenFamilies,
        Logins,
        TokenEndpoint,
      ],
    };
  }
}
