import { hashedLock } from '@refundry/provisioning';
import type { EntityManager } from 'typeorm';
import type { RulesContent, RulesPlace } from './refund-rules.repository.js';

/** Makes other changes of the domain's rules wait until the transaction ends. */
export async function lockDomain(
  transaction: EntityManager,
  { account, domain }: Omit<RulesPlace, 'id'>,
): Promise<void> {
  await transaction.query(`select pg_advisory_xact_lock(${hashedLock("'refund_rules'", '$1::integer', '$2::text')})`, [
    account,
    domain,
  ]);
}

/** Names are the same whose keys are (docs/adr/0037). */
const findSame = `
  select id, name from refund_rules where account_id = $1 and id is distinct from $2 and domain = $3 and not is_retired
    and service is not distinct from $6::text and supplier_key is not distinct from name_key($7::text)
    and carrier_key is not distinct from name_key($8::text) and fare_class_key is not distinct from name_key($9::text)
    and tstzrange(valid_from, valid_until) && tstzrange($4::timestamptz, $5::timestamptz)
    and tstzrange(departs_from, departs_until) && tstzrange($10::timestamptz, $11::timestamptz) limit 1`;

/**
 * Rules of the domain that choose the same reservations at the same time.
 *
 * @param id of the rules that are replaced
 */
export async function sameRules(
  transaction: EntityManager,
  { account, domain, id }: Omit<RulesPlace, 'id'> & { readonly id?: number },
  { validFrom, validUntil, service, supplier, carrier, fareClass, departsFrom, departsUntil }: RulesContent,
): Promise<{ readonly id: string; readonly name: string } | undefined> {
  const names = [service, supplier, carrier, fareClass];
  const parameters = [account, id ?? null, domain, validFrom, validUntil, ...names, departsFrom, departsUntil];
  const [same] = await transaction.query<{ id: string; name: string }[]>(findSame, parameters);
  return same;
}

/** Keeps a copy of the version that the rules have now. */
export async function keepVersion(
  transaction: EntityManager,
  { account, id }: Omit<RulesPlace, 'domain'>,
): Promise<void> {
  await transaction.query(
    'insert into refund_rules_version select * from refund_rules where account_id = $1 and id = $2',
    [account, id],
  );
}
