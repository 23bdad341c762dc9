import { Command } from 'commander';
import type { CommandConfig } from '../accounts.config.js';
import type { Account } from '../accounts/account.entity.js';
import { administer } from './administration.js';
import { action } from './action.js';

interface AccountName {
  name: string;
}

const shown = ({ id, name, isActive, createdDate }: Account) => ({
  id,
  name,
  is_active: isActive,
  created: createdDate,
});

export function accountCommands(readConfig: () => CommandConfig): Command {
  const command = new Command('account').description('who there is');
  command
    .command('create')
    .description('add an account')
    .requiredOption('--name <name>', 'unique name')
    .action(
      action(({ name }: AccountName) =>
        administer(readConfig(), async ({ accounts }) => shown(await accounts.create(name))),
      ),
    );
  command
    .command('list')
    .description('all accounts')
    .action(action(() => administer(readConfig(), async ({ accounts }) => (await accounts.list()).map(shown))));
  command
    .command('disable')
    .description("refuse the account's credentials; its data stays")
    .requiredOption('--name <name>')
    .action(
      action(({ name }: AccountName) =>
        administer(readConfig(), async ({ accounts }) => shown(await accounts.setActive(name, false))),
      ),
    );
  command
    .command('enable')
    .description('take the account up again')
    .requiredOption('--name <name>')
    .action(
      action(({ name }: AccountName) =>
        administer(readConfig(), async ({ accounts }) => shown(await accounts.setActive(name, true))),
      ),
    );
  return command;
}
