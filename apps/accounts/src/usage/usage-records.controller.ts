import { Controller } from '@nestjs/common';
import { recordUsage, type UsageBatch } from '@refundry/contracts';
import { Handles } from '@refundry/messaging';
import { Transactions } from '@refundry/persistence';
import type { OperationRequest } from '@refundry/resource';
import { addUsage, noteLastUses } from './usage.sql.js';

/** A batch is of many accounts; no account has this number. */
const noAccount = 0;

/** Takes what gateways have counted. */
@Controller()
export class UsageRecordsController {
  constructor(private readonly transactions: Transactions) {}

  @Handles(recordUsage)
  record({ input }: OperationRequest<UsageBatch>): Promise<void> {
    return this.transactions.run({ account: noAccount, isBackground: true }, async (transaction) => {
      await addUsage(transaction, input);
      await noteLastUses(transaction, input);
    });
  }
}
