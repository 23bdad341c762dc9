import { Injectable } from '@nestjs/common';
import { byCaller, recordDecision, type DecidedBy } from '@refundry/audit';
import { refundRulesDecisions, type DetailedRefundRules } from '@refundry/contracts';
import { Failure, invalid, wrongState } from '@refundry/errors';
import { Transactions } from '@refundry/persistence';
import { isDecimalId, type ActionRequest } from '@refundry/resource';
import type { EntityManager } from 'typeorm';
import { checkRules, errorsOfPeriods } from './check-rules.js';
import type { RefundRulesRow } from './refund-rules.entity.js';
import { RefundRulesRepository, type RulesContent, type RulesPlace } from './refund-rules.repository.js';
import { keepVersion, lockDomain, sameRules } from './refund-rules.sql.js';
import { specificityOf } from './specificity.js';

/** Keeps rule sets, each in all its versions. */
@Injectable()
export class RefundRulesService {
  constructor(
    private readonly transactions: Transactions,
    private readonly rules: RefundRulesRepository,
  ) {}

  /** Gives the id. @throws Failure `invalid` */
  async create(request: ActionRequest<DetailedRefundRules>): Promise<string> {
    const { account, domain = '' } = request.caller;
    checkRules(request.input);
    const content = contentOf(request.input);
    return this.transactions.run({ account }, async (transaction) => {
      await refuseAmbiguity(transaction, { account, domain }, content);
      const id = await this.rules.add(transaction, { account, domain }, content);
      await keepVersion(transaction, { account, id });
      await recordDecision(transaction, byCaller(request), {
        action: refundRulesDecisions.created,
        subject: id,
        after: { version: 1, domain, ...recordedContent(content), is_retired: false },
      });
      return String(id);
    });
  }

  /**
   * Puts a new version in its place.
   *
   * @throws Failure `unknown_rules`, `invalid`, `wrong_state` for rules that are retired
   */
  async replace(request: ActionRequest<DetailedRefundRules>): Promise<void> {
    const { account } = request.caller;
    checkRules(request.input);
    await this.transactions.run({ account }, async (transaction) => {
      const former = await this.locked(transaction, account, request.key);
      if (former.isRetired) throw wrongState({ of: 'rules', state: 'retired', possible: [] });
      const content = { ...contentOf(request.input), ...departuresOf(request.input, former) };
      await refuseAmbiguity(transaction, former, content);
      await this.rules.replace(transaction, former, content);
      await keepVersion(transaction, former);
      const before = recordedRules(former);
      await recordDecision(transaction, byCaller(request), {
        action: refundRulesDecisions.replaced,
        subject: former.id,
        before,
        after: { ...before, ...recordedContent(content), version: former.version + 1 },
      });
    });
  }

  /** From then on they apply to nothing; retiring them again changes nothing. @throws Failure `unknown_rules` */
  async retire(by: DecidedBy, key: string): Promise<void> {
    const { account } = by;
    await this.transactions.run({ account }, async (transaction) => {
      const former = await this.locked(transaction, account, key);
      await this.rules.retire(transaction, former);
      const before = recordedRules(former);
      await recordDecision(transaction, by, {
        action: refundRulesDecisions.retired,
        subject: former.id,
        before,
        after: { ...before, is_retired: true },
      });
    });
  }

  private async locked(transaction: EntityManager, account: number, key: string): Promise<RefundRulesRow> {
    const found = isDecimalId(key) ? await this.rules.lock(transaction, account, Number(key)) : null;
    if (!found) throw new Failure('unknown_rules');
    return found;
  }
}

/**
 * Of two that match the same reservation one must be the more specific; other changes of the domain's rules wait. It
 * stands before the statement that writes, which takes the account's lock of stamps (docs/adr/0036).
 *
 * @param place with the id of the rules that are replaced
 */
async function refuseAmbiguity(
  transaction: EntityManager,
  place: Omit<RulesPlace, 'id'> & { readonly id?: number },
  content: RulesContent,
): Promise<void> {
  await lockDomain(transaction, place);
  const same = await sameRules(transaction, place, content);
  if (same)
    throw invalid({
      non_field_errors: [`Rules ${same.id}, "${same.name}", hold for the same reservations at the same time.`],
    });
}

const recordedRules = (rules: RefundRulesRow) => ({
  version: rules.version,
  domain: rules.domain,
  ...recordedContent(rules),
  is_retired: rules.isRetired,
});

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
  grace_minutes: content.graceMinutes,
  tiers: content.tiers,
});

/**
 * A replacement as it was read without `?detail=1` says nothing of departures: then they stay as they were.
 *
 * @throws Failure `invalid`
 */
function departuresOf(rules: DetailedRefundRules, former: RefundRulesRow): Departures {
  const { departs_from: from = former.departsFrom, departs_until: until = former.departsUntil } = rules;
  const errors = errorsOfPeriods({ departs_from: from, departs_until: until });
  if (Object.keys(errors).length > 0) throw invalid(errors);
  return { departsFrom: from, departsUntil: until };
}

type Departures = Pick<RulesContent, 'departsFrom' | 'departsUntil'>;

const contentOf = (rules: DetailedRefundRules): RulesContent => ({
  name: rules.name,
  service: rules.service ?? null,
  supplier: rules.supplier ?? null,
  carrier: rules.carrier ?? null,
  fareClass: rules.fare_class ?? null,
  validFrom: rules.valid_from ?? null,
  validUntil: rules.valid_until ?? null,
  departsFrom: rules.departs_from ?? null,
  departsUntil: rules.departs_until ?? null,
  graceMinutes: rules.grace_minutes ?? 0,
  tiers: rules.tiers,
  specificity: specificityOf(rules),
});
