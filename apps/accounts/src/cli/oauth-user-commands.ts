import { Command, InvalidArgumentError } from 'commander';
import type { CommandConfig } from '../accounts.config.js';
import type { OAuthUser } from '../oauth/oauth-user.entity.js';
import { action, wholeNumber } from './action.js';
import { administer } from './administration.js';
import { choosePassword, passwordOption, weakPasswordOption, type PasswordOptions } from './password-choice.js';

interface NewUser extends PasswordOptions {
  account: string;
  username: string;
}

interface NewPassword extends PasswordOptions {
  id: number;
}

/** As long as a token request takes. */
const maxUsername = 150;

const shown = ({ id, account, username, isActive, createdDate, lastUsedDate }: OAuthUser) => ({
  id,
  account: account.name,
  username,
  is_active: isActive,
  created: createdDate,
  last_used: lastUsedDate,
});

export function oauthUserCommands(readConfig: () => CommandConfig): Command {
  const command = new Command('oauth-user').description('who logs in through the retail clients of an account');
  command
    .command('create')
    .description('add a user')
    .requiredOption('--account <name>')
    .requiredOption('--username <name>', 'unique in the account', readUsername)
    .addOption(passwordOption())
    .addOption(weakPasswordOption())
    .action(action((user: NewUser) => create(readConfig(), user)));
  command
    .command('list')
    .description("an account's users")
    .requiredOption('--account <name>')
    .action(
      action(({ account }: { account: string }) =>
        administer(readConfig(), async ({ oauthUsers }) => (await oauthUsers.list(account)).map(shown)),
      ),
    );
  command
    .command('rotate')
    .description('a new password for a user; the old one ends, and so do the tokens that were issued for it')
    .requiredOption('--id <number>', 'see list', wholeNumber)
    .addOption(passwordOption())
    .addOption(weakPasswordOption())
    .action(action((user: NewPassword) => rotate(readConfig(), user)));
  command
    .command('disable')
    .description("refuse the user's password and tokens")
    .requiredOption('--id <number>', 'see list', wholeNumber)
    .action(
      action(({ id }: { id: number }) =>
        administer(readConfig(), async ({ oauthUsers }) => shown(await oauthUsers.setActive(id, false))),
      ),
    );
  command
    .command('enable')
    .description('take the user up again')
    .requiredOption('--id <number>', 'see list', wholeNumber)
    .action(
      action(({ id }: { id: number }) =>
        administer(readConfig(), async ({ oauthUsers }) => shown(await oauthUsers.setActive(id, true))),
      ),
    );
  return command;
}

async function create(config: CommandConfig, { account, username, ...options }: NewUser) {
  const { password, shown: shownPassword } = await choosePassword(options);
  return administer(config, async ({ oauthUsers }) => ({
    ...shownPassword,
    ...shown(await oauthUsers.create({ account, username, password })),
  }));
}

async function rotate(config: CommandConfig, { id, ...options }: NewPassword) {
  const { password, shown: shownPassword } = await choosePassword(options);
  return administer(config, async ({ oauthUsers }) => ({
    ...shownPassword,
    ...shown(await oauthUsers.rotate(id, password)),
  }));
}

function readUsername(text: string): string {
  if (text === '' || Array.from(text).length > maxUsername)
    throw new InvalidArgumentError(`It must be a text of up to ${maxUsername} characters.`);
  return text;
}
