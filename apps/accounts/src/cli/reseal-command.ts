import { resealOmnitronConnection } from '@refundry/contracts';
import { Command } from 'commander';
import type { CommandConfig } from '../accounts.config.js';
import { action } from './action.js';
import { administer } from './administration.js';
import { withOms } from './oms.js';
import { vaultOf } from './vault.js';

export function resealCommand(readConfig: () => CommandConfig): Command {
  return new Command('reseal').description('seal every secret that is kept encrypted with the first key of SECRET_KEY, so that the others can go').action(action(() => reseal(readConfig())));
}

async function reseal(config: CommandConfig) {
  const vault = vaultOf(config);
  const [organisationTokens, accounts] = await administer(config.databaseUrl, async (administration) =>
    [await administration.organisationTokens.reseal(vault), await administration.accounts.list()] as const);
  const omnitronPasswords = await withOms(config, async (ask) => {
    let resealed = 0;
    for (const { id: account } of accounts) if ((await ask(resealOmnitronConnection, { account })).is_there) resealed += 1;
    return resealed;
  });
  return { organisation_tokens: organisationTokens, omnitron_passwords: omnitronPasswords };
}
