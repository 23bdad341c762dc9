import { recordDecision, type Decision } from '@refundry/audit';
import type { EntityManager } from 'typeorm';

/** The operator who gives a command, and the command's own id. */
export interface Operator {
  readonly name: string;
  readonly requestId: string;
}

/** Records what an operator decides, in the transaction that carries it out. */
export class OperatorDecisions {
  constructor(private readonly operator: Operator) {}

  /** Operators change rows of any account; the entry is written in that of the decision. */
  async record<Values extends object>(
    transaction: EntityManager,
    account: number,
    decision: Decision<Values>,
  ): Promise<void> {
    await transaction.query("select set_config('refundry.account', $1, true)", [String(account)]);
    const { name, requestId } = this.operator;
    await recordDecision(transaction, { account, requestId, actor: { kind: 'operator', id: name } }, decision);
  }
}
