import { setTimeout as pause } from 'node:timers/promises';
import { signedToken } from '@refundry/testing';
import type { Operators } from '../command-line.js';
import { omsApi, retailApi } from '../demo-api.js';
import {
  newReservationCredentials,
  postReservations,
  type ReservationCredentials,
} from '../demo-reservation-client.js';
import { logIn, newRetailCredentials, postRefunds, type RetailCredentials } from '../demo-retail.js';

const account = 'demo';
const signedForSeconds = 300;

/** One client of each family, of the demo account. */
export interface Clients {
  readonly token: string;
  readonly retail: RetailCredentials;
  readonly reservation: ReservationCredentials;
}

/**
 * Makes the clients by the documented commands, and lets each family keep something.
 *
 * @throws when something is refused
 */
export async function newClients(gateway: string, operators: Operators): Promise<Clients> {
  const { token } = await operators.run<{ token: string }>('token', 'create', '--account', account);
  const clients = {
    token,
    retail: await newRetailCredentials(operators, account),
    reservation: await newReservationCredentials(operators, account),
  };
  const troubles = [
    await pulled(gateway, token),
    await postRefunds(gateway, clients.retail),
    await postReservations(gateway, clients.reservation),
  ].filter((trouble) => trouble !== '');
  if (troubles.length > 0) throw new Error(troubles.join(', '));
  return clients;
}

/** The scope that each family reads with. @throws unless everything is answered with 200 */
export async function answers(gateway: string, { token, retail, reservation }: Clients): Promise<readonly unknown[]> {
  const access = await logIn(gateway, retail);
  if (access === undefined) throw new Error('The retail client gets no token.');
  const ask = (path: string): Promise<Response> =>
    fetch(`${gateway}/api/reservation/v1/${path}`, {
      headers: {
        domain: reservation.domain,
        authorization: `Bearer ${signedToken(reservation.organisation_token, signedForSeconds)}`,
      },
    });
  const responses = [
    ...(await Promise.all(
      ['cancellation-reasons/', 'channels/'].map((path) => omsApi(gateway, token).get(`${path}?page_size=100`)),
    )),
    ...(await Promise.all(
      ['supplier-refunds/', 'suppliers/', 'products/'].map((path) =>
        retailApi(gateway, access).get(`${path}?page_size=1000`),
      ),
    )),
    ...(await Promise.all(['reservations', 'refund/rules'].map(ask))),
  ];
  return Promise.all(
    responses.map(async (response) => {
      if (response.status !== 200) throw new Error(`${response.url} was answered with ${response.status}.`);
      // A reservation answer's meta is the moment of the answer.
      return { ...((await response.json()) as object), meta: undefined };
    }),
  );
}

/** The demo account's reasons and channels, from the simulator. */
async function pulled(gateway: string, token: string): Promise<string> {
  const api = omsApi(gateway, token);
  const reasons = await api.post('cancellation-reasons/pull_from_omnitron/');
  const channels = await api.post('setup/channels/execute/');
  while ((await (await api.get('setup/channels/get_async_status/')).text()).includes('WORKING')) await pause(200);
  return reasons.ok && channels.ok ? '' : `Omnitron is not read (${reasons.status}, ${channels.status})`;
}
