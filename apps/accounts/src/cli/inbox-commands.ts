import { inboxOperations, type FailedEvent } from '@refundry/inbox';
import { Command, InvalidArgumentError } from 'commander';
import type { CommandConfig } from '../accounts.config.js';
import { action } from './action.js';
import { administer } from './administration.js';
import { withService } from './services.js';

interface FailedOptions {
  service: string;
  account?: string;
}

interface RetryOptions extends FailedOptions {
  account: string;
  consumer?: string;
  event?: string;
}

/** The accounts by id, as operators name them. */
type Names = ReadonlyMap<number, string>;

export function inboxCommands(readConfig: () => CommandConfig): Command {
  const command = new Command('inbox').description('events of other services that a service could not handle');
  command
    .command('failed')
    .description('the first hundred events that were given up, with the error of the last attempt')
    .requiredOption('--service <name>', 'the service that consumes them', readService)
    .option('--account <name>', 'all, unless it is said')
    .action(action((options: FailedOptions) => failed(readConfig(), options)));
  command
    .command('retry')
    .description('have an account’s events handled again, a thousand at the most')
    .requiredOption('--service <name>', 'the service that consumes them', readService)
    .requiredOption('--account <name>')
    .option('--consumer <name>', 'all, unless it is said')
    .option('--event <id>', 'all, unless it is said')
    .action(action((options: RetryOptions) => retry(readConfig(), options)));
  return command;
}

const shown = ({ account, ...event }: FailedEvent, names: Names) => ({
  account: names.get(account) ?? String(account),
  ...event,
});

async function failed(config: CommandConfig, { service, account: name }: FailedOptions) {
  const accounts = await administer(config, async ({ accounts: known }) =>
    name === undefined ? known.list() : [await known.named(name)],
  );
  const account = name === undefined ? {} : { account: accounts[0]?.id ?? 0 };
  const { events } = await withService(config, service, (ask) => ask(inboxOperations(service).listFailed, account));
  const names = new Map(accounts.map((known) => [known.id, known.name]));
  return events.map((event) => shown(event, names));
}

async function retry(config: CommandConfig, { service, account: name, consumer, event }: RetryOptions) {
  const { id: account } = await administer(config, ({ accounts }) => accounts.named(name));
  const { retried } = await withService(config, service, (ask) =>
    ask(inboxOperations(service).retry, {
      account,
      ...(consumer !== undefined && { consumer }),
      ...(event !== undefined && { event }),
    }),
  );
  return { account: name, retried };
}

/** The name is part of a subject. */
function readService(text: string): string {
  if (!/^[a-z][a-z\d-]*$/.test(text)) throw new InvalidArgumentError('It must be the name of a service.');
  return text;
}
