import { scopes } from '@refundry/auth';
import { ChoiceField, IntegerField, ListField, operation, StringField } from '@refundry/resource';
import { usageCredentialKinds, usageEndpoints, type UsageCredentialKind } from '../usage.js';

/** Numbers of requests that one credential has sent to one endpoint on one day. */
export class UsageCount {
  @IntegerField({ label: 'Account' }) account!: number;
  @StringField({ label: 'Family', maxLength: 20 }) family!: string;
  @StringField({ label: 'Day, in UTC', maxLength: 10 }) day!: string;
  @ChoiceField({ label: 'Credential kind', choices: usageCredentialKinds }) credential_kind!: UsageCredentialKind;
  @StringField({ label: 'Credential ID', allowBlank: true, trim: false }) credential_id!: string;
  @StringField({ label: 'Endpoint' }) endpoint!: string;
  @IntegerField({ label: 'Requests' }) requests!: number;
  @IntegerField({ label: 'Client errors' }) client_errors!: number;
  @IntegerField({ label: 'Throttled' }) throttled!: number;
  @IntegerField({ label: 'Server errors' }) server_errors!: number;
  @IntegerField({ label: 'Bytes' }) bytes!: number;
  @IntegerField({ label: 'Last request, in milliseconds since 1970' }) last_used!: number;
}

/** Counts that a gateway hands over. Sent again under the same number they count once. */
export class UsageBatch {
  @StringField({ label: 'ID of the gateway, another at each start', maxLength: 36 }) gateway!: string;
  @IntegerField({ label: 'Number of the batch, higher than the one before' }) sequence!: number;
  @ListField({ label: 'Counts', of: UsageCount }) counts!: readonly UsageCount[];
}

export const recordUsage = operation('accounts.usage.record', { input: UsageBatch });

export const omsUsage = usageEndpoints({
  family: 'oms',
  scope: scopes.oms.manage,
  formats: ['json', 'csv'],
  example: { credential_kind: 'token', credential_id: '7', endpoint: 'GET /api/v1/oms/customers/list-simple/' },
});

/** Retail tokens carry `read` and `write` and nothing else. */
export const supplierRefundUsage = usageEndpoints({
  family: 'retail',
  scope: scopes.retail.write,
  formats: ['json', 'api', 'csv'],
  example: { credential_kind: 'oauth_user', credential_id: 'ayşe', endpoint: 'POST /api/v1/supplier-refunds/' },
});

export const reservationUsage = usageEndpoints({
  family: 'reservation',
  scope: scopes.reservation.manage,
  formats: ['json'],
  example: {
    credential_kind: 'signed_token',
    credential_id: 'shop.example 3',
    endpoint: 'GET /api/reservation/v1/refund/procedure',
  },
});
