import { Injectable } from '@nestjs/common';
import { byCaller, type DecidedBy } from '@refundry/audit';
import type { DetailedRefundRules } from '@refundry/contracts';
import { invalid } from '@refundry/errors';
import { Transactions } from '@refundry/persistence';
import type { ActionRequest } from '@refundry/resource';
import { checkRules, errorsOfPeriods } from './check-rules.js';
import type { RefundRulesRow } from './refund-rules.entity.js';
import { RefundRulesRepository, type RulesContent } from './refund-rules.repository.js';
import { contentOf } from './rules-content.js';
import { refuseAmbiguity, refuseRetired, RulesPublisher } from './rules-publisher.js';

/** Keeps rule sets, each in all its versions. */
@Injectable()
export class RefundRulesService {
  constructor(
    private readonly transactions: Transactions,
    private readonly rules: RefundRulesRepository,
    private readonly publisher: RulesPublisher,
  ) {}

  /** Gives the id. @throws Failure `invalid` */
  async create(request: ActionRequest<DetailedRefundRules>): Promise<string> {
    const { account, domain = '' } = request.caller;
    checkRules(request.input);
    const content = contentOf(request.input);
    return this.transactions.run({ account }, async (transaction) => {
      await refuseAmbiguity(transaction, { account, domain }, content);
      return String(await this.publisher.add(transaction, byCaller(request), domain, content));
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
      const former = await this.rules.locked(transaction, account, request.key);
      refuseRetired(former);
      const content = { ...contentOf(request.input), ...unsaidOf(request.input, former) };
      await refuseAmbiguity(transaction, former, content);
      await this.publisher.replace(transaction, byCaller(request), former, content);
    });
  }

  /** From then on they apply to nothing; retiring them again changes nothing. @throws Failure `unknown_rules` */
  async retire(by: DecidedBy, key: string): Promise<void> {
    const { account } = by;
    await this.transactions.run({ account }, async (transaction) => {
      await this.publisher.retire(transaction, by, await this.rules.locked(transaction, account, key));
    });
  }
}

/**
 * A replacement as it was read without `?detail=1` says nothing of departures, and of children and infants: then they
 * stay as they were.
 *
 * @throws Failure `invalid`
 */
function unsaidOf(rules: DetailedRefundRules, former: RefundRulesRow): UnsaidContent {
  const { departs_from: from = former.departsFrom, departs_until: until = former.departsUntil } = rules;
  const errors = errorsOfPeriods({ departs_from: from, departs_until: until });
  if (Object.keys(errors).length > 0) throw invalid(errors);
  const { child_percent: childPercent = former.childPercent, infant_percent: infantPercent = former.infantPercent } =
    rules;
  return { departsFrom: from, departsUntil: until, childPercent, infantPercent };
}

type UnsaidContent = Pick<RulesContent, 'departsFrom' | 'departsUntil' | 'childPercent' | 'infantPercent'>;
