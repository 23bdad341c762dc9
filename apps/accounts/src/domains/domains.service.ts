import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { domainDecisions } from '@refundry/contracts';
import { Failure } from '@refundry/errors';
import { DataSource } from 'typeorm';
import { AccountsService } from '../accounts/accounts.service.js';
import { OperatorDecisions } from '../audit/operator-decisions.js';
import { Domain } from './domain.entity.js';

/** Which domains speak for whom, for operators. Their names are those that `domainName` gives. */
@Injectable()
export class DomainsService {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly accounts: AccountsService,
    private readonly decisions: OperatorDecisions,
  ) {}

  /** @param account its name. @throws Failure `conflict` when the domain is somebody's already */
  async add(account: string, name: string): Promise<Domain> {
    const owner = await this.accounts.named(account);
    await this.dataSource.transaction(async (transaction) => {
      const insertion = transaction.createQueryBuilder().insert().into(Domain);
      const { identifiers } = await insertion.values({ account: owner, name, isActive: true }).orIgnore().execute();
      if (!identifiers[0]) throw new Failure('conflict', `The domain ${name} is registered already.`);
      await this.decisions.record(transaction, owner.id, {
        action: domainDecisions.added,
        subject: name,
        after: { domain: name, is_active: true },
      });
    });
    return this.named(name);
  }

  async list(account: string): Promise<Domain[]> {
    const { id } = await this.accounts.named(account);
    return this.domains.find({ where: { account: { id } }, relations: { account: true }, order: { id: 'asc' } });
  }

  /** Requests for a disabled domain are refused. */
  async setActive(name: string, isActive: boolean): Promise<Domain> {
    const { id, account, isActive: wasActive } = await this.named(name);
    await this.dataSource.transaction(async (transaction) => {
      await transaction.update(Domain, { id }, { isActive });
      await this.decisions.record(transaction, account.id, {
        action: isActive ? domainDecisions.enabled : domainDecisions.disabled,
        subject: name,
        before: { domain: name, is_active: wasActive },
        after: { domain: name, is_active: isActive },
      });
    });
    return this.named(name);
  }

  /** Removes it; its name is free for the next account that adds it. */
  async remove(name: string): Promise<Domain> {
    const domain = await this.named(name);
    await this.dataSource.transaction(async (transaction) => {
      const { affected } = await transaction.delete(Domain, { id: domain.id });
      if (!affected) throw new Failure('not_found', `There is no domain ${name}.`);
      await this.decisions.record(transaction, domain.account.id, {
        action: domainDecisions.removed,
        subject: name,
        before: { domain: name, is_active: domain.isActive },
      });
    });
    return domain;
  }

  /** @throws Failure `not_found` */
  async named(name: string): Promise<Domain> {
    const domain = await this.domains.findOne({ where: { name }, relations: { account: true } });
    if (!domain) throw new Failure('not_found', `There is no domain ${name}.`);
    return domain;
  }

  private get domains() {
    return this.dataSource.getRepository(Domain);
  }
}
