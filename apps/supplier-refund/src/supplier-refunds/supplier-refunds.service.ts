import { Injectable } from '@nestjs/common';
import { KeyedSemaphore } from '@refundry/concurrency';
import {
  saveSupplierRefunds,
  type Identifiers,
  type Removed,
  type Saved,
  type SupplierRefund,
} from '@refundry/contracts';
import { invalid, type FieldErrors } from '@refundry/errors';
import { Transactions } from '@refundry/persistence';
import { type ActionRequest, type JsonText } from '@refundry/resource';
import { BatchSaver } from '../saving/batch-saver.js';
import { DocumentWriter } from '../saving/document-writer.js';
import { leaveRemoved } from './supplier-refund-events.js';
import { storedRefund } from './supplier-refund.table.js';
import { SupplierRefundsReader } from './supplier-refunds.reader.js';
import { lockedRefund, lockRefund, removeRefund, removeRefunds } from './supplier-refunds.sql.js';

/** Others may be writing the same documents. */
const attempts = 5;
/** Documents of one account that are changed at the same time: all lines of each are held, 15 MiB at the most. */
const maxConcurrentChanges = 2;

/** The actions on supplier refunds beside reading them. */
@Injectable()
export class SupplierRefundsService {
  private readonly writer = new DocumentWriter(storedRefund);
  private readonly changes = new KeyedSemaphore({ max: maxConcurrentChanges });

  constructor(
    private readonly transactions: Transactions,
    private readonly saver: BatchSaver,
    private readonly reader: SupplierRefundsReader,
  ) {}

  save(request: ActionRequest<readonly SupplierRefund[]>): Promise<Saved> {
    return this.saver.save(saveSupplierRefunds, this.writer, request);
  }

  /** Puts another document in its place. @throws Failure `not_found`, then `invalid` */
  replace(request: ActionRequest<SupplierRefund>): Promise<JsonText<SupplierRefund>> {
    return this.change(request, () => request.input);
  }

  /** Changes what the request names. @throws Failure `not_found`, then `invalid` */
  update(request: ActionRequest<Partial<SupplierRefund>>): Promise<JsonText<SupplierRefund>> {
    return this.change(request, (refund) => Object.assign({}, refund, request.input));
  }

  /** @throws Failure `not_found` */
  async remove({ caller: { account }, key }: ActionRequest<object>): Promise<void> {
    await this.transactions.run({ account, attempts }, async (transaction) => {
      await lockRefund(transaction, account, key);
      await removeRefund(transaction, account, key);
      await leaveRemoved(transaction, account, [key]);
    });
  }

  /**
   * Removes those that are named by their public keys, or by their documents' ids, in whatever shop; there needn't be
   * any.
   */
  async removeMany({ caller: { account }, input: { identifiers } }: ActionRequest<Identifiers>): Promise<Removed> {
    return this.transactions.run({ account, attempts }, async (transaction) => {
      const rows = await removeRefunds(transaction, account, identifiers);
      const removed = rows.map((row) => row.public_key);
      await leaveRemoved(transaction, account, removed);
      const found = new Set(rows.flatMap((row) => [row.public_key, row.document_id]));
      return {
        removed: removed.toSorted(),
        not_found: [...new Set(identifiers)].filter((identifier) => !found.has(identifier)),
      };
    });
  }

  private async change(
    { caller, key, publicBase, requestId, deadline }: ActionRequest<object>,
    changed: (refund: SupplierRefund) => SupplierRefund,
  ): Promise<JsonText<SupplierRefund>> {
    const { account } = caller;
    await this.changes.run(account, () =>
      this.transactions.run({ account, attempts }, async (transaction, attempt) => {
        const refund = await lockedRefund(transaction, account, key);
        const next = changed(refund);
        refuseOtherKey(refund, next);
        await this.writer.save(transaction, account, [next], attempt);
      }),
    );
    return this.reader.row({ caller, key, requestId, deadline, ...(publicBase !== undefined && { publicBase }) });
  }
}

/** @throws Failure `invalid` */
function refuseOtherKey(refund: SupplierRefund, next: SupplierRefund): void {
  const changed = storedRefund.key.filter((field) => next[field] !== refund[field]);
  if (changed.length > 0)
    throw invalid(
      Object.fromEntries(changed.map((field): [string, FieldErrors] => [field, ['This field may not be changed.']])),
    );
}
