import type { OperatorCommand } from '@refundry/testing';
import { askAccountsWith } from './apps.js';

/** Runs commands of the accounts' command line one after the other and returns the answer of each. */
export async function askInTurn(operator: NodeJS.ProcessEnv, commands: readonly OperatorCommand[]): Promise<unknown[]> {
  const answers: unknown[] = [];
  for (const { parameters, input } of commands) answers.push(await askAccountsWith(input, operator, ...parameters));
  return answers;
}
