import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { UsageCount } from '@refundry/contracts';
import { DataSource } from 'typeorm';
import { AccountsService } from '../accounts/accounts.service.js';
import { usageOfCredentials } from './usage.sql.js';

/** The requests of one credential on one day. */
export type UsageOfCredential = Omit<UsageCount, 'account' | 'endpoint' | 'last_used'>;

/** The requests of accounts, for operators. */
@Injectable()
export class UsageService {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly accounts: AccountsService,
  ) {}

  /** Today's and that of the days before, the latest first. @param account its name */
  async ofLastDays(account: string, days: number): Promise<UsageOfCredential[]> {
    const { id } = await this.accounts.named(account);
    return this.dataSource.query<UsageOfCredential[]>(usageOfCredentials, [id, days]);
  }
}
