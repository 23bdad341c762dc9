import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { Failure } from '@refundry/errors';
import { DataSource } from 'typeorm';
import { AccountsService } from '../accounts/accounts.service.js';
import { Domain } from './domain.entity.js';

/** Which domains speak for whom, for operators. Their names are those that `domainName` gives. */
@Injectable()
export class DomainsService {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly accounts: AccountsService,
  ) {}

  /** @param account its name. @throws Failure `conflict` when the domain is somebody's already */
  async add(account: string, name: string): Promise<Domain> {
    const { identifiers } = await this.domains
      .createQueryBuilder()
      .insert()
      .values({ account: await this.accounts.named(account), name, isActive: true })
      .orIgnore()
      .execute();
    if (!identifiers[0]) throw new Failure('conflict', `The domain ${name} is registered already.`);
    return this.named(name);
  }

  async list(account: string): Promise<Domain[]> {
    const { id } = await this.accounts.named(account);
    return this.domains.find({ where: { account: { id } }, relations: { account: true }, order: { id: 'asc' } });
  }

  /** Requests for a disabled domain are refused. */
  async setActive(name: string, isActive: boolean): Promise<Domain> {
    await this.domains.update({ name }, { isActive });
    return this.named(name);
  }

  /** Removes it; its name is free for the next account that adds it. */
  async remove(name: string): Promise<Domain> {
    const domain = await this.named(name);
    await this.domains.delete({ id: domain.id });
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
