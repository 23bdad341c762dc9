import { defaultScopes, scopesOf } from '@refundry/auth';
import { Command, Option } from 'commander';
import type { CommandConfig } from '../accounts.config.js';
import type { OrganisationToken } from '../organisation-tokens/organisation-token.entity.js';
import { lifetimes, type IssuedOrganisationToken } from '../organisation-tokens/organisation-tokens.service.js';
import { action } from './action.js';
import { administer } from './administration.js';
import { readScopesOf } from './scopes.js';
import { vaultOf } from './vault.js';

interface NewToken {
  account: string;
  for: (typeof lifetimes)[number];
  scopes: string[];
}

const shown = ({ id, account, scopes, createdDate, expiresDate, revokedDate }: OrganisationToken) =>
  ({ id, account: account.name, scopes, created: createdDate, expires: expiresDate, revoked: revokedDate });

/** The only time that its characters are seen. */
const issued = ({ characters, token }: IssuedOrganisationToken) => ({ organisation_token: characters, ...shown(token) });

export function organisationTokenCommands(readConfig: () => CommandConfig): Command {
  const command = new Command('organisation-token').description('what the reservation clients of an account sign with; an account has one at a time');
  command
    .command('create')
    .description('issue a token, which ends the one before; it is shown once')
    .requiredOption('--account <name>')
    .addOption(new Option('--for <time>', 'how long it is good for').choices(lifetimes).makeOptionMandatory())
    .option('--scopes <list>', `what it allows, separated by commas, of ${scopesOf('reservation').join(', ')}`, readScopesOf('reservation'), defaultScopes('reservation'))
    .action(action((token: NewToken) => create(readConfig(), token)));
  command.command('list').description("an account's tokens").requiredOption('--account <name>').action(action(({ account }: { account: string }) =>
    administer(readConfig().databaseUrl, async ({ organisationTokens }) => (await organisationTokens.list(account)).map(shown))));
  command.command('revoke').description("end an account's token").requiredOption('--account <name>').action(action(({ account }: { account: string }) =>
    administer(readConfig().databaseUrl, async ({ organisationTokens }) => shown(await organisationTokens.revoke(account)))));
  return command;
}

function create(config: CommandConfig, { account, for: lifetime, scopes }: NewToken) {
  const vault = vaultOf(config);
  return administer(config.databaseUrl, async ({ organisationTokens }) => issued(await organisationTokens.create({ account, lifetime, scopes }, vault)));
}
