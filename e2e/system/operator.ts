import { spawn, type ChildProcess } from 'node:child_process';
import { dirname } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { operator } from '../../tools/src/topology.js';

const script = fileURLToPath(new URL('operator-process.mjs', import.meta.url));
/** The text before the exit code of a command; no answer contains it. */
const endMark = '\0';

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
  run<T = unknown>(input: string, ...parameters: readonly string[]): Promise<T> {
    const answer = this.last.then(() => this.ask(input, parameters));
    this.last = answer.catch(() => undefined);
    return answer as Promise<T>;
  }

  async stop(): Promise<void> {
    await this.last;
    this.process?.stdin?.end();
  }

  private async ask(input: string, parameters: readonly string[]): Promise<unknown> {
    const { process, lines } = this.begin();
    process.stdin?.write(`${JSON.stringify({ parameters: [...parameters, '--json'], input })}\n`);
    const said: string[] = [];
    for (;;) {
      const { value, done } = await lines.next();
      if (done === true) throw new Error(`the operator's process has ended: ${said.join('\n')}`);
      if (!value.startsWith(endMark)) said.push(value);
      else if (value === `${endMark}0`) return JSON.parse(said.join('\n'));
      else throw new Error(`${parameters.slice(0, 2).join(' ')}: ${said.join('\n')}`);
    }
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
