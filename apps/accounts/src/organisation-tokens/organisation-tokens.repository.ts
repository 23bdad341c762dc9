import { Injectable } from '@nestjs/common';
import { Equal, IsNull, Not, Raw, type EntityManager, type FindOptionsWhere } from 'typeorm';
import { Account } from '../accounts/account.entity.js';
import { OrganisationToken } from './organisation-token.entity.js';

interface IssuedToken extends Pick<OrganisationToken, 'accountId' | 'name' | 'scopes'> {
  readonly sealedToken: string;
  /** PostgreSQL's interval, from now on. */
  readonly lifetime: string;
}

/** Reads and writes organisation tokens, one at a time, in the caller's transaction. */
@Injectable()
export class OrganisationTokensRepository {
  /** Makes others that issue tokens of the account wait until the transaction ends. */
  async lockAccount(manager: EntityManager, account: number): Promise<void> {
    await manager.findOne(Account, {
      where: { id: account },
      select: { id: true },
      lock: { mode: 'pessimistic_write' },
    });
  }

  /** How many of an account are accepted. */
  countLive(manager: EntityManager, account: number): Promise<number> {
    return manager.countBy(OrganisationToken, {
      accountId: account,
      revokedDate: IsNull(),
      expiresDate: Raw((column) => `${column} > now()`),
    });
  }

  /** @returns the id */
  async add(manager: EntityManager, { lifetime, ...token }: IssuedToken): Promise<number> {
    const { identifiers } = await manager
      .createQueryBuilder()
      .insert()
      .into(OrganisationToken)
      .values({ ...token, expiresDate: () => 'now() + cast(:lifetime as interval)' })
      .setParameter('lifetime', lifetime)
      .execute();
    return Number(identifiers[0]?.id);
  }

  endNamed(manager: EntityManager, account: number, name: string): Promise<void> {
    return end(manager, { accountId: account, name });
  }

  endOne(manager: EntityManager, account: number, id: number): Promise<void> {
    return end(manager, { accountId: account, id });
  }

  ofAccount(manager: EntityManager, account: number): Promise<OrganisationToken[]> {
    return manager.find(OrganisationToken, {
      where: { account: Equal(account) },
      relations: { account: true },
      order: { id: 'asc' },
    });
  }

  /** Those of an account that have not been revoked, with their encrypted characters. */
  unrevokedOf(manager: EntityManager, account: number): Promise<OrganisationToken[]> {
    return manager.find(OrganisationToken, {
      where: { accountId: account, revokedDate: IsNull() },
      select: { id: true, accountId: true, name: true, sealedToken: true },
      order: { id: 'asc' },
    });
  }

  withId(manager: EntityManager, id: number): Promise<OrganisationToken> {
    return manager.findOneOrFail(OrganisationToken, { where: { id }, relations: { account: true } });
  }

  /** All that have encrypted characters, locked until the transaction ends. */
  lockEncrypted(manager: EntityManager): Promise<OrganisationToken[]> {
    return manager.find(OrganisationToken, {
      where: { sealedToken: Not(IsNull()) },
      select: { id: true, accountId: true, sealedToken: true },
      order: { id: 'asc' },
      lock: { mode: 'pessimistic_write' },
    });
  }

  async replaceEncrypted(manager: EntityManager, id: number, sealedToken: string): Promise<void> {
    await manager.update(OrganisationToken, { id }, { sealedToken });
  }
}

async function end(manager: EntityManager, which: FindOptionsWhere<OrganisationToken>): Promise<void> {
  await manager.update(
    OrganisationToken,
    { ...which, revokedDate: IsNull() },
    { revokedDate: () => 'now()', sealedToken: null },
  );
}
