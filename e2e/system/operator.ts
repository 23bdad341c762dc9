import { spawn, type ChildProcess } from 'node:child_process';
import { dirname } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { operator } from '../../tools/src/topology.js';
import type { CommandResult } from './command-line.js';

const script = fileURLToPath(new URL('operator-process.mjs', import.meta.url));

/** An operator who has the command line at hand: one process runs all commands, from the first one on. */
export class Operator {
  private process: ChildProcess | undefined;
  private lines: AsyncIterator<string, undefined> | undefined;
  private last: Promise<unknown> = Promise.resolve();

  /** @param commandLine the script of another version's command line */
  constructor(
    private readonly environment: () => Readonly<Record<string, string>>,
    private readonly commandLine = operator.script,
  ) {}

  /** The `--json` answer of a command with this standard input. @throws when it fails */
  async run<T = unknown>(input: string, ...parameters: readonly string[]): Promise<T> {
    const { code, stdout, stderr } = await this.attempt(input, ...parameters, '--json');
    if (code !== 0) throw new Error(`${parameters.slice(0, 2).join(' ')}: ${stdout}${stderr}`);
    return JSON.parse(stdout) as T;
  }

  /** How a command with this standard input ended, and what it said. */
  attempt(input: string, ...parameters: readonly string[]): Promise<CommandResult> {
    const answer = this.last.then(() => this.ask(input, parameters));
    this.last = answer.catch(() => undefined);
    return answer;
  }

  async stop(): Promise<void> {
    await this.last;
    this.process?.stdin?.end();
  }

  private async ask(input: string, parameters: readonly string[]): Promise<CommandResult> {
    const { process, lines } = this.begin();
    process.stdin?.write(`${JSON.stringify({ parameters, input })}\n`);
    const { value, done } = await lines.next();
    if (done === true) throw new Error("the operator's process has ended");
    return JSON.parse(value) as CommandResult;
  }

  private begin(): { process: ChildProcess; lines: AsyncIterator<string, undefined> } {
    if (!this.process || !this.lines) {
      const child = spawn(process.execPath, [script, dirname(this.commandLine)], {
        env: this.environment(),
        stdio: ['pipe', 'pipe', 'inherit'],
      });
      this.process = child;
      this.lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]() as AsyncIterator<string, undefined>;
    }
    return { process: this.process, lines: this.lines };
  }
}
