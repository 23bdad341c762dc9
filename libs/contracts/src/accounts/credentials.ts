import { BooleanField, IntegerField, operation, StringField } from '@refundry/resource';

/** The hash of an API key; the key itself stays with its caller. */
export class ApiKeyHash {
  @StringField({ label: 'SHA-256 of the key, in hexadecimal', maxLength: 64 }) hash!: string;
}

/** What an API key stands for. An unknown, revoked or expired key stands for no principal: `found` is false. */
export class Verdict {
  @BooleanField({ label: 'Found' }) found!: boolean;
  @IntegerField({ label: 'Account', required: false }) account?: number;
  @BooleanField({ label: 'The account is active', required: false }) is_active?: boolean;
  @StringField({ label: 'Scopes, separated by spaces', required: false }) scope?: string;
  @IntegerField({ label: 'Expires, in milliseconds since 1970', required: false, allowNull: true }) expires?: number | null;
}

export const verifyApiKey = operation('accounts.credentials.verify-api-key', { input: ApiKeyHash, output: Verdict });
