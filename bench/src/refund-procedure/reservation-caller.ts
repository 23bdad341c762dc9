import { signedToken } from '@refundry/testing';
import { callAccounts } from '../system/apps.js';

/** An account with a domain, and the headers of what it asks. */
export interface ReservationCaller {
  readonly account: number;
  readonly domain: string;
  readonly headers: Readonly<Record<string, string>>;
}

const signedForSeconds = 24 * 60 * 60;

/** @param operator the environment of the operators' command line */
export async function newReservationCaller(operator: NodeJS.ProcessEnv, name: string): Promise<ReservationCaller> {
  const domain = `${name}.example`;
  const { id } = await callAccounts<{ id: number }>(operator, 'account', 'create', '--name', name);
  await callAccounts(operator, 'domain', 'add', '--account', name, '--domain', domain);
  const { organisation_token: token } = await callAccounts<{ organisation_token: string }>(
    operator,
    'organisation-token',
    'create',
    '--account',
    name,
    '--for',
    '1 week',
  );
  return {
    account: id,
    domain,
    headers: { Domain: domain, Authorization: `Bearer ${signedToken(token, signedForSeconds)}` },
  };
}
