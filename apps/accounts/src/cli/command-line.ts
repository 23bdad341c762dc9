import { Failure } from '@refundry/resource';
import { Command, CommanderError, InvalidArgumentError } from 'commander';
import type { CommandConfig } from '../accounts.config.js';
import { accountCommands } from './account-commands.js';
import { omnitronCommands } from './omnitron-commands.js';
import { print, type Answer } from './output.js';
import { tokenCommands } from './token-commands.js';

/** Makes a command's action from the work it does: its answer is printed, as JSON where that is asked for. */
export type Action = <O>(work: (options: O) => Promise<Answer>) => (options: O & { json?: boolean }) => Promise<void>;

const action: Action = (work) => async (options) => {
  print(await work(options), options.json ?? false);
};

/**
 * The operators' commands over accounts and credentials.
 *
 * @param readConfig read only when a command runs, so that help needs no environment
 * @returns the exit code
 */
export async function runCommandLine(parameters: readonly string[], readConfig: () => CommandConfig): Promise<number> {
  const program = new Command('accounts').description('Accounts and credentials of Refundry').exitOverride();
  for (const command of [accountCommands, tokenCommands, omnitronCommands]) program.addCommand(command(readConfig, action));
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
    if (parameters.includes('--json')) print({ error: message }, true);
    else process.stderr.write(`${message}\n`);
    return 1;
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

export const wholeNumber = (text: string): number => {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('It must be a whole number.');
  return Number(text);
};
