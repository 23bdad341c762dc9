import { auditedActions, BooleanField, StringField, TextsField } from '@refundry/resource';

const service = 'accounts';
const maxScopes = 20;

class RecordedAccount {
  @StringField({ label: 'Name' }) name!: string;
  @BooleanField({ label: 'Is active' }) is_active!: boolean;
}

class RecordedToken {
  @StringField({ label: 'Label', allowBlank: true }) label!: string;
  @TextsField({ label: 'Scopes', atMost: maxScopes }) scopes!: readonly string[];
  @StringField({ label: 'The time it expires', allowNull: true }) expires!: string | null;
}

class RecordedOrganisationToken {
  @StringField({ label: 'Name' }) name!: string;
  @TextsField({ label: 'Scopes', atMost: maxScopes }) scopes!: readonly string[];
  @StringField({ label: 'How long it lasts' }) lifetime!: string;
}

class RecordedClient {
  @StringField({ label: 'Name' }) name!: string;
  @StringField({ label: 'The id by which it names itself' }) client_id!: string;
}

class RecordedUser {
  @StringField({ label: 'Username' }) username!: string;
  @BooleanField({ label: 'Is active' }) is_active!: boolean;
}

class RecordedDomain {
  @StringField({ label: 'Domain' }) domain!: string;
  @BooleanField({ label: 'Is active' }) is_active!: boolean;
}

export const accountDecisions = auditedActions({
  service,
  subjectType: 'account',
  of: RecordedAccount,
  fields: ['name', 'is_active'],
  actions: {
    created: 'An account was added',
    enabled: "An account's credentials are accepted again",
    disabled: "An account's credentials are refused",
  },
});

export const apiTokenDecisions = auditedActions({
  service,
  subjectType: 'api_token',
  of: RecordedToken,
  fields: ['label', 'scopes', 'expires'],
  actions: {
    created: 'An API token was issued',
    rotated: 'An API token was given a new key',
    revoked: 'An API token was ended',
  },
});

export const organisationTokenDecisions = auditedActions({
  service,
  subjectType: 'organisation_token',
  of: RecordedOrganisationToken,
  fields: ['name', 'scopes', 'lifetime'],
  actions: {
    created: 'An organisation token was issued; it ends the one before of its name',
    revoked: 'An organisation token was ended',
    key_rotated: 'An organisation token was encrypted with the key that now comes first',
  },
});

export const oauthClientDecisions = auditedActions({
  service,
  subjectType: 'oauth_client',
  of: RecordedClient,
  fields: ['name', 'client_id'],
  actions: {
    created: 'An OAuth client was registered',
    secret_rotated: 'An OAuth client was given a new secret',
    revoked: 'An OAuth client was ended, and the tokens that were issued to it',
  },
});

export const oauthUserDecisions = auditedActions({
  service,
  subjectType: 'oauth_user',
  of: RecordedUser,
  fields: ['username', 'is_active'],
  actions: {
    created: 'An OAuth user was added',
    password_changed: 'An OAuth user was given a new password',
    enabled: "An OAuth user's password and tokens are accepted again",
    disabled: "An OAuth user's password and tokens are refused",
  },
});

export const domainDecisions = auditedActions({
  service,
  subjectType: 'domain',
  of: RecordedDomain,
  fields: ['domain', 'is_active'],
  actions: {
    added: 'A domain was registered',
    enabled: 'Requests for a domain are accepted again',
    disabled: 'Requests for a domain are refused',
    removed: 'A domain was removed; another account may add it',
  },
});
