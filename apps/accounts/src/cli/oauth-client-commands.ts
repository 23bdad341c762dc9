import { Command } from 'commander';
import type { CommandConfig } from '../accounts.config.js';
import type { OAuthClient } from '../oauth/oauth-client.entity.js';
import type { IssuedOAuthClient } from '../oauth/oauth-clients.service.js';
import { action, wholeNumber } from './action.js';
import { administer } from './administration.js';

const shown = ({ id, account, name, clientId, createdDate, revokedDate }: OAuthClient) =>
  ({ id, account: account.name, name, client_id: clientId, created: createdDate, revoked: revokedDate });

/** The only time that the secret is seen. */
const issued = ({ secret, client }: IssuedOAuthClient) => ({ client_secret: secret, ...shown(client) });

export function oauthClientCommands(readConfig: () => CommandConfig): Command {
  const command = new Command('oauth-client').description('programs of the retail clients, which get tokens for the users of their account');
  command.command('create').description('add a client; its secret is shown once').requiredOption('--account <name>').option('--name <text>', 'what it is', '').action(action(({ account, name }: { account: string; name: string }) =>
    administer(readConfig().databaseUrl, async ({ oauthClients }) => issued(await oauthClients.create(account, name)))));
  command.command('list').description("an account's clients").requiredOption('--account <name>').action(action(({ account }: { account: string }) =>
    administer(readConfig().databaseUrl, async ({ oauthClients }) => (await oauthClients.list(account)).map(shown))));
  command.command('rotate').description('a new secret for a client; the old one ends, its tokens do not').requiredOption('--id <number>', 'see list', wholeNumber).action(action(({ id }: { id: number }) =>
    administer(readConfig().databaseUrl, async ({ oauthClients }) => issued(await oauthClients.rotate(id)))));
  command.command('revoke').description('end a client and its tokens').requiredOption('--id <number>', 'see list', wholeNumber).action(action(({ id }: { id: number }) =>
    administer(readConfig().databaseUrl, async ({ oauthClients }) => shown(await oauthClients.revoke(id)))));
  return command;
}
