import { rotateOmnitronConnectionKey } from '@refundry/contracts';
import { Command } from 'commander';
import type { CommandConfig } from '../accounts.config.js';
import { action } from './action.js';
import { administer } from './administration.js';
import { withOms } from './oms.js';
import { encrypterOf } from './encrypter.js';

export function rotateKeyCommand(readConfig: () => CommandConfig): Command {
  return new Command('reseal')
    .description('seal every secret that is kept encrypted with the first key of SECRET_KEY, so that the others can go')
    .action(action(() => rotateKey(readConfig())));
}

async function rotateKey(config: CommandConfig) {
  const encrypter = encrypterOf(config);
  const [organisationTokens, accounts] = await administer(
    config,
    async (administration) =>
      [await administration.organisationTokens.rotateKey(encrypter), await administration.accounts.list()] as const,
  );
  const omnitronPasswords = await withOms(config, async (ask) => {
    let reencrypted = 0;
    for (const { id: account } of accounts)
      if ((await ask(rotateOmnitronConnectionKey, { account })).is_there) reencrypted += 1;
    return reencrypted;
  });
  return { organisation_tokens: organisationTokens, omnitron_passwords: omnitronPasswords };
}
