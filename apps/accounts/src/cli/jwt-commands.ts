import { Command, InvalidArgumentError } from 'commander';
import { SignJWT } from 'jose';
import type { CommandConfig } from '../accounts.config.js';
import { defaultTokenName } from '../organisation-tokens/organisation-tokens.service.js';
import { action } from './action.js';
import { administer } from './administration.js';
import { readDomain } from './domain-commands.js';
import { readTokenName } from './organisation-token-commands.js';
import { readSecret } from './secret-input.js';
import { readSpan } from './span.js';
import { encrypterOf } from './encrypter.js';

interface Signing {
  account: string;
  domain: string;
  expiresIn: number;
  tokenName?: string;
  tokenStdin?: boolean;
}

const hour = 3600;

export function jwtCommands(readConfig: () => CommandConfig): Command {
  const command = new Command('jwt').description('what reservation clients make themselves, for trying');
  command
    .command('sign')
    .description("sign a token with one of an account's organisation tokens")
    .requiredOption('--account <name>')
    .requiredOption('--domain <name>', "one of the account's, to be sent beside the token", readDomain)
    .option(
      '--expires-in <span>',
      'e.g. 90s, 15m, 12h or 7d, which is the longest that is accepted',
      readLifetime,
      hour,
    )
    .option(
      '--token-name <text>',
      `which organisation token, where the account has several; without it, ${defaultTokenName}`,
      readTokenName,
    )
    .option('--token-stdin', 'read the organisation token from standard input, one line, instead of the database')
    .action(action((signing: Signing) => sign(readConfig(), signing)));
  return command;
}

async function sign(
  config: CommandConfig,
  { account, domain, expiresIn, tokenName: name, tokenStdin: isGiven }: Signing,
) {
  const given = isGiven ? (await readSecret('Organisation token')).trim() : undefined;
  const organisationToken = await administer(config, async ({ domains, organisationTokens }) => {
    const { account: owner } = await domains.named(domain);
    if (owner.name !== account) throw new Error(`The domain ${domain} is not one of ${account}.`);
    return given ?? organisationTokens.charactersOf({ account, name }, encrypterOf(config));
  });
  const expires = Math.floor(Date.now() / 1000) + expiresIn;
  const jwt = await new SignJWT()
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
    .setExpirationTime(expires)
    .sign(Buffer.from(organisationToken));
  return { jwt, domain, expires: new Date(expires * 1000).toISOString() };
}

function readLifetime(span: string): number {
  const seconds = readSpan(span);
  if (seconds === undefined) throw new InvalidArgumentError('It is no span.');
  return seconds;
}
