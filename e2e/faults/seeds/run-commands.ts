import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const script = fileURLToPath(new URL('commands.mjs', import.meta.url));
const longestMs = 60_000;

/** What commands of the operators' command line answer, all run by one process. @throws when one of them fails */
export async function runCommands(commands: readonly (readonly string[])[], env: Readonly<Record<string, string>>): Promise<unknown[]> {
  const { stdout } = await promisify(execFile)(process.execPath, [script, JSON.stringify(commands.map((command) => [...command, '--json']))], { env, timeout: longestMs });
  return stdout.trim().split('\n').map((line) => JSON.parse(line) as unknown);
}
