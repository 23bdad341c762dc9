import { AppProcess } from '@refundry/testing';
import { Refusal } from './refusal.js';
import { ShownProcess } from './shown-process.js';
import type { Launch } from './surroundings.js';
import { operator, type Environment } from './topology.js';

/** An environment with the operators' commands. */
export interface Operators {
  /** The answer of a command. @throws when it fails */
  run<T>(...args: string[]): Promise<T>;
}

/** A command has failed. */
export class CommandFailed extends Refusal {
  /** @param complaint what it says itself */
  constructor(
    args: readonly string[],
    readonly complaint: string,
  ) {
    super(`\`accounts ${args.slice(0, 2).join(' ')}\` failed: ${complaint || 'it said nothing.'}`);
  }
}

/** The operators' command line, as a process of its own, as an operator would use it. */
export class CommandLine implements Operators {
  constructor(
    private readonly launch: Launch,
    private readonly environment: Environment,
  ) {}

  /** The answer of a command. @throws CommandFailed */
  run<T>(...args: string[]): Promise<T> {
    return this.runWith(undefined, ...args);
  }

  /** The same with a standard input, such as a secret. @throws CommandFailed */
  async runWith<T>(input: string | undefined, ...args: string[]): Promise<T> {
    const spawn = (): AppProcess =>
      AppProcess.spawn({
        name: 'accounts',
        script: operator.script,
        args: [...args, '--json'],
        env: this.environment,
        ...(input !== undefined && { input }),
      });
    const command = await this.launch.processes.errand(spawn);
    const { code } = await command.exited;
    const line = command.lines.at(-1) ?? '';
    if (code !== 0) throw new CommandFailed(args, complaintIn(line) ?? line);
    return JSON.parse(line) as T;
  }

  /** Lets a command speak to the person at the terminal. @throws CommandFailed */
  async show(...args: string[]): Promise<void> {
    const command = await this.launch.processes.errand(() =>
      ShownProcess.spawn({ script: operator.script, args, env: this.environment }),
    );
    const { code, complaint } = await command.exited;
    if (code !== 0) throw new CommandFailed(args, complaint);
  }
}

function complaintIn(line: string): string | undefined {
  try {
    return (JSON.parse(line) as { error?: string }).error;
  } catch {
    return undefined;
  }
}
