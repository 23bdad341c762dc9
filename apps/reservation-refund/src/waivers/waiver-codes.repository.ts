import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { WaiverCodeRow } from './waiver-code.entity.js';

/** Reads and writes the waiver codes that accounts have of their own, in the caller's transaction. */
@Injectable()
export class WaiverCodesRepository {
  find(transaction: EntityManager, account: number, code: string): Promise<WaiverCodeRow | null> {
    return transaction.findOne(WaiverCodeRow, { where: { account, code } });
  }

  count(transaction: EntityManager, account: number): Promise<number> {
    return transaction.count(WaiverCodeRow, { where: { account } });
  }

  async add(transaction: EntityManager, row: WaiverCodeRow): Promise<void> {
    await transaction.insert(WaiverCodeRow, row);
  }

  async replace(transaction: EntityManager, { account, code, ...content }: WaiverCodeRow): Promise<void> {
    await transaction.update(WaiverCodeRow, { account, code }, content);
  }
}
