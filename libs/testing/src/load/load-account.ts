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

/** A command of the operators' command line and its standard input. */
export interface OperatorCommand {
  readonly parameters: readonly string[];
  readonly input?: string;
}

/** Runs commands one after the other and returns the answer of each. */
export type Operator = (commands: readonly OperatorCommand[]) => Promise<readonly unknown[]>;

/** The address and login of the simulated Omnitron. */
export interface OmnitronLogin {
  readonly url: string;
  readonly username: string;
  readonly password: string;
}

type Answers = readonly [
  { id: number },
  { token: string },
  { client_id: string; client_secret: string },
  { password: string },
  { organisation_token: string },
];

/** Makes an account with a credential of each family. */
export async function newLoadAccount(
  operator: Operator,
  name: string,
  { url, username, password }: OmnitronLogin,
): Promise<LoadAccount> {
  const domain = `${name}.example`;
  const ofIt = ['--account', name] as const;
  const [{ id }, { token }, client, user, issued] = (await operator([
    { parameters: ['account', 'create', '--name', name] },
    { parameters: ['token', 'create', ...ofIt] },
    { parameters: ['oauth-client', 'create', ...ofIt, '--name', 'ERP'] },
    { parameters: ['oauth-user', 'create', ...ofIt, '--username', name] },
    {
      parameters: [
        'organisation-token',
        'create',
        ...ofIt,
        '--for',
        '1 week',
        '--scopes',
        'reservation:read,reservation:write,reservation:manage',
      ],
    },
    { parameters: ['domain', 'add', ...ofIt, '--domain', domain] },
    {
      parameters: ['omnitron', 'set', ...ofIt, '--url', url, '--username', username, '--password-stdin', '--no-test'],
      input: password,
    },
  ])) as unknown as Answers;
  return {
    id,
    name,
    oms: { token },
    retail: { clientId: client.client_id, clientSecret: client.client_secret, username: name, password: user.password },
    reservation: { domain, organisationToken: issued.organisation_token },
  };
}
