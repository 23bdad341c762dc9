import { omnitronPasswordPurpose, setOmnitronConnection } from '@refundry/contracts';
import { Command } from 'commander';
import type { CommandConfig } from '../accounts.config.js';
import { administer } from './administration.js';
import { action } from './action.js';
import { withOms } from './oms.js';
import { vaultOf } from './vault.js';

interface Connection {
  account: string;
  url: string;
  username: string;
  password: string;
}

export function omnitronCommands(readConfig: () => CommandConfig): Command {
  const command = new Command('omnitron').description('where the upstream hub of an account is');
  command
    .command('set')
    .description('tell oms where and as whom it reads; the password is kept encrypted')
    .requiredOption('--account <name>')
    .requiredOption('--url <url>', 'e.g. https://omnitron.example.com')
    .requiredOption('--username <name>')
    .requiredOption('--password <password>')
    .action(action((connection: Connection) => setConnection(readConfig(), connection)));
  return command;
}

async function setConnection(config: CommandConfig, { account: name, url, username, password }: Connection) {
  const vault = vaultOf(config);
  const { id: account } = await administer(config.databaseUrl, ({ accounts }) => accounts.named(name));
  const sealed = vault.seal(password, omnitronPasswordPurpose(account));
  await withOms(config, (ask) => ask(setOmnitronConnection, { account, url, username, sealed_password: sealed }));
  return { account: name, url, username };
}
