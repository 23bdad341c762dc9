import { Module, type DynamicModule } from '@nestjs/common';
import { DatabaseModule } from '@refundry/persistence';
import { Account } from './accounts/account.entity.js';
import { ApiKeyVerifier } from './api-tokens/api-key-verifier.js';
import { ApiToken } from './api-tokens/api-token.entity.js';
import { ApiTokensController } from './api-tokens/api-tokens.controller.js';
import type { AccountsConfig } from './accounts.config.js';

@Module({})
export class AccountsModule {
  static with({ databaseUrl }: AccountsConfig): DynamicModule {
    return {
      module: AccountsModule,
      imports: [DatabaseModule.forRoot({ service: 'accounts', url: databaseUrl, entities: [Account, ApiToken] })],
      controllers: [ApiTokensController],
      providers: [ApiKeyVerifier],
    };
  }
}
