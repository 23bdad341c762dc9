import { IntegerField, resource, StringField } from '@refundry/resource';

const parameter = (label: string, maxLength: number, isSecret = false) =>
  StringField({ label, maxLength, required: false, allowBlank: true, trim: false, isSecret });

/**
 * A request for tokens (RFC 6749, sections 4.3.2 and 6), with the client's credentials wherever they stood. Nothing is
 * required here, so that what is missing can be refused in OAuth's words; an empty parameter is an absent one (section
 * 3.2).
 */
export class TokenRequest {
  @parameter('Grant type', 100) grant_type?: string;
  @parameter('Username', 150) username?: string;
  @parameter('Password', 1000, true) password?: string;
  @parameter('Refresh token', 200, true) refresh_token?: string;
  @parameter('Client', 100) client_id?: string;
  @parameter('Client secret', 200, true) client_secret?: string;
  @parameter('Scope, words separated by spaces', 1000) scope?: string;
}

/** RFC 6749, section 5.1. */
export class TokenAnswer {
  @StringField({ label: 'Access token', isSecret: true }) access_token!: string;
  @StringField({ label: 'Token type' }) token_type!: string;
  @IntegerField({ label: 'Seconds until it expires' }) expires_in!: number;
  @StringField({ label: 'Refresh token', isSecret: true }) refresh_token!: string;
  @StringField({ label: 'Scope, words separated by spaces' }) scope!: string;
}

/** Refused with the codes of RFC 6749, section 5.2, and `throttled`, whose detail is the seconds to wait. */
export const issueToken = resource({ family: 'oauth', path: '', of: TokenAnswer }).action('token', {
  summary: 'Get tokens for a password or a refresh token (RFC 6749)',
  description:
    'The client says who it is by HTTP Basic authentication, or by `client_id` and `client_secret` in the body.',
  inputExample: {
    grant_type: 'password',
    username: 'ayşe',
    password: 'correct horse battery staple',
    client_id: 'erp',
    client_secret: 'its secret',
    scope: 'read write',
  },
  example: {
    access_token: 'k3Yv0…',
    token_type: 'Bearer',
    expires_in: 36_000,
    refresh_token: 'mZ8Qd…',
    scope: 'read write',
  },
  refusals: [
    'invalid_request',
    'invalid_client',
    'invalid_grant',
    'invalid_scope',
    'unauthorized_client',
    'unsupported_grant_type',
    'throttled',
  ],
  isPublic: true,
  isEncrypted: true,
  methods: ['POST'],
  input: TokenRequest,
  output: TokenAnswer,
});
