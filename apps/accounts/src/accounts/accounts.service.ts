import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { accountDecisions } from '@refundry/contracts';
import { Failure } from '@refundry/errors';
import { DataSource } from 'typeorm';
import { OperatorDecisions } from '../audit/operator-decisions.js';
import { Account } from './account.entity.js';

/** The accounts. */
@Injectable()
export class AccountsService {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly decisions: OperatorDecisions,
  ) {}

  /** @throws Failure `conflict` when the name is taken */
  async create(name: string): Promise<Account> {
    await this.dataSource.transaction(async (transaction) => {
      const { identifiers } = await transaction
        .createQueryBuilder()
        .insert()
        .into(Account)
        .values({ name, isActive: true })
        .orIgnore()
        .execute();
      if (!identifiers[0]) throw new Failure('conflict', `An account named ${name} exists already.`);
      const id = Number(identifiers[0].id);
      await this.decisions.record(transaction, id, {
        action: accountDecisions.created,
        subject: id,
        after: { name, is_active: true },
      });
    });
    return this.named(name);
  }

  list(): Promise<Account[]> {
    return this.accounts.find({ order: { id: 'asc' } });
  }

  /** A disabled account keeps its data and its credentials; none of them opens anything. */
  async setActive(name: string, isActive: boolean): Promise<Account> {
    const { id } = await this.named(name);
    await this.dataSource.transaction(async (transaction) => {
      const lock = { mode: 'pessimistic_write' } as const;
      const former = await transaction.findOneOrFail(Account, { where: { id }, lock });
      await transaction.update(Account, { id }, { isActive });
      await this.decisions.record(transaction, id, {
        action: isActive ? accountDecisions.enabled : accountDecisions.disabled,
        subject: id,
        before: { name, is_active: former.isActive },
        after: { name, is_active: isActive },
      });
    });
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
