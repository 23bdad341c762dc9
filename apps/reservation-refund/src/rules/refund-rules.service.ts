import { Injectable } from '@nestjs/common';
import type { RefundRules } from '@refundry/contracts';
import { Failure, invalid, wrongState } from '@refundry/errors';
import { Transactions } from '@refundry/persistence';
import { isDecimalId, type Caller } from '@refundry/resource';
import type { EntityManager } from 'typeorm';
import { checkRules } from './check-rules.js';
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
  async create({ account, domain = '' }: Caller, rules: RefundRules): Promise<string> {
    checkRules(rules);
    const content = contentOf(rules);
    return this.transactions.run({ account }, async (transaction) => {
      await refuseAmbiguity(transaction, { account, domain }, content);
      const id = await this.rules.add(transaction, { account, domain }, content);
      await keepVersion(transaction, { account, id });
      return String(id);
    });
  }

  /**
   * Puts a new version in its place.
   *
   * @throws Failure `unknown_rules`, `invalid`, `wrong_state` for rules that are retired
   */
  async replace({ account }: Caller, key: string, rules: RefundRules): Promise<void> {
    checkRules(rules);
    const content = contentOf(rules);
    await this.transactions.run({ account }, async (transaction) => {
      const place = await this.locked(transaction, account, key);
      if (place.isRetired) throw wrongState({ of: 'rules', state: 'retired', possible: [] });
      await refuseAmbiguity(transaction, place, content);
      await this.rules.replace(transaction, place, content);
      await keepVersion(transaction, place);
    });
  }

  /** From then on they apply to nothing; retiring them again changes nothing. @throws Failure `unknown_rules` */
  async retire({ account }: Caller, key: string): Promise<void> {
    await this.transactions.run({ account }, async (transaction) => {
      await this.rules.retire(transaction, await this.locked(transaction, account, key));
    });
  }

  private async locked(
    transaction: EntityManager,
    account: number,
    key: string,
  ): Promise<RulesPlace & { readonly isRetired: boolean }> {
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

const contentOf = (rules: RefundRules): RulesContent => ({
  name: rules.name,
  service: rules.service ?? null,
  supplier: rules.supplier ?? null,
  carrier: rules.carrier ?? null,
  fareClass: rules.fare_class ?? null,
  validFrom: rules.valid_from ?? null,
  validUntil: rules.valid_until ?? null,
  graceMinutes: rules.grace_minutes ?? 0,
  tiers: rules.tiers,
  specificity: specificityOf(rules),
});
