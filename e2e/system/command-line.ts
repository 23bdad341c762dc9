import { execFile } from 'node:child_process';
import { operator } from '../../tools/src/topology.js';

/** The output and the exit code of a command. */
export interface CommandResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

interface ScriptOptions {
  /** It has this environment and no other. */
  readonly env?: Readonly<Record<string, string>>;
  /** Its standard input. */
  readonly input?: string;
  readonly timeout?: number;
}

/** Runs a command of the operators' command line with this environment and no other, and this standard input. */
export const runCommand = (
  parameters: readonly string[],
  env: Readonly<Record<string, string>>,
  input = '',
): Promise<CommandResult> => runScript(operator.script, parameters, { env, input });

/** Runs a script of JavaScript to its end. */
export function runScript(
  script: string,
  parameters: readonly string[],
  { env = {}, input = '', timeout = 60_000 }: ScriptOptions = {},
): Promise<CommandResult> {
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [script, ...parameters], { env, timeout }, (error, stdout, stderr) => {
      resolve({ code: error ? Number(error.code ?? -1) : 0, stdout, stderr });
    });
    child.stdin?.end(input);
  });
}
