import { defaultScopes, scopesOf } from '@refundry/auth';
import { Command, InvalidArgumentError, Option } from 'commander';
import type { CommandConfig } from '../accounts.config.js';
import type { OrganisationToken } from '../organisation-tokens/organisation-token.entity.js';
import {
  defaultTokenName,
  lifetimes,
  type IssuedOrganisationToken,
  type TokenChoice,
} from '../organisation-tokens/organisation-tokens.service.js';
import { action, wholeNumber } from './action.js';
import { administer } from './administration.js';
import { readScopesOf } from './scopes.js';
import { encrypterOf } from './encrypter.js';

interface NewToken {
  account: string;
  name?: string;
  for: (typeof lifetimes)[number];
  scopes: string[];
}

const shown = ({ id, account, name, scopes, ...dates }: OrganisationToken) => ({
  id,
  account: account.name,
  name,
  scopes,
  created: dates.createdDate,
  expires: dates.expiresDate,
  last_used: dates.lastUsedDate,
  revoked: dates.revokedDate,
});

/** The only time that its characters are seen. */
const issued = ({ characters, token }: IssuedOrganisationToken) => ({
  organisation_token: characters,
  ...shown(token),
});

export function organisationTokenCommands(readConfig: () => CommandConfig): Command {
  const command = new Command('organisation-token').description(
    'what the reservation clients of an account sign with; an account has one of each name at a time',
  );
  command
    .command('create')
    .description('issue a token, which ends the one before of its name; it is shown once')
    .requiredOption('--account <name>')
    .option('--name <text>', `whose it is, e.g. office; without it, ${defaultTokenName}`, readTokenName)
    .addOption(new Option('--for <time>', 'how long it is good for').choices(lifetimes).makeOptionMandatory())
    .option(
      '--scopes <list>',
      `what it allows, separated by commas, of ${scopesOf('reservation').join(', ')}`,
      readScopesOf('reservation'),
      defaultScopes('reservation'),
    )
    .action(action((token: NewToken) => create(readConfig(), token)));
  command
    .command('list')
    .description("an account's tokens")
    .requiredOption('--account <name>')
    .action(
      action(({ account }: { account: string }) =>
        administer(readConfig(), async ({ organisationTokens }) => (await organisationTokens.list(account)).map(shown)),
      ),
    );
  command
    .command('revoke')
    .description("end one of an account's tokens; where it has several, one has to be named")
    .requiredOption('--account <name>')
    .option('--name <text>', 'see list', readTokenName)
    .option('--id <number>', 'see list', wholeNumber)
    .action(
      action((choice: TokenChoice) =>
        administer(readConfig(), async ({ organisationTokens }) => shown(await organisationTokens.revoke(choice))),
      ),
    );
  return command;
}

function create(config: CommandConfig, { account, name, for: lifetime, scopes }: NewToken) {
  const encrypter = encrypterOf(config);
  return administer(config, async ({ organisationTokens }) =>
    issued(await organisationTokens.create({ account, name, lifetime, scopes }, encrypter)),
  );
}

const maxName = 100;

/** Reads an option that is the name of a token: text that people can see. */
export function readTokenName(text: string): string {
  const name = text.trim().normalize();
  if (name !== '' && name.length <= maxName && !/\p{C}/u.test(name)) return name;
  throw new InvalidArgumentError(`It must be a text of up to ${maxName} characters.`);
}
