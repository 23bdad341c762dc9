import { spawn } from 'node:child_process';

interface RunOptions {
  /** Added to our own environment. */
  readonly env?: Readonly<Record<string, string>>;
}

/** A program has failed; its last words are the message. */
class ProgramFailed extends Error {}

/**
 * Runs a program of the machine to its end, in the repository's folder.
 *
 * @returns what it wrote to stdout
 * @throws when it fails
 */
export function runProgram(
  folder: string,
  command: string,
  args: readonly string[],
  { env = {} }: RunOptions = {},
): Promise<string> {
  const child = spawn(command, args, {
    cwd: folder,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [answer, said] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    answer += text;
    said += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      if (code === 0) resolve(answer);
      else
        reject(
          new ProgramFailed(
            `${command} ${args.join(' ')} failed (${String(code)}):\n${said.trim().split('\n').slice(-15).join('\n')}`,
          ),
        );
    });
  });
}
