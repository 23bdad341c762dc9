import 'reflect-metadata';
import { commandConfig } from '../../../apps/accounts/dist/accounts.config.js';
import { runCommandLine } from '../../../apps/accounts/dist/cli/command-line.js';

/** Runs several commands of the operators' command line, one after the other, until one fails. Loading it takes longer than all of them. */
for (const command of JSON.parse(process.argv[2])) {
  process.exitCode = await runCommandLine(command, () => commandConfig(process.env));
  if (process.exitCode !== 0) break;
}
