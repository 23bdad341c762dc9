import { Injectable } from '@nestjs/common';
import { Equal, type EntityManager } from 'typeorm';
import { OAuthUser } from './oauth-user.entity.js';

/** The user that a password is compared with. */
export type KnownUser = Pick<OAuthUser, 'id' | 'passwordHash'>;

/** Reads and writes users, one at a time, in the caller's transaction. */
@Injectable()
export class OAuthUsersRepository {
  /** @returns the id; undefined where the account has a user of this name already */
  async add(
    manager: EntityManager,
    user: Pick<OAuthUser, 'account' | 'username' | 'passwordHash'>,
  ): Promise<number | undefined> {
    const insertion = manager.createQueryBuilder().insert().into(OAuthUser);
    const { identifiers } = await insertion
      .values({ ...user, isActive: true })
      .orIgnore()
      .execute();
    return identifiers[0] && Number(identifiers[0].id);
  }

  ofAccount(manager: EntityManager, account: number): Promise<OAuthUser[]> {
    return manager.find(OAuthUser, {
      where: { account: Equal(account) },
      relations: { account: true },
      order: { id: 'asc' },
    });
  }

  withId(manager: EntityManager, id: number): Promise<OAuthUser | null> {
    return manager.findOne(OAuthUser, { where: { id }, relations: { account: true } });
  }

  named(manager: EntityManager, account: number, username: string): Promise<KnownUser | null> {
    return manager.findOne(OAuthUser, {
      where: { account: Equal(account), username },
      select: { id: true, passwordHash: true },
    });
  }

  /**
   * Whether the user is active and has this password still. A change of it, and the end of the tokens that were issued
   * for it, wait until the transaction ends.
   */
  async isStill(manager: EntityManager, { id, passwordHash }: KnownUser): Promise<boolean> {
    const user = await manager.findOne(OAuthUser, {
      where: { id, passwordHash, isActive: true },
      select: { id: true },
      lock: { mode: 'pessimistic_read' },
    });
    return user !== null;
  }

  async setPassword(manager: EntityManager, { id, passwordHash }: KnownUser): Promise<void> {
    await manager.update(OAuthUser, { id }, { passwordHash });
  }

  async setActive(manager: EntityManager, id: number, isActive: boolean): Promise<void> {
    await manager.update(OAuthUser, { id }, { isActive });
  }
}
