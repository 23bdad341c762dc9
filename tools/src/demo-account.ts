import { AppProcess } from '@refundry/testing';
import { readJson, writePrivately } from './data-folder.js';
import { reporting } from './progress.js';
import { Refusal, sentenceOf } from './refusal.js';
import type { Omnitron } from './settings.js';
import type { Launch } from './surroundings.js';
import { operator, type Environment } from './topology.js';

/** What `.data/demo.json` says: all a person or a script needs to try the system. */
export interface Demo {
  readonly gateway: string;
  readonly oms: { readonly token: string };
  readonly omnitron: Omnitron;
}

const ACCOUNT = 'demo';
const REASONS = '/api/v1/oms/cancellation-reasons/';

/** Makes sure that there is a demo account with a token that works and an Omnitron it may pull from; the first time, it pulls. */
export async function prepareDemo(launch: Launch, environment: Environment, found: Pick<Demo, 'gateway' | 'omnitron'>): Promise<Demo> {
  const known = readJson(launch.folder.demo) as Partial<Demo> | undefined;
  const token = known?.oms?.token;
  const keeps = token !== undefined && await isAccepted(found.gateway, token);
  const accounts = new CommandLine(launch, environment);
  const demo = { ...found, oms: { token: keeps ? token : await reporting('demo account', () => newToken(accounts)) } };
  const isConnected = keeps && JSON.stringify(known?.omnitron) === JSON.stringify(found.omnitron);
  if (!isConnected) {
    const { url, username, password } = found.omnitron;
    await accounts.run('omnitron', 'set', '--account', ACCOUNT, '--url', url, '--username', username, '--password', password);
    await reporting('cancellation reasons from Omnitron', () => pull(demo), (outcome) => outcome);
  }
  writePrivately(launch.folder.demo, JSON.stringify({ gateway: demo.gateway, oms: demo.oms, omnitron: demo.omnitron }));
  return demo;
}

/** The id of a reason that can be shown, when there is any. */
export async function someReason({ gateway, oms }: Demo): Promise<number | undefined> {
  const response = await fetch(`${gateway}${REASONS}?page_size=1`, { headers: authorization(oms.token) });
  const { results = [] } = await response.json() as { results?: { id: number }[] };
  return results[0]?.id;
}

async function newToken(accounts: CommandLine): Promise<string> {
  const existing = await accounts.run<{ name: string }[]>('account', 'list');
  const isThere = existing.some(({ name }) => name === ACCOUNT);
  if (!isThere) await accounts.run('account', 'create', '--name', ACCOUNT);
  const lost = isThere ? await liveToken(accounts) : undefined;
  const issued = lost === undefined
    ? await accounts.run<{ token: string }>('token', 'create', '--account', ACCOUNT, '--label', ACCOUNT)
    : await accounts.run<{ token: string }>('token', 'rotate', '--id', String(lost));
  return issued.token;
}

/** The id of the token whose key `.data/demo.json` held. */
async function liveToken(accounts: CommandLine): Promise<number | undefined> {
  const tokens = await accounts.run<{ id: number; label: string; revoked: string | null }[]>('token', 'list', '--account', ACCOUNT);
  return tokens.find(({ label, revoked }) => label === ACCOUNT && !revoked)?.id;
}

/** A token is bad when the system says so; a system in trouble says nothing about it. */
async function isAccepted(gateway: string, token: string): Promise<boolean> {
  const { status } = await fetch(`${gateway}${REASONS}?page_size=1`, { headers: authorization(token) });
  return status !== 401 && status !== 403;
}

async function pull({ gateway, oms }: Demo): Promise<string> {
  try {
    const response = await fetch(`${gateway}${REASONS}pull_from_omnitron/`, { method: 'POST', headers: authorization(oms.token) });
    if (response.ok) return '';
    return `failed: Omnitron's reasons could not be pulled (${response.status} ${await response.text()}); the first curl line below tries again`;
  } catch (error) {
    return `failed: ${sentenceOf(error)}`;
  }
}

function authorization(token: string): Record<string, string> {
  return { Authorization: `Token ${token}` };
}

/** The operators' command line, as a process of its own, as an operator would use it. */
class CommandLine {
  constructor(private readonly launch: Launch, private readonly environment: Environment) {}

  async run<T>(...args: string[]): Promise<T> {
    const command = await this.launch.crew.errand(() => AppProcess.spawn({ name: 'accounts', script: operator.script, args: [...args, '--json'], env: this.environment }));
    const { code } = await command.exited;
    if (code !== 0) throw new Refusal(`The demo account could not be made: accounts ${args.slice(0, 2).join(' ')} says ${command.lines.at(-1) ?? 'nothing'}`);
    return JSON.parse(command.lines.at(-1) ?? '') as T;
  }
}
