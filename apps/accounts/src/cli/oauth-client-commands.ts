import { Command } from 'commander';
import type { CommandConfig } from '../accounts.config.js';
import type { OAuthClient } from '../oauth/oauth-client.entity.js';
import type { IssuedOAuthClient } from '../oauth/oauth-clients.service.js';
import { action, wholeNumber } from './action.js';
import { administer } from './administration.js';
import {
  clientIdOption,
  existingClient,
  existingSecret,
  secretOption,
  type ClientOptions,
  type SecretOptions,
} from './existing-client.js';

interface NewClient extends ClientOptions {
  account: string;
  name: string;
}

interface NewSecret extends SecretOptions {
  id: number;
}

const shown = ({ id, account, name, clientId, createdDate, revokedDate }: OAuthClient) => ({
  id,
  account: account.name,
  name,
  client_id: clientId,
  created: createdDate,
  revoked: revokedDate,
});

export function oauthClientCommands(readConfig: () => CommandConfig): Command {
  const command = new Command('oauth-client').description(
    'programs of the retail clients, which get tokens for the users of their account',
  );
  command
    .command('create')
    .description('add a client; its secret is shown once, unless it has one already')
    .requiredOption('--account <name>')
    .option('--name <text>', 'what it is', '')
    .addOption(clientIdOption())
    .addOption(secretOption())
    .action(action((client: NewClient) => create(readConfig(), client)));
  command
    .command('list')
    .description("an account's clients")
    .requiredOption('--account <name>')
    .action(
      action(({ account }: { account: string }) =>
        administer(readConfig(), async ({ oauthClients }) => (await oauthClients.list(account)).map(shown)),
      ),
    );
  command
    .command('rotate')
    .description('a new secret for a client; the old one ends, its tokens do not')
    .requiredOption('--id <number>', 'see list', wholeNumber)
    .addOption(secretOption())
    .action(action((secret: NewSecret) => rotate(readConfig(), secret)));
  command
    .command('revoke')
    .description('end a client and its tokens')
    .requiredOption('--id <number>', 'see list', wholeNumber)
    .action(
      action(({ id }: { id: number }) =>
        administer(readConfig(), async ({ oauthClients }) => shown(await oauthClients.revoke(id))),
      ),
    );
  return command;
}

async function create(config: CommandConfig, { account, name, ...options }: NewClient) {
  const existing = await existingClient(options);
  return administer(config, async ({ oauthClients }) =>
    issued(await oauthClients.create(account, name, existing), existing === undefined),
  );
}

async function rotate(config: CommandConfig, { id, ...options }: NewSecret) {
  const secret = await existingSecret(options);
  return administer(config, async ({ oauthClients }) =>
    issued(await oauthClients.rotate(id, secret), secret === undefined),
  );
}

/** The only time that a secret is seen, if it is one of ours. */
const issued = ({ secret, client }: IssuedOAuthClient, isOurs: boolean) => ({
  ...(isOurs && { client_secret: secret }),
  ...shown(client),
});
