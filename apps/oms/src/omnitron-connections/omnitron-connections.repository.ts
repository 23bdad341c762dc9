import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { OmnitronConnectionRow } from './omnitron-connection.entity.js';

/** Reads and writes the connection of an account, in the caller's transaction. */
@Injectable()
export class OmnitronConnectionsRepository {
  ofAccount(transaction: EntityManager, account: number): Promise<OmnitronConnectionRow | null> {
    return transaction.findOneBy(OmnitronConnectionRow, { account });
  }

  /** Locks it until the transaction ends. */
  lockOfAccount(transaction: EntityManager, account: number): Promise<OmnitronConnectionRow | null> {
    return transaction.findOne(OmnitronConnectionRow, { where: { account }, lock: { mode: 'pessimistic_write' } });
  }

  async put(transaction: EntityManager, connection: Omit<OmnitronConnectionRow, 'modifiedDate'>): Promise<void> {
    const insertion = transaction.createQueryBuilder().insert().into(OmnitronConnectionRow);
    await insertion
      .values({ ...connection, modifiedDate: () => 'clock_timestamp()' })
      .orUpdate(['url', 'username', 'sealed_password', 'modified_date'], ['account_id'])
      .execute();
  }

  async replacePassword(transaction: EntityManager, account: number, sealedPassword: string): Promise<void> {
    await transaction.update(OmnitronConnectionRow, { account }, { sealedPassword });
  }
}
