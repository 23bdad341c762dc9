import type { ScopeFamily } from '@refundry/auth';
import { BooleanField, IntegerField, operation, StringField } from '@refundry/resource';

/**
 * The family whose scheme a credential belongs to. Schemes don't cross: a key stands for somebody in its own family
 * only.
 */
export type CredentialFamily = Exclude<ScopeFamily, 'reservation'>;

/** The hash of a key that was presented to a family; the key itself stays with its caller. */
export class PresentedCredential {
  @StringField({ label: 'Family', maxLength: 20 }) family!: CredentialFamily;
  @StringField({ label: 'SHA-256 of the key, in hexadecimal', maxLength: 64, isSecret: true }) hash!: string;
}

/** The credential of a key. An unknown, revoked or expired key stands for no principal: `found` is false. */
export class Verdict {
  @BooleanField({ label: 'Found' }) found!: boolean;
  @IntegerField({ label: 'Account', required: false }) account?: number;
  @BooleanField({ label: 'The account is active', required: false }) is_active?: boolean;
  @StringField({ label: 'Scopes, separated by spaces', required: false }) scope?: string;
  @StringField({ label: 'Number of the token, or name of the user', required: false }) holder?: string;
  @IntegerField({ label: 'Expires, in milliseconds since 1970', required: false, allowNull: true }) expires?:
    number | null;
}

export const verifyCredential = operation('accounts.credentials.verify', {
  input: PresentedCredential,
  output: Verdict,
  isRead: true,
});
