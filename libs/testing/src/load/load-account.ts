import type { ReservationLogin } from './reservations-client.js';
import type { RetailLogin } from './retail-session.js';

/** An account, and what its clients of each family prove themselves with. */
export interface LoadAccount {
  readonly id: number;
  readonly name: string;
  readonly oms: { readonly token: string };
  readonly retail: RetailLogin;
  readonly reservation: ReservationLogin;
}

/** Runs commands of the operators' command line, one after the other, and gives what each answers. */
export type Operator = (commands: readonly (readonly string[])[]) => Promise<readonly unknown[]>;

/** Where the simulated Omnitron is, and how one logs in there. */
export interface OmnitronLogin {
  readonly url: string;
  readonly username: string;
  readonly password: string;
}

type Answers = readonly [{ id: number }, { token: string }, { client_id: string; client_secret: string }, { password: string }, { organisation_token: string }];

/** Makes an account with a credential of each family. */
export async function newLoadAccount(operator: Operator, name: string, { url, username, password }: OmnitronLogin): Promise<LoadAccount> {
  const domain = `${name}.example`;
  const ofIt = ['--account', name] as const;
  const [{ id }, { token }, client, user, issued] = (await operator([
    ['account', 'create', '--name', name],
    ['token', 'create', ...ofIt],
    ['oauth-client', 'create', ...ofIt, '--name', 'ERP'],
    ['oauth-user', 'create', ...ofIt, '--username', name],
    ['organisation-token', 'create', ...ofIt, '--for', '1 week', '--scopes', 'reservation:read,reservation:write,reservation:manage'],
    ['domain', 'add', ...ofIt, '--domain', domain],
    ['omnitron', 'set', ...ofIt, '--url', url, '--username', username, '--password', password],
  ])) as unknown as Answers;
  return {
    id, name, oms: { token },
    retail: { clientId: client.client_id, clientSecret: client.client_secret, username: name, password: user.password },
    reservation: { domain, organisationToken: issued.organisation_token },
  };
}
