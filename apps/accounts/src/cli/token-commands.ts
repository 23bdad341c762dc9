import { defaultScopes, scopesOf } from '@refundry/auth';
import { parseTimestamp } from '@refundry/resource';
import { Command, InvalidArgumentError } from 'commander';
import type { CommandConfig } from '../accounts.config.js';
import type { ApiToken } from '../api-tokens/api-token.entity.js';
import type { IssuedApiToken } from '../api-tokens/api-tokens.service.js';
import { administer } from './administration.js';
import { action, wholeNumber } from './action.js';
import { readScopesOf } from './scopes.js';
import { readSpan } from './span.js';

interface NewToken {
  account: string;
  label: string;
  scopes: string[];
  expires: string | null;
}

const omsScopes = scopesOf('oms');

const shown = ({ id, account, label, scopes, createdDate, expiresDate, lastUsedDate, revokedDate }: ApiToken) => ({
  id,
  account: account.name,
  label,
  scopes,
  created: createdDate,
  expires: expiresDate,
  last_used: lastUsedDate,
  revoked: revokedDate,
});

/** The only time that the key is seen. */
const issued = ({ key, token }: IssuedApiToken) => ({ token: key, ...shown(token) });

export function tokenCommands(readConfig: () => CommandConfig): Command {
  const command = new Command('token').description('API tokens of the OMS clients');
  command
    .command('create')
    .description('issue a token; its key is shown once')
    .requiredOption('--account <name>')
    .option('--label <text>', 'what it is for', '')
    .option(
      '--scopes <list>',
      `separated by commas, of ${omsScopes.join(', ')}`,
      readScopesOf('oms'),
      defaultScopes('oms'),
    )
    .option('--expires <when>', 'a date, a date and time, or a span such as 12h or 90d', readExpiry, null)
    .action(
      action(({ account, label, scopes, expires }: NewToken) =>
        administer(readConfig(), async ({ apiTokens }) =>
          issued(await apiTokens.create({ account, label, scopes, expiresDate: expires })),
        ),
      ),
    );
  command
    .command('list')
    .description("an account's tokens")
    .requiredOption('--account <name>')
    .action(
      action(({ account }: { account: string }) =>
        administer(readConfig(), async ({ apiTokens }) => (await apiTokens.list(account)).map(shown)),
      ),
    );
  command
    .command('rotate')
    .description('a new key for a token; the old one ends')
    .requiredOption('--id <number>', 'see list', wholeNumber)
    .action(
      action(({ id }: { id: number }) =>
        administer(readConfig(), async ({ apiTokens }) => issued(await apiTokens.rotate(id))),
      ),
    );
  command
    .command('revoke')
    .description('end a token')
    .requiredOption('--id <number>', 'see list', wholeNumber)
    .action(
      action(({ id }: { id: number }) =>
        administer(readConfig(), async ({ apiTokens }) => shown(await apiTokens.revoke(id))),
      ),
    );
  return command;
}

function readExpiry(text: string): string {
  const span = readSpan(text);
  if (span !== undefined) return new Date(Date.now() + span * 1000).toISOString();
  const instant = parseTimestamp(text);
  if (instant === undefined || instant.endsWith('infinity'))
    throw new InvalidArgumentError('It is neither a date nor a span.');
  return instant;
}
