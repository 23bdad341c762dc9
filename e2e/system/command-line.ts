import { execFile } from 'node:child_process';
import { operator } from '../../tools/src/topology.js';

/** What a command said and how it ended. */
export interface CommandResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command of the operators' command line with this environment and no other, and this standard input. */
export function runCommand(parameters: readonly string[], env: Readonly<Record<string, string>>, input = ''): Promise<CommandResult> {
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [operator.script, ...parameters], { env, timeout: 60_000 }, (error, stdout, stderr) => {
      resolve({ code: error ? Number(error.code ?? -1) : 0, stdout, stderr });
    });
    child.stdin?.end(input);
  });
}
