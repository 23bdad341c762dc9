import { Injectable } from '@nestjs/common';
import type { Verdict } from '@refundry/contracts';
import { ReadPool } from '@refundry/persistence';

const verify = `
  select account.id, account.is_active, array_to_string(pair.access_scopes, ' '),
    floor(extract(epoch from pair.access_expires_date) * 1000)::int8, owner.username
  from oauth_token_pair pair
  join oauth_family family on family.id = pair.family_id
  join oauth_client client on client.id = family.client_id
  join oauth_user owner on owner.id = family.user_id
  join account on account.id = owner.account_id
  where pair.access_hash = $1 and pair.access_expires_date > now() and family.revoked_date is null
    and client.revoked_date is null and owner.is_active`;

/** Says what an OAuth access token stands for. */
@Injectable()
export class AccessTokenVerifier {
  constructor(private readonly readPool: ReadPool) {}

  async verify(hash: string): Promise<Verdict> {
    const [row] = await this.readPool.rows({ account: 'any', text: verify, values: [hash], isPrepared: true });
    if (!row) return { found: false };
    const [account, isActive, scope, expires, username] = row;
    return {
      found: true,
      account: Number(account),
      is_active: isActive === 't',
      scope: scope ?? '',
      holder: username ?? '',
      expires: Number(expires),
    };
  }
}
