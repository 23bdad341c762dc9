import type { Question, Reply } from './http-client.js';

/** The login of a retail client. */
export interface RetailLogin {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly username: string;
  readonly password: string;
}

interface Tokens {
  readonly access_token: string;
  readonly refresh_token: string;
}

/** The tokens of a retail client: how they are asked for, and how they are sent. */
export class RetailSession {
  private tokens: Tokens | undefined;

  constructor(private readonly login: RetailLogin) {}

  byPassword(): Question {
    const { username, password } = this.login;
    return this.asking({ grant_type: 'password', username, password, scope: 'read write' });
  }

  byRefreshToken(): Question {
    return this.asking({ grant_type: 'refresh_token', refresh_token: this.tokens?.refresh_token ?? '' });
  }

  take({ json }: Reply): void {
    this.tokens = json as Tokens;
  }

  /** @param path below `/api/v1/` */
  question(method: string, path: string, body: unknown = {}, headers: Readonly<Record<string, string>> = {}): Question {
    return {
      method,
      path: `/api/v1/${path}`,
      headers: {
        authorization: `Bearer ${this.tokens?.access_token ?? ''}`,
        'content-type': 'application/json',
        ...headers,
      },
      body: JSON.stringify(body),
    };
  }

  private asking(grant: Readonly<Record<string, string>>): Question {
    const { clientId, clientSecret } = this.login;
    return {
      method: 'POST',
      path: '/api/o/token/',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({ ...grant, client_id: clientId, client_secret: clientSecret }).toString(),
    };
  }
}
