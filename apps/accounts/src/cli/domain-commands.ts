import { domainName } from '@refundry/auth';
import { Command, InvalidArgumentError } from 'commander';
import type { CommandConfig } from '../accounts.config.js';
import type { Domain } from '../domains/domain.entity.js';
import { action } from './action.js';
import { administer } from './administration.js';

interface DomainOption {
  domain: string;
}

const shown = ({ account, name, isActive, createdDate }: Domain) => ({
  domain: name,
  account: account.name,
  is_active: isActive,
  created: createdDate,
});

export function domainCommands(readConfig: () => CommandConfig): Command {
  const command = new Command('domain').description('sites that the reservation clients of an account speak for');
  command
    .command('add')
    .description('register a domain; it is the same with and without www., scheme and port')
    .requiredOption('--account <name>')
    .requiredOption('--domain <name>', 'e.g. shop.example', readDomain)
    .action(
      action(({ account, domain }: DomainOption & { account: string }) =>
        administer(readConfig(), async ({ domains }) => shown(await domains.add(account, domain))),
      ),
    );
  command
    .command('list')
    .description("an account's domains")
    .requiredOption('--account <name>')
    .action(
      action(({ account }: { account: string }) =>
        administer(readConfig(), async ({ domains }) => (await domains.list(account)).map(shown)),
      ),
    );
  command
    .command('disable')
    .description('refuse what is asked for the domain')
    .requiredOption('--domain <name>', 'see list', readDomain)
    .action(
      action(({ domain }: DomainOption) =>
        administer(readConfig(), async ({ domains }) => shown(await domains.setActive(domain, false))),
      ),
    );
  command
    .command('enable')
    .description('take the domain up again')
    .requiredOption('--domain <name>', 'see list', readDomain)
    .action(
      action(({ domain }: DomainOption) =>
        administer(readConfig(), async ({ domains }) => shown(await domains.setActive(domain, true))),
      ),
    );
  command
    .command('remove')
    .description('forget the domain; another account may add it then')
    .requiredOption('--domain <name>', 'see list', readDomain)
    .action(
      action(({ domain }: DomainOption) =>
        administer(readConfig(), async ({ domains }) => shown(await domains.remove(domain))),
      ),
    );
  return command;
}

/** Reads an option that is a domain, however it is written. */
export function readDomain(text: string): string {
  const name = domainName(text);
  if (name === undefined) throw new InvalidArgumentError('It must be the name of a domain.');
  return name;
}
