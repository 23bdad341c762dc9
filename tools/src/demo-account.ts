import { CommandFailed, type CommandLine } from './command-line.js';
import { readJson, writePrivately } from './data-folder.js';
import { omsApi, type DemoApi } from './demo-api.js';
import {
  areSigning,
  newReservationCredentials,
  postReservations,
  reservationAsk,
  type ReservationCredentials,
} from './demo-reservation-client.js';
import type { DemoReceiver } from './demo-receiver.js';
import { areAccepted, newRetailCredentials, postRefunds, retailAsk, type RetailCredentials } from './demo-retail.js';
import { prepareWebhook, type AskFamily, type DemoWebhook, type PreparedWebhook } from './demo-webhooks.js';
import { reporting } from './progress.js';
import { sentenceOf } from './refusal.js';
import type { Omnitron } from './settings.js';
import type { Launch } from './surroundings.js';

/** The content of `.data/demo.json`: all a person or a script needs to try the system. */
export interface Demo {
  readonly gateway: string;
  readonly oms: { readonly token: string };
  readonly retail: RetailCredentials;
  readonly reservation: ReservationCredentials;
  readonly webhooks: DemoWebhooks;
  readonly omnitron: Omnitron;
}

/** The webhooks of the demo account, by family; a family that refused its own has none. */
interface DemoWebhooks {
  readonly retail?: DemoWebhook;
  readonly reservation?: DemoWebhook;
}

export const demoAccount = 'demo';

/** The command that runs a step again. */
export const syncAgain = (step: string): string => `npm run sync -- --account ${demoAccount} --step ${step} --follow`;

const REASONS = 'cancellation-reasons/';

/** The state with which the start continues. */
export interface PreparedDemo {
  readonly demo: Demo;
  /** Whether it has an Omnitron that it had not at the last start. */
  readonly isNewlyConnected: boolean;
}

/**
 * Makes sure that there is a demo account with a token that works and an Omnitron to read; the first time, it reads
 * what is read quickly.
 */
export async function prepareDemo(
  { folder }: Launch,
  accounts: CommandLine,
  { receiver, ...found }: Pick<Demo, 'gateway' | 'omnitron'> & { readonly receiver: DemoReceiver },
): Promise<PreparedDemo> {
  const known = readJson(folder.demo) as Partial<Demo> | undefined;
  const token = known?.oms?.token;
  const keeps = token !== undefined && (await isAccepted(omsApi(found.gateway, token)));
  const oms = { token: keeps ? token : await reporting('demo account', () => newToken(accounts)) };
  const retail = await prepareRetail(accounts, found.gateway, known?.retail);
  const reservation = await prepareReservations(accounts, found.gateway, known?.reservation);
  const credentials = { gateway: found.gateway, retail, reservation };
  const webhooks = await prepareWebhooks(credentials, receiver, known?.webhooks);
  const demo = { ...found, oms, retail, reservation, webhooks };
  const isNewlyConnected = !keeps || JSON.stringify(known?.omnitron) !== JSON.stringify(found.omnitron);
  if (isNewlyConnected) {
    const { url, username, password } = found.omnitron;
    await accounts.runWith(
      password,
      'omnitron',
      'set',
      '--account',
      demoAccount,
      '--url',
      url,
      '--username',
      username,
      '--password-stdin',
      '--no-test',
    );
    for (const step of ['channels', 'customers'])
      await reporting(
        `${step} from Omnitron`,
        () => sync(accounts, step),
        (outcome) => outcome,
      );
    await reporting(
      'cancellation reasons from Omnitron',
      () => pull(demo),
      (outcome) => outcome,
    );
  }
  writePrivately(
    folder.demo,
    JSON.stringify({
      gateway: demo.gateway,
      oms: demo.oms,
      retail: demo.retail,
      reservation: demo.reservation,
      webhooks: demo.webhooks,
      omnitron: demo.omnitron,
    }),
  );
  return { demo, isNewlyConnected };
}

/** Credentials that work, and the first time documents to look at. */
async function prepareRetail(
  accounts: CommandLine,
  gateway: string,
  known: RetailCredentials | undefined,
): Promise<RetailCredentials> {
  if (known && (await areAccepted(gateway, known))) return known;
  const credentials = await newRetailCredentials(accounts, demoAccount);
  await reporting(
    'supplier refunds',
    () => postRefunds(gateway, credentials),
    (outcome) => outcome,
  );
  return credentials;
}

