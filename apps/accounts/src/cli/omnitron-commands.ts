import {
  omnitronPasswordPurpose,
  setOmnitronConnection,
  showOmnitronConnection,
  testOmnitronConnection,
  tryOmnitronConnection,
  type OmnitronConnection,
  type OmnitronLoginTest,
} from '@refundry/contracts';
import { read, StringField } from '@refundry/resource';
import { Command } from 'commander';
import type { CommandConfig } from '../accounts.config.js';
import { action } from './action.js';
import { administer } from './administration.js';
import { withOms } from './oms.js';
import { Unsuccessful } from './output.js';
import { canPrompt, readSecret } from './secret-input.js';
import { encrypterOf } from './encrypter.js';

interface OfAccount {
  account: string;
}

interface NewConnection extends OfAccount {
  url: string;
  username: string;
  passwordStdin?: boolean;
  /** False with `--no-test`. */
  test: boolean;
}

class OmnitronPassword {
  @StringField({ label: 'Password', maxLength: 1000, trim: false }) password!: string;
}

export function omnitronCommands(readConfig: () => CommandConfig): Command {
  const command = new Command('omnitron').description('where the upstream hub of an account is');
  command
    .command('set')
    .description('tell oms where and as whom it reads, when that logs in; the password is kept encrypted')
    .requiredOption('--account <name>')
    .requiredOption('--url <url>', 'e.g. https://omnitron.example.com')
    .requiredOption('--username <name>')
    .option('--password-stdin', 'read the password from standard input, one line; otherwise the terminal asks for it')
    .option('--no-test', 'store it without logging in')
    .action(action((connection: NewConnection) => setConnection(readConfig(), connection)));
  command
    .command('show')
    .description('where and as whom oms reads, and since when; never the password')
    .requiredOption('--account <name>')
    .action(action((options: OfAccount) => showConnection(readConfig(), options)));
  command
    .command('test')
    .description('log in as oms does, and say whether it is the URL or the password that is wrong')
    .requiredOption('--account <name>')
    .action(action((options: OfAccount) => testConnection(readConfig(), options)));
  return command;
}

async function setConnection(
  config: CommandConfig,
  { account: name, url, username, passwordStdin: isPiped, test: isTested }: NewConnection,
) {
  const encrypter = encrypterOf(config);
  if (!isPiped && !canPrompt())
    throw new Error(
      'Give the password on standard input with --password-stdin, or run this at a terminal, which asks for it.',
    );
  const account = await accountId(config, name);
  const { password } = read(OmnitronPassword, { password: await readSecret('Password') });
  const connection: OmnitronConnection = {
    account,
    url,
    username,
    sealed_password: encrypter.encrypt(password, omnitronPasswordPurpose(account)),
  };
  const shown = { account: name, url, username };
  await withOms(config, async (ask) => {
    if (isTested)
      requireLogin(
        await ask(tryOmnitronConnection, connection),
        shown,
        ' Nothing was stored; --no-test stores it all the same.',
      );
    await ask(setOmnitronConnection, connection);
  });
  return { ...shown, login: isTested ? 'accepted' : 'not tested' };
}

async function showConnection(config: CommandConfig, { account: name }: OfAccount) {
  const account = await accountId(config, name);
  const { url, username, set } = await withOms(config, (ask) => ask(showOmnitronConnection, { account }));
  return { account: name, url, username, set };
}

async function testConnection(config: CommandConfig, { account: name }: OfAccount) {
  const account = await accountId(config, name);
  return withOms(config, async (ask) => {
    const { url, username } = await ask(showOmnitronConnection, { account });
    const shown = { account: name, url, username };
    requireLogin(await ask(testOmnitronConnection, { account }), shown);
    return { ...shown, login: 'accepted' };
  });
}

/** @throws Unsuccessful for a login that was not accepted */
function requireLogin({ problem, detail }: OmnitronLoginTest, shown: object, consequence = ''): void {
  if (problem !== null) throw new Unsuccessful(`${detail}${consequence}`, { ...shown, login: 'refused', problem });
}

const accountId = async (config: CommandConfig, name: string): Promise<number> =>
  (await administer(config, ({ accounts }) => accounts.named(name))).id;
