import { spawn } from 'node:child_process';
import { realpathSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const repository = fileURLToPath(new URL('../..', import.meta.url));

/** How a tool ended. */
export interface ToolResult {
  readonly succeeded: boolean;
  /** Its output, unless it wrote to the terminal. */
  readonly output: string;
}

const running = new Set<ReturnType<typeof spawn>>();

/** Runs a tool of node_modules/.bin with our own Node; `shown` lets it write to our stdout. */
export function runTool(
  name: string,
  args: readonly string[],
  { shown = false, env = {} }: { shown?: boolean; env?: NodeJS.ProcessEnv } = {},
): Promise<ToolResult> {
  const script = realpathSync(join(repository, 'node_modules', '.bin', name));
  const tool = spawn(process.execPath, [script, ...args], {
    cwd: repository,
    env: { ...process.env, ...env },
    stdio: shown ? ['ignore', 1, 1] : ['ignore', 'pipe', 'pipe'],
  });
  running.add(tool);
  let output = '';
  for (const stream of [tool.stdout, tool.stderr])
    stream?.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  return new Promise((resolve) => {
    tool.once('error', (error) => {
      output += error.message;
    });
    tool.once('close', (code) => {
      running.delete(tool);
      resolve({ succeeded: code === 0, output });
    });
  });
}

/** Ends every tool that runs. */
export function endTools(): void {
  for (const tool of running) tool.kill('SIGTERM');
}
