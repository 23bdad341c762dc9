import type { OperatorCommand } from '@refundry/testing';
import { callAccountsWith } from './apps.js';

/** Runs commands of the accounts' command line one after the other and returns the answer of each. */
export async function requestInTurn(
  operator: NodeJS.ProcessEnv,
  commands: readonly OperatorCommand[],
): Promise<unknown[]> {
  const answers: unknown[] = [];
  for (const { parameters, input } of commands) answers.push(await callAccountsWith(input, operator, ...parameters));
  return answers;
}
