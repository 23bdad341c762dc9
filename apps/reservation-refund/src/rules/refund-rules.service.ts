import { Injectable } from '@nestjs/common';
import type { RefundRules } from '@refundry/contracts';
import { Failure, invalid, wrongState } from '@refundry/errors';
import { Transactions } from '@refundry/persistence';
import { hashedLock } from '@refundry/provisioning';
import { isDecimalId, type Caller } from '@refundry/resource';
import type { EntityManager } from 'typeorm';
import { checkRules } from './check-rules.js';
import { criteria, specificityOf } from './specificity.js';

/** Checks rules before they are saved. */
const columns = [
  'name',
  'service',
  'supplier',
  'carrier',
  'fare_class',
  'valid_from',
  'valid_until',
  'grace_minutes',
  'tiers',
  'specificity',
] as const;
const values = (first: number): string => columns.map((_column, index) => `$${first + index}`).join(', ');

/** A rule set of an account, and the domain that it is for. */
interface Place {
  readonly account: number;
  readonly id: string;
  readonly domain: string;
}

/** Keeps rule sets, each in all its versions. */
@Injectable()
export class RefundRulesService {
  constructor(private readonly transactions: Transactions) {}

  /** Gives the id. @throws Failure `invalid` */
  async create({ account, domain = '' }: Caller, rules: RefundRules): Promise<string> {
    checkRules(rules);
    return this.transactions.run({ account }, async (transaction) => {
      await refuseAmbiguity(transaction, { account, domain }, rules);
      const [{ id }] = await transaction.query<[{ id: string }]>(
        `insert into refund_rules (account_id, domain, ${columns.join(', ')}, version, is_retired, created_date,
           modified_date)
         values ($1, $2, ${values(3)}, 1, false, null, null) returning id`,
        [account, domain, ...valuesOf(rules)],
      );
      await keepVersion(transaction, { account, id });
      return id;
    });
  }

  /**
   * Puts a new version in its place.
   *
   * @throws Failure `unknown_rules`, `invalid`, `wrong_state` for rules that are retired
   */
  async replace({ account }: Caller, key: string, rules: RefundRules): Promise<void> {
    checkRules(rules);
    await this.transactions.run({ account }, async (transaction) => {
      const place = await lockedPlace(transaction, account, key);
      if (place.is_retired) throw wrongState({ of: 'rules', state: 'retired', possible: [] });
      await refuseAmbiguity(transaction, place, rules, place.id);
      await transaction.query(
        `update refund_rules set (${columns.join(', ')}) = row(${values(3)}), version = version + 1,
          modified_date = null where account_id = $1 and id = $2`,
        [account, place.id, ...valuesOf(rules)],
      );
      await keepVersion(transaction, place);
    });
  }

  /** From then on they apply to nothing; retiring them again changes nothing. @throws Failure `unknown_rules` */
  async retire({ account }: Caller, key: string): Promise<void> {
    await this.transactions.run({ account }, async (transaction) => {
      const { id } = await lockedPlace(transaction, account, key);
      await transaction.query(
        `update refund_rules set is_retired = true, modified_date = null where account_id = $1 and id = $2
          and not is_retired`,
        [account, id],
      );
    });
  }
}

async function lockedPlace(
  transaction: EntityManager,
  account: number,
  key: string,
): Promise<Place & { readonly is_retired: boolean }> {
  const [found] = isDecimalId(key)
    ? await transaction.query<{ id: string; domain: string; is_retired: boolean }[]>(
        'select id, domain, is_retired from refund_rules where account_id = $1 and id = $2 for update',
        [account, key],
      )
    : [];
  if (!found) throw new Failure('unknown_rules');
  return { account, ...found };
}

/**
 * Of two that match the same reservation one must be the more specific; other changes of the domain's rules wait. It
 * stands before the statement that writes, which takes the account's lock of stamps (docs/adr/0036).
 *
 * @param id of the rules that are replaced
 */
async function refuseAmbiguity(
  transaction: EntityManager,
  { account, domain }: Omit<Place, 'id'>,
  rules: RefundRules,
  id?: string,
): Promise<void> {
  await transaction.query(`select pg_advisory_xact_lock(${hashedLock("'refund_rules'", '$1::integer', '$2::text')})`, [
    account,
    domain,
  ]);
  const [other] = await transaction.query<{ id: string; name: string }[]>(
    `select id, name from refund_rules where account_id = $1 and id is distinct from $2 and domain = $3
       and not is_retired
       and ${criteria.map((criterion, index) => sameCriterion(criterion, `$${index + 6}::text`)).join(' and ')}
       and tstzrange(valid_from, valid_until) && tstzrange($4::timestamptz, $5::timestamptz) limit 1`,
    [
      account,
      id ?? null,
      domain,
      rules.valid_from ?? null,
      rules.valid_until ?? null,
      ...criteria.map((criterion) => rules[criterion] ?? null),
    ],
  );
  if (other)
    throw invalid({
      non_field_errors: [`Rules ${other.id}, "${other.name}", hold for the same reservations at the same time.`],
    });
}

/** Names are the same whose keys are (docs/adr/0037). */
const sameCriterion = (criterion: (typeof criteria)[number], parameter: string): string =>
  criterion === 'service'
    ? `service is not distinct from ${parameter}`
    : `${criterion}_key is not distinct from name_key(${parameter})`;

const keepVersion = (transaction: EntityManager, { account, id }: Omit<Place, 'domain'>): Promise<unknown> =>
  transaction.query('insert into refund_rules_version select * from refund_rules where account_id = $1 and id = $2', [
    account,
    id,
  ]);

function valuesOf(rules: RefundRules): unknown[] {
  const computed = {
    grace_minutes: rules.grace_minutes ?? 0,
    tiers: JSON.stringify(rules.tiers),
    specificity: specificityOf(rules),
  };
  const row = new Map<string, unknown>([...Object.entries(rules), ...Object.entries(computed)]);
  return columns.map((column) => row.get(column) ?? null);
}
