import { Injectable } from '@nestjs/common';
import { recordDecision, type DecidedBy } from '@refundry/audit';
import { refundRulesDecisions, refundRulesEvents } from '@refundry/contracts';
import { invalid, wrongState } from '@refundry/errors';
import { publishEvent } from '@refundry/outbox';
import type { EntityManager } from 'typeorm';
import type { RefundRulesRow } from './refund-rules.entity.js';
import { RefundRulesRepository, type RulesContent, type RulesPlace } from './refund-rules.repository.js';
import { keepVersion, lockDomain, sameRules } from './refund-rules.sql.js';

/** Makes rules apply, and recorded and known as published, in the caller's transaction. */
@Injectable()
export class RulesPublisher {
  constructor(private readonly rules: RefundRulesRepository) {}

  /** Adds a rule set in its first version. @returns the id */
  async add(
    transaction: EntityManager,
    by: DecidedBy,
    domain: string,
    content: RulesContent,
    reason?: string,
  ): Promise<number> {
    const { account } = by;
    const id = await this.rules.add(transaction, { account, domain }, content);
    await keepVersion(transaction, { account, id });
    await recordDecision(transaction, by, {
      action: refundRulesDecisions.created,
      subject: id,
      after: { version: 1, domain, ...recordedContent(content), is_retired: false },
      ...(reason !== undefined && { reason }),
    });
    await publishVersion(transaction, { account, id, version: 1 });
    return id;
  }

  /** Puts the next version in the place of rules that are locked. @returns its number */
  async replace(
    transaction: EntityManager,
    by: DecidedBy,
    former: RefundRulesRow,
    content: RulesContent,
    reason?: string,
  ): Promise<number> {
    const { account, id } = former;
    const version = former.version + 1;
    await this.rules.replace(transaction, former, content);
    await keepVersion(transaction, former);
    await recordDecision(transaction, by, {
      action: refundRulesDecisions.replaced,
      subject: id,
      before: recordedRules(former),
      after: recordedRules(Object.assign({}, former, content, { version })),
      ...(reason !== undefined && { reason }),
    });
    await publishVersion(transaction, { account, id, version });
    return version;
  }

  /** Retires rules that are locked. */
  async retire(transaction: EntityManager, by: DecidedBy, former: RefundRulesRow): Promise<void> {
    if (former.isRetired) return;
    const { account, id, version } = former;
    await this.rules.retire(transaction, former);
    const before = recordedRules(former);
    await recordDecision(transaction, by, {
      action: refundRulesDecisions.retired,
      subject: id,
      before,
      after: { ...before, is_retired: true },
    });
    const content = { rules: id, rules_version: version };
    await publishEvent(transaction, { account, type: refundRulesEvents.retired, content });
  }
}

/** @throws Failure `wrong_state` */
export function refuseRetired({ isRetired }: RefundRulesRow): void {
  if (isRetired) throw wrongState({ of: 'rules', state: 'retired', possible: [] });
}

/**
 * Of two that match the same reservation one must be the more specific; other changes of the domain's rules wait. It
 * stands before the statement that writes, which takes the account's lock of stamps (docs/adr/0036).
 *
 * @param place with the id of the rules that are replaced
 */
export async function refuseAmbiguity(
  transaction: EntityManager,
  place: Omit<RulesPlace, 'id'> & { readonly id?: number },
  content: RulesContent,
): Promise<void> {
  await lockDomain(transaction, place);
  const same = await sameRules(transaction, place, content);
  if (same) throw invalid({ non_field_errors: [ambiguity(same)] });
}

export const ambiguity = ({ id, name }: { readonly id: string | number; readonly name: string }): string =>
  `Rules ${id}, "${name}", hold for the same reservations at the same time.`;

const publishVersion = (
  transaction: EntityManager,
  { account, id, version }: Pick<RefundRulesRow, 'account' | 'id' | 'version'>,
): Promise<void> =>
  publishEvent(transaction, {
    account,
    type: refundRulesEvents.published,
    content: { rules: id, rules_version: version },
  });

const recordedRules = (rules: RefundRulesRow) => ({
  version: rules.version,
  domain: rules.domain,
  ...recordedContent(rules),
  is_retired: rules.isRetired,
});

/** Rules for all departures, and for all passengers alike, are recorded as they always were. */
const recordedContent = (content: Omit<RulesContent, 'specificity'>) => ({
  name: content.name,
  service: content.service,
  supplier: content.supplier,
  carrier: content.carrier,
  fare_class: content.fareClass,
  valid_from: content.validFrom,
  valid_until: content.validUntil,
  ...(content.departsFrom !== null && { departs_from: content.departsFrom }),
  ...(content.departsUntil !== null && { departs_until: content.departsUntil }),
  ...(content.childPercent !== null && { child_percent: content.childPercent }),
  ...(content.infantPercent !== null && { infant_percent: content.infantPercent }),
  grace_minutes: content.graceMinutes,
  tiers: content.tiers,
});
