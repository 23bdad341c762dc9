import { CommandFailed, type CommandLine } from './command-line.js';
import { Stopping } from './process-group.js';
import { demoAccount, syncAgain, type Demo } from './demo-account.js';
import { omsApi, type DemoApi } from './demo-api.js';
import { say } from './progress.js';
import { sentenceOf } from './refusal.js';

const SETUP = 'setup/addresses/';

interface LastRun {
  readonly status: string;
  readonly last_success_age: number | null;
}

/**
 * Brings the addresses over while the system is in use already, and shows how far it is. A run that an earlier launcher
 * left behind goes on by itself and is followed. Trouble is said in one line and is nobody else's.
 */
export async function setUpAddresses(
  accounts: CommandLine,
  { gateway, oms }: Demo,
  isNewlyConnected: boolean,
): Promise<void> {
  const api = omsApi(gateway, oms.token);
  try {
    const { status, last_success_age: lastSuccessAge } = await lastRun(api);
    const goesOn = status === 'WORKING';
    if (!goesOn && !isNewlyConnected && lastSuccessAge !== null) return;
    if (!goesOn) await order(api);
    say(`\nThe addresses ${goesOn ? 'go on coming' : 'come'} over from Omnitron; nothing has to wait for them.`);
    await accounts.show('sync', '--account', demoAccount, '--step', 'addresses', '--follow-only');
  } catch (error) {
    if (error instanceof Stopping) throw error;
    say(
      'The addresses could not be set up: ' +
        `${error instanceof CommandFailed ? error.complaint : sentenceOf(error)} To try again: ` +
        syncAgain('addresses'),
    );
  }
}

async function lastRun(api: DemoApi): Promise<LastRun> {
  return (await (await accepted(api.get(`${SETUP}last_run/`))).json()) as LastRun;
}

async function order(api: DemoApi): Promise<void> {
  await accepted(api.post(`${SETUP}execute/`));
}

async function accepted(asked: Promise<Response>): Promise<Response> {
  const response = await asked;
  if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
  return response;
}
