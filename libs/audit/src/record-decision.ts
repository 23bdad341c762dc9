import type { AuditedAction } from '@refundry/resource';
import type { EntityManager } from 'typeorm';
import type { DecidedBy } from './decided-by.js';
import { boundedJson, cutText, declaredValues } from './recorded-values.js';

/** A decision, with the values of its subject that it changes. */
export interface Decision<Values extends object> {
  readonly action: AuditedAction<Values>;
  /** The key of its subject. */
  readonly subject: string | number;
  readonly before?: NoInfer<Values>;
  readonly after?: NoInfer<Values>;
  readonly reason?: string;
}

/**
 * Records a decision in the transaction that carries it out: neither is there without the other. One that leaves all
 * values as they were is none. Fields that the action doesn't declare are not recorded, whatever the values have.
 */
export async function recordDecision<Values extends object>(
  transaction: EntityManager,
  { account, actor, requestId }: DecidedBy,
  { action, subject, before, after, reason }: Decision<Values>,
): Promise<void> {
  const [former, latter] = [declaredValues(action, before), declaredValues(action, after)];
  if (former && latter && JSON.stringify(former) === JSON.stringify(latter)) return;
  await transaction.query(insertion, [
    account,
    actor?.kind ?? null,
    orNull(actor?.id),
    action.action,
    action.subjectType,
    cutText(String(subject)),
    boundedJson(former),
    boundedJson(latter),
    orNull(reason),
    orNull(requestId),
  ]);
}

const insertion = `
  insert into audit_entry (account_id, actor_kind, actor, action, subject_type, subject_id, before, after, reason,
    request_id)
  values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`;

const orNull = (text: string | undefined): string | null => (text === undefined ? null : cutText(text));
