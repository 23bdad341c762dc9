import { signedToken } from '@refundry/testing';
import type { Operators } from './command-line.js';
import { demoQuote, demoReservations } from './demo-reservations.js';
import { acceptedJson, type AskFamily } from './demo-webhooks.js';
import { sentenceOf } from './refusal.js';

/** The signing key of the demo account's reservation client, and its scopes. */
export interface ReservationCredentials {
  readonly domain: string;
  readonly organisation_token: string;
  readonly reserve_ids: readonly number[];
}

const domain = 'demo.example';
const base = '/api/reservation/v1/';
const demoScopes = ['reservation:read', 'reservation:write', 'reservation:manage'];
const tokenLife = '3 months';
const signedForSeconds = 300;

/** Whether a request signed with them is still answered. @throws when the system gives no answer */
export async function areSigning(gateway: string, credentials: ReservationCredentials): Promise<boolean> {
  const { status } = await ask(gateway, credentials, 'GET', 'reservations');
  return status !== 401 && status !== 403;
}

/** A domain of the account, and a new organisation token, which ends the one before. */
export async function newReservationCredentials(accounts: Operators, account: string): Promise<ReservationCredentials> {
  const known = await accounts.run<{ domain: string }[]>('domain', 'list', '--account', account);
  if (!known.some((one) => one.domain === domain))
    await accounts.run('domain', 'add', '--account', account, '--domain', domain);
  const { organisation_token: token } = await accounts.run<{ organisation_token: string }>(
    'organisation-token',
    'create',
    '--account',
    account,
    '--for',
    tokenLife,
    '--scopes',
    demoScopes.join(),
  );
  return {
    domain,
    organisation_token: token,
    reserve_ids: demoReservations(Date.now()).reservations.map(([id]) => id),
  };
}

/** Posts the demo's rules, reservations and waivers. Trouble is told, and no end of the start. */
export async function postReservations(gateway: string, credentials: ReservationCredentials): Promise<string> {
  try {
    const { rules, reservations, waivers } = demoReservations(Date.now());
    const known = await ask(gateway, credentials, 'GET', 'refund/rules');
    const { payload } = (await known.json()) as { payload?: { count: number } };
    const isFirst = payload?.count === 0;
    if (isFirst) for (const rule of rules) await post(gateway, credentials, 'POST', 'refund/rules', rule);
    for (const [id, reservation] of reservations)
      await post(gateway, credentials, 'PUT', `reservations/${id}`, reservation);
    if (isFirst) for (const waiver of waivers) await post(gateway, credentials, 'POST', 'refund/waivers', waiver);
    await postQuote(gateway, credentials);
    return '';
  } catch (error) {
    return `failed: ${sentenceOf(error)}`;
  }
}

/** Has an operator asked to price the demo's train, of which no rule tells anything, unless that was done before. */
async function postQuote(gateway: string, credentials: ReservationCredentials): Promise<void> {
  const known = await ask(gateway, credentials, 'GET', 'refund/quotes?page_size=1');
  const { payload } = (await known.json()) as { payload?: { count: number } };
  if (payload?.count === 0) await post(gateway, credentials, 'POST', 'refund/quotes', demoQuote);
}

async function post(
  gateway: string,
  credentials: ReservationCredentials,
  method: string,
  path: string,
  body: object,
): Promise<void> {
  const response = await ask(gateway, credentials, method, path, body);
  if (!response.ok) throw new Error(`${path} was refused (${response.status} ${await response.text()}).`);
}

/** Asks the reservation API for the demo account. */
export const reservationAsk =
  (gateway: string, credentials: ReservationCredentials): AskFamily =>
  async (method, path, body) => {
    const envelope = await acceptedJson(path, await ask(gateway, credentials, method, path, body));
    return (envelope as { payload: unknown } | undefined)?.payload;
  };

const ask = (
  gateway: string,
  { domain: of, organisation_token: token }: ReservationCredentials,
  method: string,
  path: string,
  body?: object,
): Promise<Response> =>
  fetch(`${gateway}${base}${path}`, {
    method,
    headers: {
      authorization: `Bearer ${signedToken(token, signedForSeconds)}`,
      domain: of,
      'content-type': 'application/json',
    },
    ...(body && { body: JSON.stringify(body) }),
  });
