import { BooleanField, IntegerField, ListField, operation, StringField } from '@refundry/resource';

/** The domain that a reservation client says it speaks for, as `domainName` writes it. */
export class PresentedDomain {
  @StringField({ label: 'Domain', maxLength: 253 }) domain!: string;
}

/** Another organisation token of the account, and the scopes of tokens signed with it. */
export class FurtherToken {
  @IntegerField({ label: 'ID' }) id!: number;
  @StringField({ label: 'Organisation token', trim: false, isSecret: true }) organisation_token!: string;
  @StringField({ label: 'Scopes, separated by spaces' }) scope!: string;
  @IntegerField({ label: 'It expires, in milliseconds since 1970' }) expires!: number;
}

/**
 * For whom a domain speaks, and what its tokens must be signed with: the organisation token that stands here, or one of
 * the further ones. (A gateway of the version before knows the first only, and accounts of the version before name no
 * other.) `found` is false where nobody's signature could be good: the domain is unknown, its account disabled, or
 * without an organisation token.
 */
export class DomainVerdict {
  @BooleanField({ label: 'Found' }) found!: boolean;
  @IntegerField({ label: 'Account', required: false }) account?: number;
  @BooleanField({ label: 'The domain is active', required: false }) is_active?: boolean;
  @IntegerField({ label: 'ID of the organisation token', required: false }) id?: number;
  @StringField({ label: 'Organisation token', required: false, trim: false, isSecret: true })
  organisation_token?: string;
  @StringField({ label: 'Scopes, separated by spaces', required: false }) scope?: string;
  @IntegerField({ label: 'The organisation token expires, in milliseconds since 1970', required: false })
  expires?: number;
  @ListField({ label: 'Further organisation tokens', of: FurtherToken, required: false })
  further_tokens?: readonly FurtherToken[];
}

export const verifyDomain = operation('accounts.domains.verify', {
  input: PresentedDomain,
  output: DomainVerdict,
  isEncrypted: true,
  isRead: true,
});
