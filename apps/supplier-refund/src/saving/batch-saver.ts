import { Injectable } from '@nestjs/common';
import type { Saved } from '@refundry/contracts';
import { IdempotentRequests, Transactions } from '@refundry/persistence';
import type { ActionEndpoint, ActionRequest } from '@refundry/resource';
import type { DocumentWriter } from './document-writer.js';

/** Batches that touch the same documents may get in each other's way, the more often the more there are. */
const attempts = 10;

/** Saves what was posted: all or nothing, and once for an `Idempotency-Key`. */
@Injectable()
export class BatchSaver {
  constructor(
    private readonly transactions: Transactions,
    private readonly requests: IdempotentRequests,
  ) {}

  /** @throws Failure `invalid`, `conflict`, `idempotency_mismatch`, `unavailable`, `deadline_exceeded`, `overloaded` */
  async save<T extends object>(
    { subject }: ActionEndpoint<readonly T[], Saved>,
    writer: DocumentWriter<T>,
    request: ActionRequest<readonly T[]>,
  ): Promise<Saved> {
    const {
      caller: { account },
      input,
      idempotency,
      deadline,
    } = request;
    return this.transactions.run({ account, attempts, timeoutMs: deadline - Date.now() }, (transaction, attempt) =>
      this.requests.once(transaction, { account, operation: subject, idempotency }, () =>
        writer.save(transaction, account, input, attempt),
      ),
    );
  }
}
