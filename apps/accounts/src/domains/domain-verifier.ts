import { Injectable } from '@nestjs/common';
import { Vault } from '@refundry/auth';
import type { DomainVerdict } from '@refundry/contracts';
import { Lane } from '@refundry/persistence';
import { organisationTokenPurpose } from '../organisation-tokens/organisation-token.entity.js';

const verify = `
  select account.id, domain.is_active, token.sealed_token, array_to_string(token.scopes, ' '), floor(extract(epoch from token.expires_date) * 1000)::int8
  from domain
  join account on account.id = domain.account_id
  join organisation_token token on token.account_id = account.id
  where domain.name = $1 and account.is_active and token.revoked_date is null and token.expires_date > now()`;

/** Says for whom a domain speaks, and what its tokens must be signed with. */
@Injectable()
export class DomainVerifier {
  constructor(
    private readonly lane: Lane,
    private readonly vault: Vault,
  ) {}

  async verify(domain: string): Promise<DomainVerdict> {
    const [row] = await this.lane.rows({ account: 'any', text: verify, values: [domain], isCommon: true });
    if (!row) return { found: false };
    const [account, isActive, sealed, scope, expires] = row;
    const organisationToken = this.vault.open(sealed ?? '', organisationTokenPurpose(Number(account)));
    return { found: true, account: Number(account), is_active: isActive === 't', organisation_token: organisationToken, scope: scope ?? '', expires: Number(expires) };
  }
}
