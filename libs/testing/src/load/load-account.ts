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

/** Runs a command of the operators' command line and gives what it answers. */
export type Operator = <Answer>(...command: string[]) => Promise<Answer>;

/** Where the simulated Omnitron is, and how one logs in there. */
export interface OmnitronLogin {
  readonly url: string;
  readonly username: string;
  readonly password: string;
}

/** Makes an account with a credential of each family. */
export async function newLoadAccount(operator: Operator, name: string, { url, username, password }: OmnitronLogin): Promise<LoadAccount> {
  const { id } = await operator<{ id: number }>('account', 'create', '--name', name);
  const ofIt = ['--account', name] as const;
  const domain = `${name}.example`;
  const [{ token }, client, user, issued] = await Promise.all([
    operator<{ token: string }>('token', 'create', ...ofIt),
    operator<{ client_id: string; client_secret: string }>('oauth-client', 'create', ...ofIt, '--name', 'ERP'),
    operator<{ password: string }>('oauth-user', 'create', ...ofIt, '--username', name),
    operator<{ organisation_token: string }>('organisation-token', 'create', ...ofIt, '--for', '1 week', '--scopes', 'reservation:read,reservation:write,reservation:manage'),
    operator('domain', 'add', ...ofIt, '--domain', domain),
    operator('omnitron', 'set', ...ofIt, '--url', url, '--username', username, '--password', password),
  ]);
  return {
    id, name, oms: { token },
    retail: { clientId: client.client_id, clientSecret: client.client_secret, username: name, password: user.password },
    reservation: { domain, organisationToken: issued.organisation_token },
  };
}
