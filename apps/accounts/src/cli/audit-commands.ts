import { Command } from 'commander';
import type { CommandConfig } from '../accounts.config.js';
import { action, wholeNumber } from './action.js';
import { administer } from './administration.js';

interface ListOptions {
  account: string;
  action?: string;
  before?: number;
  limit: number;
}

const defaultLimit = 100;

export function auditCommands(readConfig: () => CommandConfig): Command {
  const command = new Command('audit').description('what operators decided on an account and its credentials');
  command
    .command('list')
    .description('the latest decisions first; those on what services hold are listed by their APIs')
    .requiredOption('--account <name>')
    .option('--action <name>', 'e.g. api_token.revoked')
    .option('--before <id>', 'those before this one', wholeNumber)
    .option('--limit <number>', 'so many at the most', wholeNumber, defaultLimit)
    .action(
      action(({ account, action: name, before, limit }: ListOptions) =>
        administer(readConfig(), async ({ audit }) =>
          (await audit.list({ account, action: name, beforeId: before, limit })).map((decision) => ({ ...decision })),
        ),
      ),
    );
  return command;
}