/** Credentials that work, and the first time rules and reservations to ask about. */
async function prepareReservations(
  accounts: CommandLine,
  gateway: string,
  known: ReservationCredentials | undefined,
): Promise<ReservationCredentials> {
  if (known && (await areSigning(gateway, known))) return known;
  const credentials = await newReservationCredentials(accounts, demoAccount);
  await reporting(
    'reservations',
    () => postReservations(gateway, credentials),
    (outcome) => outcome,
  );
  return credentials;
}

/** Webhooks that the receiver can verify, with a message for each event that there is. */
async function prepareWebhooks(
  { gateway, retail, reservation }: Pick<Demo, 'gateway' | 'retail' | 'reservation'>,
  receiver: DemoReceiver,
  known: DemoWebhooks = {},
): Promise<DemoWebhooks> {
  const prepare = (ask: () => Promise<AskFamily>, type: string, before?: DemoWebhook): Promise<PreparedWebhook> =>
    reporting(
      `webhook for ${type}`,
      () => prepareWebhook(ask, { receiver, eventTypes: [type], known: before }),
      ({ trouble = '' }) => trouble,
    );
  const ofRetail = await prepare(() => retailAsk(gateway, retail), 'supplier_refund.*', known.retail);
  const askReservations = reservationAsk(gateway, reservation);
  const ofReservations = await prepare(
    () => Promise.resolve(askReservations),
    'reservation_refund.*',
    known.reservation,
  );
  return {
    ...(ofRetail.webhook && { retail: ofRetail.webhook }),
    ...(ofReservations.webhook && { reservation: ofReservations.webhook }),
  };
}

/** The id of a reason that can be shown, when there is any. */
export async function someReason({ gateway, oms }: Demo): Promise<number | undefined> {
  const response = await omsApi(gateway, oms.token).get(`${REASONS}?page_size=1`);
  const { results = [] } = (await response.json()) as { results?: { id: number }[] };
  return results[0]?.id;
}

async function newToken(accounts: CommandLine): Promise<string> {
  const existing = await accounts.run<{ name: string }[]>('account', 'list');
  const isThere = existing.some(({ name }) => name === demoAccount);
  if (!isThere) await accounts.run('account', 'create', '--name', demoAccount);
  const lost = isThere ? await liveToken(accounts) : undefined;
  const issued =
    lost === undefined
      ? await accounts.run<{ token: string }>('token', 'create', '--account', demoAccount, '--label', demoAccount)
      : await accounts.run<{ token: string }>('token', 'rotate', '--id', String(lost));
  return issued.token;
}

/** The id of the token whose key `.data/demo.json` held. */
async function liveToken(accounts: CommandLine): Promise<number | undefined> {
  const tokens = await accounts.run<{ id: number; label: string; revoked: string | null }[]>(
    'token',
    'list',
    '--account',
    demoAccount,
  );
  return tokens.find(({ label, revoked }) => label === demoAccount && !revoked)?.id;
}

/** A token is bad when the system says so; a system in trouble says nothing about it. */
async function isAccepted(api: DemoApi): Promise<boolean> {
  const { status } = await api.get(`${REASONS}?page_size=1`);
  return status !== 401 && status !== 403;
}

/** Trouble with Omnitron is said and is not the end of the start. */
async function sync(accounts: CommandLine, step: string): Promise<string> {
  try {
    await accounts.run('sync', '--account', demoAccount, '--step', step, '--follow');
    return '';
  } catch (error) {
    if (!(error instanceof CommandFailed)) throw error;
    return `failed: ${error.complaint} To try again: ${syncAgain(step)}`;
  }
}

async function pull({ gateway, oms }: Demo): Promise<string> {
  try {
    const response = await omsApi(gateway, oms.token).post(`${REASONS}pull_from_omnitron/`);
    if (response.ok) return '';
    return (
      `failed: Omnitron's reasons could not be pulled (${response.status} ${await response.text()}); the first ` +
      'curl line below tries again'
    );
  } catch (error) {
    return `failed: ${sentenceOf(error)}`;
  }
}
