import { Injectable } from '@nestjs/common';
import { Encrypter } from '@refundry/auth';
import type { DomainVerdict, FurtherToken } from '@refundry/contracts';
import { ReadPool } from '@refundry/persistence';
import { organisationTokenPurpose } from '../organisation-tokens/organisation-token.entity.js';
import { defaultTokenName } from '../organisation-tokens/organisation-tokens.service.js';

const verify = `
  select account.id, domain.is_active, token.id, token.sealed_token, array_to_string(token.scopes, ' '),
    floor(extract(epoch from token.expires_date) * 1000)::int8
  from domain
  join account on account.id = domain.account_id
  join organisation_token token on token.account_id = account.id
  where domain.name = $1 and account.is_active and token.revoked_date is null and token.expires_date > now()
  order by token.name <> '${defaultTokenName}', token.id`;

/** Says for whom a domain speaks, and what its tokens must be signed with. */
@Injectable()
export class DomainVerifier {
  constructor(
    private readonly readPool: ReadPool,
    private readonly encrypter: Encrypter,
  ) {}

  async verify(domain: string): Promise<DomainVerdict> {
    const [first, ...further] = await this.readPool.rows({
      account: 'any',
      text: verify,
      values: [domain],
      isPrepared: true,
    });
    if (!first) return { found: false };
    const [account, isActive, ...token] = first;
    const { id, organisation_token, scope, expires } = this.tokenIn(Number(account), token);
    return {
      found: true,
      account: Number(account),
      is_active: isActive === 't',
      id,
      organisation_token,
      scope,
      expires,
      ...(further.length > 0 && { further_tokens: further.map(([, , ...row]) => this.tokenIn(Number(account), row)) }),
    };
  }

  private tokenIn(account: number, [id, sealed, scope, expires]: readonly (string | null)[]): FurtherToken {
    const characters = this.encrypter.decrypt(sealed ?? '', organisationTokenPurpose(account));
    return { id: Number(id), organisation_token: characters, scope: scope ?? '', expires: Number(expires) };
  }
}
