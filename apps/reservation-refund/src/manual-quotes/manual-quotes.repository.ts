import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { ManualQuoteRow } from './manual-quote.entity.js';

/** A quote that is requested, and not yet in the table. */
export type NewQuote = Pick<
  ManualQuoteRow,
  'reservation' | 'domain' | 'passengers' | 'category' | 'price' | 'respondBy' | 'note' | 'requestedDate'
>;

/** Values that a move changes beside the status. */
export type QuoteChange = Partial<
  Pick<
    ManualQuoteRow,
    | 'price'
    | 'penalty'
    | 'respondBy'
    | 'isOverdue'
    | 'validUntil'
    | 'note'
    | 'answerNote'
    | 'internalNote'
    | 'answeredDate'
    | 'answeredByKind'
    | 'answeredBy'
  >
>;

/** Has the row stamped, which fails where no trigger does it (docs/adr/0036). */
const stamped = { modifiedDate: () => 'null' };

/** Reads and writes manual quotes, one at a time, in the caller's transaction. */
@Injectable()
export class ManualQuotesRepository {
  find(transaction: EntityManager, account: number, id: number): Promise<ManualQuoteRow | null> {
    return transaction.findOne(ManualQuoteRow, { where: { account, id } });
  }

  /** Locks it until the transaction ends; its reservation must be locked already. */
  lock(transaction: EntityManager, account: number, id: number): Promise<ManualQuoteRow> {
    return transaction.findOneOrFail(ManualQuoteRow, {
      where: { account, id },
      lock: { mode: 'pessimistic_write' },
    });
  }

  /** @returns the id */
  async add(transaction: EntityManager, account: number, quote: NewQuote): Promise<number> {
    const { identifiers } = await transaction.insert(ManualQuoteRow, { account, status: 'requested', ...quote });
    return Number(identifiers[0]?.id);
  }

  /** The row must be locked already (docs/adr/0036). */
  async change(
    transaction: EntityManager,
    { account, id }: Pick<ManualQuoteRow, 'account' | 'id'>,
    change: QuoteChange & Pick<ManualQuoteRow, 'status'>,
  ): Promise<void> {
    await transaction.update(ManualQuoteRow, { account, id }, { ...change, ...stamped });
  }
}
