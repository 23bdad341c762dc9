import { Failure } from '@refundry/errors';
import { Command, CommanderError } from 'commander';
import type { CommandConfig } from '../accounts.config.js';
import { accountCommands } from './account-commands.js';
import { auditCommands } from './audit-commands.js';
import { domainCommands } from './domain-commands.js';
import { inboxCommands } from './inbox-commands.js';
import { jwtCommands } from './jwt-commands.js';
import { oauthClientCommands } from './oauth-client-commands.js';
import { oauthUserCommands } from './oauth-user-commands.js';
import { omnitronCommands } from './omnitron-commands.js';
import { organisationTokenCommands } from './organisation-token-commands.js';
import { print, Unsuccessful } from './output.js';
import { rotateKeyCommand } from './rotate-key-command.js';
import { scheduleCommands } from './schedule-commands.js';
import { syncCommand } from './sync-command.js';
import { tokenCommands } from './token-commands.js';
import { usageCommand } from './usage-command.js';

/**
 * The operators' commands: accounts, credentials, and what keeps an account in step with its Omnitron.
 *
 * @param readConfig read only when a command runs, so that help needs no environment
 * @returns the exit code
 */
export async function runCommandLine(parameters: readonly string[], readConfig: () => CommandConfig): Promise<number> {
  const program = new Command('accounts')
    .description('Accounts of Refundry, their credentials, and what keeps them in step with Omnitron')
    .exitOverride();
  for (const command of [
    accountCommands,
    tokenCommands,
    oauthClientCommands,
    oauthUserCommands,
    domainCommands,
    organisationTokenCommands,
    jwtCommands,
    usageCommand,
    omnitronCommands,
    syncCommand,
    scheduleCommands,
    inboxCommands,
    rotateKeyCommand,
    auditCommands,
  ])
    program.addCommand(command(readConfig));
  eachCommand(program, (command) => {
    command.exitOverride();
    if (command.commands.length === 0) command.option('--json', 'answer as one line of JSON');
  });
  try {
    await program.parseAsync([...parameters], { from: 'user' });
    return 0;
  } catch (error) {
    // commander has said already what is wrong with the words of the call.
    if (error instanceof CommanderError) return error.exitCode;
    const message = messageOf(error);
    const { answer, exitCode } = error instanceof Unsuccessful ? error : { answer: {}, exitCode: 1 };
    if (parameters.includes('--json')) print({ ...answer, error: message }, true);
    else process.stderr.write(`${message}\n`);
    return exitCode;
  }
}

function eachCommand(command: Command, visit: (command: Command) => void): void {
  visit(command);
  for (const child of command.commands) eachCommand(child, visit);
}

function messageOf(error: unknown): string {
  if (error instanceof Failure) return error.fields ? JSON.stringify(error.fields) : error.detail || error.text;
  return error instanceof Error ? error.message : String(error);
}
