import { randomUUID } from 'node:crypto';
import { Vault } from '@refundry/auth';
import { omnitronPasswordPurpose, setOmnitronConnection } from '@refundry/contracts';
import { WireClient } from '@refundry/messaging';
import { Failure } from '@refundry/resource';
import { Command } from 'commander';
import type { CommandConfig } from '../accounts.config.js';
import { administer } from './administration.js';
import { action } from './action.js';
import { reached } from './reached.js';

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

async function setConnection({ databaseUrl, natsUrl, secretKey }: CommandConfig, { account: name, url, username, password }: Connection) {
  if (!natsUrl || !secretKey) throw new Error('NATS_URL and SECRET_KEY are needed to reach oms.');
  const { id: account } = await administer(databaseUrl, ({ accounts }) => accounts.named(name));
  const oms = await reached('NATS', WireClient.open({ url: natsUrl, name: 'accounts command line', limit: 1, waitForServer: false }));
  try {
    const sealed = new Vault(secretKey).seal(password, omnitronPasswordPurpose(account));
    await oms.ask(setOmnitronConnection, { account, url, username, sealed_password: sealed }, randomUUID());
  } catch (error) {
    throw error instanceof Failure && error.code === 'unavailable' ? new Error('oms does not answer; is it running?', { cause: error }) : error;
  } finally {
    await oms.close();
  }
  return { account: name, url, username };
}
