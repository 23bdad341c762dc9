import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { Failure } from '@refundry/errors';
import { DataSource } from 'typeorm';
import { Account } from './account.entity.js';

/** The accounts. */
@Injectable()
export class AccountsService {
  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  /** @throws Failure `conflict` when the name is taken */
  async create(name: string): Promise<Account> {
    const { identifiers } = await this.accounts
      .createQueryBuilder()
      .insert()
      .values({ name, isActive: true })
      .orIgnore()
      .execute();
    if (!identifiers[0]) throw new Failure('conflict', `An account named ${name} exists already.`);
    return this.named(name);
  }

  list(): Promise<Account[]> {
    return this.accounts.find({ order: { id: 'asc' } });
  }

  /** A disabled account keeps its data and its credentials; none of them opens anything. */
  async setActive(name: string, isActive: boolean): Promise<Account> {
    await this.accounts.update({ name }, { isActive });
    return this.named(name);
  }

  /** @throws Failure `not_found` */
  async named(name: string): Promise<Account> {
    const account = await this.accounts.findOneBy({ name });
    if (!account) throw new Failure('not_found', `There is no account named ${name}.`);
    return account;
  }

  private get accounts() {
    return this.dataSource.getRepository(Account);
  }
}
