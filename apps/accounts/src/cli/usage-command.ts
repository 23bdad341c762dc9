import { Command } from 'commander';
import type { CommandConfig } from '../accounts.config.js';
import { action, wholeNumber } from './action.js';
import { administer } from './administration.js';

const defaultDays = 7;

interface UsageOptions {
  account: string;
  days: number;
}

export function usageCommand(readConfig: () => CommandConfig): Command {
  return new Command('usage')
    .description("how often an account's credentials have asked, day by day")
    .requiredOption('--account <name>')
    .option('--days <number>', 'how many days, today included', wholeNumber, defaultDays)
    .action(
      action(({ account, days }: UsageOptions) =>
        administer(readConfig(), async ({ usage }) =>
          (await usage.ofLastDays(account, days)).map((row) => ({ ...row })),
        ),
      ),
    );
}
